"""See what a file says, whatever it is packed in: the text of a PDF, the parts of a workbook."""

import io
import zipfile

from pypdf import PdfReader

PDF, ZIP = b"%PDF-", b"PK\x03\x04"


def said(raw: bytes) -> str:
    """Return everything in a file that somebody could read with a tool."""
    if raw.startswith(PDF):
        return within(raw)
    if raw.startswith(ZIP):
        with zipfile.ZipFile(io.BytesIO(raw)) as book:
            parts = [(name, book.read(name)) for name in book.namelist()]
        return "\n".join(name + "\n" + part.decode(errors="replace") for name, part in parts)
    return raw.decode(errors="replace")


def text(raw: bytes) -> str:
    """Return the words of a PDF without any white space: lines break where the paper ends."""
    pages = PdfReader(io.BytesIO(raw)).pages
    return "".join("".join(page.extract_text().split()) for page in pages).replace("\u200b", "")


def within(raw: bytes) -> str:
    """Return the words of a PDF, its data about itself and each of its streams, unpacked."""
    reader = PdfReader(io.BytesIO(raw))
    found = [text(raw), str(dict(reader.metadata or {}))]
    for number in range(1, len(reader.xref_objStm) + sum(map(len, reader.xref.values())) + 1):
        one = reader.get_object(number)
        data = getattr(one, "get_data", None)
        found.append(str(one) if data is None else data().decode(errors="replace"))
    return "\n".join(found)

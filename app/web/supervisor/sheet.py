"""A table as a CSV or Excel file that a spreadsheet opens and never computes (formula-safe).

Rows may come from a generator: a large file waits on the disk, and no table is ever held whole.
"""

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import IO, BinaryIO, cast

from flask import Response
from rustpy_xlsxwriter import FastExcel

FORMATS = ("csv", "xlsx")
FORMULA = re.compile("[ ]*[=+\\-@\t\r\n＝＋－＠]")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAPER = {"landscape": True, "paper_size": 9}  # A4
LONGEST = 32_767
"""The most characters of a cell, by the format."""

ROOM = 1_048_575
"""The most lines of a sheet beside its head, by the format."""

HELD = 16 * 1024 * 1024
"""Bytes of a file that stay in memory; a larger one goes to the disk until it is sent."""

PART = 64 * 1024
"""Bytes that are sent at a time."""


def as_file(kind: str, rows: Iterable[Sequence[str]], name: str, *, count: int) -> Response:
    """Return rows as a download in one of the formats; `count` is the lines without the head."""
    return csv_file(rows, name) if kind == "csv" else xlsx_file(rows, name, count=count)


def safe(cell: str) -> str:
    """Return a cell's text that no spreadsheet takes for a formula."""
    return f"'{cell}" if FORMULA.match(cell) else cell


def csv_file(rows: Iterable[Sequence[str]], name: str) -> Response:
    """Return rows as a download in UTF-8 with its mark, as Excel wants it."""

    def write(body: IO[bytes]) -> None:
        text = io.TextIOWrapper(body, encoding="utf-8-sig", errors="replace", newline="")
        csv.writer(text).writerows([safe(cell) for cell in row] for row in rows)
        text.detach()

    return _download(write, "text/csv", f"{name}.csv")


def xlsx_file(rows: Iterable[Sequence[str]], name: str, *, count: int = 0) -> Response:
    """Return rows as an Excel download: every cell text, the head frozen.

    The columns of the head, the first row, have different names. Where `count` lines have no room
    on one sheet, they go on upon further ones, each with the head.
    """
    rest = iter(rows)
    head = _cells(next(rest))
    if len(set(head)) < len(head):
        raise ValueError(f"two columns of one name: {head}")
    lines = (dict(zip(head, _cells(row), strict=True)) for row in rest)

    def write(body: IO[bytes]) -> None:
        book = FastExcel(cast("BinaryIO", body), autofit=False).freeze(row=1)
        for number in range(max(1, -(-count // ROOM))):
            book.sheet(f"Sheet{number + 1}", _on_one(lines, head), page_setup=PAPER)
        book.save()

    return _download(write, XLSX, f"{name}.xlsx")


def _on_one(lines: Iterator[dict[str, str]], head: Sequence[str]) -> Iterator[dict[str, str]]:
    """Give the lines of one sheet; its head comes with the first, so an empty one has a blank."""
    yield next(lines, dict.fromkeys(head, ""))
    yield from islice(lines, ROOM - 1)


def _cells(row: Sequence[str]) -> list[str]:
    cells = [safe(cell)[:LONGEST] for cell in row]
    try:
        "".join(cells).encode()
    except UnicodeEncodeError:  # half a character: the format has no place for it
        return [cell.encode(errors="replace").decode() for cell in cells]
    return cells


def _download(write: Callable[[IO[bytes]], None], mimetype: str, name: str) -> Response:
    body = tempfile.SpooledTemporaryFile(max_size=HELD)  # noqa: SIM115 - `_sent` closes it
    try:
        write(body)
    except BaseException:
        body.close()
        raise
    answer = Response(_sent(body), mimetype=mimetype)
    answer.content_length = body.tell()
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _sent(body: IO[bytes]) -> Iterator[bytes]:
    with body:
        body.seek(0)
        while part := body.read(PART):
            yield part

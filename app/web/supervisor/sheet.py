"""A table as a CSV or Excel file that a spreadsheet opens and never computes (formula-safe).

Rows may come from a generator: what is held in memory is the packed file, not the table.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from itertools import chain

from flask import Response
from rustpy_xlsxwriter import FastExcel

FORMULA = re.compile("[ ]*[=+\\-@\t\r\n＝＋－＠]")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAPER = {"landscape": True, "paper_size": 9}  # A4
LONGEST = 32_767
"""The most characters of a cell, by the format."""


def safe(cell: str) -> str:
    """Return a cell's text that no spreadsheet takes for a formula."""
    return f"'{cell}" if FORMULA.match(cell) else cell


def csv_file(rows: Iterable[Sequence[str]], name: str) -> Response:
    """Return rows as a download in UTF-8 with its mark, as Excel wants it."""
    body = io.BytesIO()
    text = io.TextIOWrapper(body, encoding="utf-8-sig", errors="replace", newline="")
    csv.writer(text).writerows([safe(cell) for cell in row] for row in rows)
    text.flush()
    return _download(body, "text/csv", f"{name}.csv")


def xlsx_file(rows: Iterable[Sequence[str]], name: str) -> Response:
    """Return rows as an Excel download: every cell text, the head frozen.

    The columns of the head, the first row, have different names.
    """
    body, rest = io.BytesIO(), iter(rows)
    head = _cells(next(rest))
    if len(set(head)) < len(head):
        raise ValueError(f"two columns of one name: {head}")
    lines = (dict(zip(head, _cells(row), strict=True)) for row in rest)
    first = next(lines, dict.fromkeys(head, ""))  # the head comes with the first line
    book = FastExcel(body, autofit=False).freeze(row=1)
    book.sheet("Sheet1", chain((first,), lines), page_setup=PAPER).save()
    return _download(body, XLSX, f"{name}.xlsx")


def _cells(row: Sequence[str]) -> list[str]:
    cells = [safe(cell)[:LONGEST] for cell in row]
    try:
        "".join(cells).encode()
    except UnicodeEncodeError:  # half a character: the format has no place for it
        return [cell.encode(errors="replace").decode() for cell in cells]
    return cells


def _download(body: io.BytesIO, mimetype: str, name: str) -> Response:
    answer = Response(body.getvalue(), mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


FORMATS = {"csv": csv_file, "xlsx": xlsx_file}

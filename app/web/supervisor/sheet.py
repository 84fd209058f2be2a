"""A table as a CSV or Excel file that a spreadsheet opens and never computes (formula-safe)."""

import csv
import io
from collections.abc import Iterable, Sequence

import xlsxwriter
from flask import Response

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BOM = "\ufeff"


def safe(cell: str) -> str:
    """Return a cell's text that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell


def csv_file(rows: Iterable[Sequence[str]], name: str) -> Response:
    """Return rows as a download in UTF-8 with its mark, as Excel wants it."""
    text = io.StringIO()
    csv.writer(text).writerows([safe(cell) for cell in row] for row in rows)
    answer = Response((BOM + text.getvalue()).encode(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


WORKBOOK = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def xlsx_file(rows: Iterable[Sequence[str]], name: str) -> Response:
    """Return rows as an Excel download: every cell text, the head frozen."""
    body = io.BytesIO()
    with xlsxwriter.Workbook(body, WORKBOOK) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, safe(cell))
    answer = Response(body.getvalue(), mimetype=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer


FORMATS = {"csv": csv_file, "xlsx": xlsx_file}

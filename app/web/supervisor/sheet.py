"""A table as a CSV file that a spreadsheet opens and never computes (formula-safe)."""

import csv
import io
from collections.abc import Iterable, Sequence

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

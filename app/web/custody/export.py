"""K2 as a workbook: what was claimed and paid in a year, for finance; no name, no case."""

import io
from collections.abc import Sequence
from datetime import datetime

import xlsxwriter
from flask import Response, request
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.core import clock
from app.core.tx import transaction
from app.rewards import ledger
from app.rewards import payouts as rewards
from app.rewards.payouts import PayoutRow
from app.web import access
from app.web.access import needs
from app.web.custody.blueprint import blueprint
from app.web.i18n import gettext as _
from app.web.labels import label

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS = (6, 18, 16, 18, 14, 12, 20, 12, 14)
A4 = 9
YEARS = range(2020, 2100)


@blueprint.get("/payouts.xlsx")
@needs(Verb.PAYOUT_READ)
def workbook() -> ResponseReturnValue:
    """Hand out the payouts of a year; the taking is logged."""
    now = clock.now()
    year = request.args.get("year", 0, type=int)
    year = year if year in YEARS else ledger.year_of(now)
    rows = rewards.claimed_in(year)
    with transaction():
        rewards.note_export(year, len(rows), by=access.actor().key, now=now)
    answer = Response(written(rows, year=year, now=now), mimetype=XLSX)
    name = f"payouts-{year}.xlsx"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def written(rows: Sequence[PayoutRow], *, year: int, now: datetime) -> bytes:
    """Return the workbook: title, day and unit, frozen head, sum; numbers of papers as text."""
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False,
                                      "strings_to_urls": False})  # fmt: skip
    sheet = book.add_worksheet(str(year))
    money, bold = book.add_format({"num_format": "#,##0.00"}), book.add_format({"bold": True})
    total = book.add_format({"num_format": "#,##0.00", "bold": True})
    sheet.write_string(0, 0, _("Payouts of rewards %(year)s", year=year), bold)
    sheet.write_string(1, 0, _("As of %(day)s, in yuan", day=_day(now)))
    for place, (words, width) in enumerate(zip(_heads(), WIDTHS, strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(2, place, words, bold)
    for line, row in enumerate(rows, start=3):
        sheet.write_number(line, 0, line - 2)
        for place, cell in enumerate(_texts(row), start=1):
            if cell is not None:
                sheet.write_string(line, place, cell)
        sheet.write_number(line, 5, row.amount_fen / 100, money)
    end = len(rows) + 3
    sheet.write_string(end, 0, _("Sum"), bold)
    sheet.write_number(end, 5, sum(row.amount_fen for row in rows) / 100, total)
    sheet.freeze_panes(3, 0)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    book.close()
    return held.getvalue()


def _heads() -> tuple[str, ...]:
    return (_("No."), _("Voucher"), _("Batch"), _("Way"), _("State"), _("Yuan"),
            _("Number of the payment"), _("Claimed"), _("Paid on"))  # fmt: skip


def _texts(row: PayoutRow) -> tuple[str | None, ...]:
    """Return the cells from the second on; None where the sum stands."""
    return (
        row.voucher_no, row.batch or "", str(label(row.claim_way)), str(label(row.state)), None,
        row.reference or "", _day(row.claimed_at), _day(row.paid_at) if row.paid_at else "",
    )  # fmt: skip


def _day(moment: datetime) -> str:
    return clock.local(moment).date().isoformat()

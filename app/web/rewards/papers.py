"""Papers of a reward (domain.md §14): approval form, notice, voucher; nothing of the reporter."""

from datetime import datetime

from flask import Response
from flask_babel import force_locale
from markupsafe import Markup

from app.core import clock, money
from app.documents import pdf
from app.rewards.queries import AwardView
from app.rewards.sheets import Sheet
from app.rewards.states import Way
from app.web import filters, i18n
from app.web.i18n import gettext as _
from app.web.labels import label
from app.web.rewards import words

Row = tuple[str, str]


def download(raw: bytes, name: str) -> Response:
    """Hand a paper out as a file; the name says no more than the page did."""
    answer = Response(raw, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return answer


def approval(sheet: Sheet) -> bytes:
    """Draw the approval form (奖励审批表); it is a paper of the bureau, so it is in Chinese."""
    with force_locale("zh"):
        award = sheet.award
        found = str(label(sheet.finding, "FindingKind")) if sheet.finding else filters.NONE
        data = _base(_("Approval form of a reward"), sheet.case_number) | {
            "number": f"{_('Case number')}{_(': ')}{_number(award, sheet.case_number)}",
            "unit": _("Unit: yuan"),
            "rows": [(_("Confirmed finding"), found), (_("Rules and version"), _rules(award))],
            "how": _("Calculation"), "sums": _sums(award), "amount": _amount(award),
            "steps": _steps(sheet), "pen": [_("Signature"), _("Date")],
        }  # fmt: skip
        signed = [step.at for step in sheet.trail if step.at]
        return pdf.draw("approval", data, at=max([award.assessed_at, *signed]))


def notice(award: AwardView, case_number: str) -> bytes:
    """Draw the notice (领奖通知) in the reader's language; it says what to collect, not to whom."""
    assert award.notified_at is not None
    data = _base(_("Notice of a reward"), case_number) | {
        "lead": _("What you reported was found to be true. The reward is decided."),
        "rows": [
            (_("Case number"), _number(award, case_number)), *_amount(award),
            (_("Collect by"), _day(award.claim_due_at)),
            (_("Ways to collect"), "\n".join(_ways(award))),
            (_("Decline or donate"), _("On the tracking page it may be declined or donated to "
                                       "the county's charity fund. Neither can be undone.")),
        ],
        "notes": [_("After this day the award lapses. The tracking page says how it was worked "
                    "out and takes an objection.")],
        "closing": [_("(seal)"), _day(award.notified_at)],
    }  # fmt: skip
    return pdf.draw("notice", data, at=award.notified_at)


def voucher(award: AwardView) -> bytes:
    """Draw the voucher for the counter: number and amount, no case."""
    number = award.voucher_no or ""
    data = _base(_("Voucher for the counter"), number) | {
        "number": number, "rows": _amount(award),
        "notes": [_("Show this at the counter. Nobody asks for your name; whoever knows the "
                    "number can collect it.")],
    }  # fmt: skip
    return pdf.draw("voucher", data, at=award.claimed_at or award.assessed_at)


def _base(title: str, foot: str) -> dict[str, object]:
    return {"title": title, "lang": i18n.current(), "foot": foot}


def _number(award: AwardView, case_number: str) -> str:
    return f"{case_number}{_(', ')}{words.stage(award.stage)}"


def _rules(award: AwardView) -> str:
    rules = award.rules
    return _("%(name)s, version %(n)s, valid from %(day)s", name=rules.name, n=rules.version,
             day=rules.valid_from)  # fmt: skip


def _amount(award: AwardView) -> list[Row]:
    return [
        (_("Amount"), filters.yuan(award.amount_fen)),
        (_("In capitals"), money.capitals(award.amount_fen)),
    ]


def _sums(award: AwardView) -> list[tuple[str, str, str]]:
    return [
        (said, _plain(small), filters.money_of(sum_) if isinstance(sum_, int) else sum_)
        for said, small, sum_, _look in words.sums(award)
    ]


def _plain(text: str) -> str:
    """Return words that were made for a page as words for paper."""
    return text.striptags() if isinstance(text, Markup) else text


def _steps(sheet: Sheet) -> list[dict[str, str]]:
    """Return the four opinions; what nobody has signed is left to the pen."""
    done = {step.key: step for step in sheet.trail}
    agreed = _("Agreed")
    if sheet.minutes_no:
        agreed += _(" (minutes %(number)s)", number=sheet.minutes_no)
    opinions = (
        (_("Opinion of the proposer"), "proposed", sheet.note or _("Proposed for a reward")),
        (_("Opinion of the section"), "section", ""),
        (_("Opinion of the reviewer"), "reviewed", _("Reviewed, in order")),
        (_("Opinion of the approver"), "approved", agreed),
        (_("Opinion of the second approver"), "approved_second", agreed),
    )
    return [
        {
            "words": said, "opinion": opinion if key in done else "",
            "name": done[key].name if key in done else "",
            "day": _day(done[key].at) if key in done else "",
        }
        for said, key, opinion in opinions
        if key != "approved_second" or sheet.needs_second
    ]  # fmt: skip


def _ways(award: AwardView) -> list[str]:
    said = {
        Way.VOUCHER: _("At the counter with query code and claim secret, without a name"),
        Way.PHONE_CREDIT: _("As phone credit, on the tracking page"),
        Way.BANK: _("To a bank account, on the tracking page"),
    }
    return [said[way] for way in said if way in award.ways]


def _day(at: datetime | None) -> str:
    """Write a day with its year: a paper is read in other years too."""
    if at is None:
        return filters.NONE
    local = clock.local(at)
    if i18n.current() == "zh":
        return f"{local.year} 年 {local.month} 月 {local.day} 日"
    return f"{local.day} {filters.MONTHS[local.month - 1]} {local.year}"

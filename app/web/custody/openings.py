"""K1: ask to open an identity, decide as the other custodian, open once within fifteen minutes."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.accounts.permissions import Verb
from app.cases import queries as cases
from app.core import clock
from app.core.errors import Invalid, NotFound
from app.core.tx import transaction
from app.identity import openings as vault
from app.identity import service as identity
from app.identity.openings import OpeningView
from app.identity.payees import PayeeDetails
from app.intake import queries as reports
from app.rewards import payouts
from app.web import access
from app.web.access import needs
from app.web.custody.blueprint import blueprint
from app.web.custody.forms import AskForm, DecideForm, RevealForm
from app.web.forms import unfinished
from app.web.i18n import gettext as _


def _context(form: AskForm) -> dict[str, object]:
    now, who = clock.now(), access.actor().staff_id
    waiting = vault.waiting(now=now)
    own = vault.asked_by(who, now=now)
    people = accounts.by_ids({row.asked_by for row in waiting})
    numbers = _numbers([*waiting, *own])
    return {"form": form, "waiting": waiting, "own": own, "people": people, "me": who,
            "numbers": numbers, "decide_form": DecideForm(formdata=None)}  # fmt: skip


def _numbers(rows: list[OpeningView]) -> dict[int, str]:
    """Return the case number of each report, the only thing a custodian needs to know of it."""
    found = {row.report_id: reports.by_id(row.report_id).case_id for row in rows}
    named = cases.many(list(found.values()))
    return {report: named[case].number for report, case in found.items() if case in named}


@blueprint.route("/openings", methods=["GET", "POST"])
@needs(Verb.IDENTITY_REQUEST)
def openings() -> ResponseReturnValue:
    """List wishes to see an identity, and ask for one; the page says that the reporter sees it."""
    form = AskForm()
    if request.method == "GET":
        return render_template("custody/openings.html", **_context(form))
    if form.validate_on_submit():
        try:
            with transaction():
                _ask(form.target.data or "", form.reason.data or "")
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("Asked. Another custodian decides."))
            return redirect(url_for("custody.openings"), 303)
    return unfinished("custody/openings.html", **_context(form))


def _ask(target: str, reason: str) -> None:
    who, now = access.actor().staff_id, clock.now()
    voucher = payouts.by_voucher(target)
    if voucher is not None:
        vault.ask(voucher.report_id, by=who, reason=reason, now=now, award_id=voucher.award_id)
        return
    try:
        case = cases.by_number(target.strip().upper())
    except NotFound as error:
        raise Invalid("no_such_target", field="target") from error
    for report in reports.of_case(case.id):
        if identity.has_phone(report.id):
            vault.ask(report.id, by=who, reason=reason, now=now)
            return
    raise Invalid("no_contact", field="target")


@blueprint.post("/openings/<int:opening_id>/decide")
@needs(Verb.IDENTITY_APPROVE)
def decide(opening_id: int) -> ResponseReturnValue:
    """Approve or refuse as another custodian."""
    form = DecideForm()
    if not form.validate_on_submit():
        raise Invalid("form_incomplete")
    approve = request.form.get("decision") == "approve"
    with transaction():
        vault.decide(opening_id, approve=approve, by=access.actor().staff_id, now=clock.now())
    flash(_("Approved for fifteen minutes.") if approve else _("Refused."))
    return redirect(url_for("custody.openings"), 303)


@blueprint.route("/openings/<int:opening_id>", methods=["GET", "POST"])
@needs(Verb.IDENTITY_OPEN)
def opening(opening_id: int) -> ResponseReturnValue:
    """Open an approved identity once; it is logged before anything is shown, and never kept."""
    form, who, now = RevealForm(), access.actor().staff_id, clock.now()
    row = next((one for one in vault.asked_by(who, now=now) if one.id == opening_id), None)
    if row is None:
        raise NotFound
    facts = {"form": form, "row": row, "number": _numbers([row]).get(row.report_id, "—")}
    if not form.validate_on_submit():
        return render_template("custody/opening.html", shown=None, **facts)
    with transaction():
        grant = vault.use(opening_id, by=who, now=now)
    found = vault.reveal(grant, passphrase=form.passphrase.data or "")
    return render_template("custody/opening.html", shown=_rows(found), **facts)


def _rows(found: str | PayeeDetails) -> list[tuple[str, str]]:
    if isinstance(found, str):
        return [(_("Phone"), found)]
    return [
        (_("Name"), found.name), (_("Identity number"), found.identity_number),
        (_("Account"), found.account), (_("Bank"), found.bank or "—"),
        (_("Phone"), found.phone or "—"),
        *([(_("Collects for"), found.stands_for)] if found.stands_for else []),
    ]  # fmt: skip

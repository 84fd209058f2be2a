"""I6: the check by somebody else: the finding, then pass or send back."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.permissions import Verb
from app.cases import check
from app.cases import queries as cases
from app.cases.queries import CaseView
from app.cases.workflow import State
from app.core import clock
from app.core.errors import Invalid, Stale
from app.core.tx import transaction
from app.enforcement import queries as enforcement
from app.enforcement import service as enforcement_service
from app.web import access
from app.web.access import needs
from app.web.desk import inbox, lists
from app.web.desk.blueprint import blueprint
from app.web.desk.forms import CheckForm
from app.web.forms import refused, unfinished


@blueprint.get("/check")
@needs(Verb.CASE_CHECK)
def checks() -> ResponseReturnValue:
    """List handled cases; own ones are absent, not greyed."""
    held = cases.in_states((State.HANDLED,), size=lists.MOST).rows
    others = check.others_work([row.id for row in held], access.actor())
    page = lists.page([row for row in held if row.id in others])
    return render_template("desk/checks.html", page=page, rows=lists.rows(page.rows))


@blueprint.route("/check/<number>", methods=["GET", "POST"])
@needs(Verb.CASE_CHECK)
def check_case(number: str) -> ResponseReturnValue:
    """Show a handled case beside what was reported, and take the decision."""
    row, who = cases.by_number(number), access.actor()
    check.must_be_other(row.id, who)
    form = _form(row)
    if row.state is not State.HANDLED:
        return _late(row, form)
    if request.method == "GET":
        return render_template("desk/check.html", form=form, **_context(row))
    failing = request.form.get("decision") == "fail"
    try:
        _require(form, failing=failing)
        _decide(row, form, failing=failing)
    except Invalid as error:
        form.refuse(error)
        return unfinished("desk/check.html", form=form, **_context(row))
    except Stale:
        return _late(cases.by_number(number), form)
    flash(_("Sent back to be redone.") if failing else _("Check passed."))
    return redirect(url_for("desk.checks"), 303)


def _late(row: CaseView, form: CheckForm) -> ResponseReturnValue:
    """Say that somebody was quicker, beside what was written (screens.md §4.3)."""
    form.base_version.data = str(row.version)
    form.refuse(Stale("case_changed", number=row.number))
    return refused("desk/check.html", 409, form=form, stale=True, **_context(row))


def _form(row: CaseView) -> CheckForm:
    proposed = enforcement.finding(row.id, round_=row.round)
    if proposed is None:
        return CheckForm(base_version=row.version)
    return CheckForm(
        base_version=row.version, finding=str(proposed.kind), punishable=proposed.punishable,
        our_jurisdiction=proposed.our_jurisdiction, offender_known=proposed.offender_known,
        order_to_correct=proposed.order_to_correct, grounds=proposed.grounds,
        on_spot_corrected=proposed.on_spot_corrected,
    )  # fmt: skip


def _require(form: CheckForm, *, failing: bool) -> None:
    if not form.validate_on_submit():
        raise Invalid("form_incomplete")
    if request.form.get("decision") not in ("pass", "fail"):
        raise Invalid("decision_missing")
    if not failing and not form.finding.data:
        raise Invalid("finding_missing", field="finding")


def _decide(row: CaseView, form: CheckForm, *, failing: bool) -> None:
    who, now, version = access.actor(), clock.now(), form.version
    with transaction():
        if failing:
            note = form.reason.data or ""
            check.fail_check(row.id, by=who, now=now, note=note, version=version)
            return
        proposed = enforcement.finding(row.id, round_=row.round)
        found = form.found(proposed.officers if proposed else ())
        enforcement_service.set_finding(row.id, found, by=who, now=now)
        check.pass_check(row.id, by=who, now=now, version=version)


def _context(row: CaseView) -> dict[str, object]:
    return inbox.context(row) | {"proposed": enforcement.finding(row.id, round_=row.round)}

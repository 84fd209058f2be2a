"""R2: the work sheet: facts, conditions, arithmetic line by line, then to a second person."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.core import clock
from app.core.errors import Invalid
from app.core.tx import transaction
from app.fieldwork import queries as fieldwork
from app.flags import queries as flags
from app.intake.kinds import medium
from app.media import queries as media
from app.places import queries as places
from app.rewards import service, sheets
from app.rewards.sheets import Sheet
from app.web import access
from app.web.access import needs
from app.web.forms import StaffForm, unfinished
from app.web.i18n import gettext as _
from app.web.rewards import lists, words
from app.web.rewards.blueprint import blueprint
from app.web.rewards.forms import AmendForm, ChecksForm, ProposeForm


def context(found: Sheet) -> dict[str, object]:
    """Return what every view of a sheet shows."""
    award = found.award
    tasks = [task.id for task in fieldwork.tasks_of(award.case_id)]
    after = media.for_holder("finish", tasks)
    return {
        "sheet": found, "award": award, "medium": medium(found.category), "counts": lists.counts(),
        "sums": words.sums(award), "ticks": words.ticks(award.checks),
        "trail": words.trail(found), "stage": words.stage(award.stage),
        "level": words.LEVELS.get(found.level, found.level), "reasons": words.REASONS,
        "area": places.names((found.township_code,)).get(found.township_code or "", ""),
        "before": media.for_holder("report", [award.report_id]).get(award.report_id, [])[:1],
        "after": [photo for many in after.values() for photo in many][:1],
        "flags": flags.of_case(award.case_id),
        "mine": access.actor().staff_id in found.people,
    }  # fmt: skip


def forms(found: Sheet) -> dict[str, object]:
    """Return the clerk's empty forms."""
    facts = found.award.facts
    version = found.award.version
    return {
        "checks_form": ChecksForm(formdata=None, base_version=version).preset(found.award.checks),
        "propose_form": ProposeForm(formdata=None, base_version=version),
        "amend_form": AmendForm(
            formdata=None, base_version=version, insider=facts.get("insider", False),
            joint_reporters=facts.get("joint_reporters", 1),
        ),
    }  # fmt: skip


@blueprint.get("/<int:award_id>")
@needs(Verb.REWARD_READ)
def sheet(award_id: int) -> ResponseReturnValue:
    """Show the work sheet of an award; of the reporter it holds nothing."""
    found = sheets.sheet(award_id, now=clock.now())
    return render_template("rewards/sheet.html", **context(found), **forms(found))


@blueprint.post("/<int:award_id>/propose")
@needs(Verb.REWARD_PROPOSE)
def propose(award_id: int) -> ResponseReturnValue:
    """Send the award to a second person."""
    form = ProposeForm()
    if not form.validate_on_submit():
        raise Invalid("form_incomplete")
    with transaction():
        service.propose(
            award_id, staff_id=access.actor().staff_id, note=form.note.data or "",
            version=form.version, now=clock.now(),
        )  # fmt: skip
    flash(_("Sent to a second person."))
    return redirect(url_for("rewards.queue"), 303)


@blueprint.post("/<int:award_id>/checks")
@needs(Verb.REWARD_PROPOSE)
def checks(award_id: int) -> ResponseReturnValue:
    """Keep what the clerk says to each condition."""
    form = ChecksForm()
    if not form.validate_on_submit():
        return _again(award_id, form, "checks_form")
    try:
        with transaction():
            service.answer_checks(
                award_id, form.answers(), staff_id=access.actor().staff_id, version=form.version,
                now=clock.now(),
            )  # fmt: skip
    except Invalid as error:
        form.refuse(error)
        return _again(award_id, form, "checks_form")
    flash(_("The list is answered."))
    return redirect(url_for("rewards.sheet", award_id=award_id), 303)


@blueprint.post("/<int:award_id>/amend")
@needs(Verb.REWARD_PROPOSE)
def amend(award_id: int) -> ResponseReturnValue:
    """State what no record holds, and value the award anew."""
    form = AmendForm()
    if not form.validate_on_submit():
        return _again(award_id, form, "amend_form")
    try:
        with transaction():
            service.amend(
                award_id, form.stated(), note=form.note.data or "", version=form.version,
                staff_id=access.actor().staff_id, now=clock.now(),
            )  # fmt: skip
    except Invalid as error:
        form.refuse(error)
        return _again(award_id, form, "amend_form")
    flash(_("Assessed anew."))
    return redirect(url_for("rewards.sheet", award_id=award_id), 303)


def _again(award_id: int, form: StaffForm, name: str) -> ResponseReturnValue:
    found = sheets.sheet(award_id, now=clock.now())
    shown = context(found) | forms(found) | {name: form, "form": form}
    return unfinished("rewards/sheet.html", **shown)


@blueprint.post("/<int:award_id>/notify")
@needs(Verb.REWARD_PROPOSE)
def notify(award_id: int) -> ResponseReturnValue:
    """Tell the reporter: the claim window starts."""
    with transaction():
        service.notify(award_id, by=access.actor().key, now=clock.now())
    flash(_("The reporter is told. The claim window runs."))
    return redirect(url_for("rewards.queue"), 303)


@blueprint.post("/<int:award_id>/review")
@needs(Verb.REWARD_REVIEW)
def review(award_id: int) -> ResponseReturnValue:
    """Let a reviewer pass the award."""
    form = ProposeForm()
    if not form.validate_on_submit():
        raise Invalid("form_incomplete")
    with transaction():
        service.review(
            award_id, staff_id=access.actor().staff_id, note=form.note.data or "",
            version=form.version, now=clock.now(),
        )  # fmt: skip
    flash(_("Reviewed."))
    return redirect(url_for("rewards.reviews"), 303)

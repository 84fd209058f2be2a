"""Flags that wait, flags that were answered, one flag with its evidence and its answer."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.core import clock
from app.core.errors import Invalid
from app.core.tx import transaction
from app.flags import queries, service
from app.flags.kinds import Verdict
from app.flags.queries import FlagView
from app.web import access
from app.web.access import needs
from app.web.flags import words
from app.web.flags.blueprint import blueprint
from app.web.flags.forms import AnswerForm
from app.web.forms import unfinished
from app.web.i18n import gettext as _


@blueprint.get("/")
@needs(Verb.FLAG_READ)
def waiting() -> ResponseReturnValue:
    """List open flags, or with `?view=done` the answered ones with their reasons."""
    chosen = "done" if request.args.get("view") == "done" else "open"
    number = max(1, request.args.get("page", 1, type=int))
    page = queries.page(open_ones=chosen == "open", number=number)
    return render_template(
        "flags/waiting.html", page=page, chosen=chosen, verdicts=queries.verdicts(),
        false_alarm=Verdict.FALSE_ALARM, brief=words.brief,
    )  # fmt: skip


@blueprint.get("/<int:flag_id>")
@needs(Verb.FLAG_READ)
def flag(flag_id: int) -> ResponseReturnValue:
    """Show one flag with its evidence."""
    found = queries.by_id(flag_id)
    form = AnswerForm(formdata=None, base_version=found.size)
    return render_template("flags/flag.html", **_context(found), answer_form=form)


def _context(found: FlagView) -> dict[str, object]:
    return {
        "flag": found, "facts": words.facts(found), "couples": words.couples(found),
        "cases": words.cases(found), "advice": words.ADVICE[found.kind],
    }  # fmt: skip


@blueprint.post("/<int:flag_id>")
@needs(Verb.FLAG_ANSWER)
def answer(flag_id: int) -> ResponseReturnValue:
    """Keep the answer with its reason."""
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            with transaction():
                service.answer(
                    flag_id, verdict=Verdict(form.verdict.data), reason=form.reason.data or "",
                    size=form.version, staff_id=access.actor().staff_id, now=clock.now(),
                )  # fmt: skip
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("Your judgement is kept."))
            return redirect(url_for("flags.flag", flag_id=flag_id), 303)
    shown = _context(queries.by_id(flag_id)) | {"answer_form": form, "form": form}
    return unfinished("flags/flag.html", **shown)

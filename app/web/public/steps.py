"""C11: the same report with one question a page, for those who want it large and slow."""

from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from app.core.errors import NotFound
from app.intake import kinds
from app.web import theme
from app.web.forms import unfinished
from app.web.public import drafts
from app.web.public.answers import Answers
from app.web.public.drafts import Draft
from app.web.public.forms import ReportForm, fill, gaps
from app.web.public.report import context, receive
from app.web.public.site import blueprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One page: its template part, the fields it asks for, those it must have."""

    part: str
    fields: tuple[str, ...]
    needed: tuple[str, ...] = ()


STEPS = (
    Step(part="photos", fields=("photos",)),
    Step(
        part="place",
        fields=("place_words", "township", "village", "lng", "lat", "accuracy"),
        needed=("place_words",),
    ),
    Step(part="kinds", fields=("kinds", "happening", "words"), needed=("kinds", "words")),
    Step(
        part="contact", fields=("contact_mode", "phone", "consent"),
        needed=("contact_mode", "phone", "consent"),
    ),
)  # fmt: skip
ELDER_KINDS = ("burning", "dumping", "black_water", "site_dust", "noise", "unsure")


@blueprint.get("/report/step/<int:number>")
def step(number: int) -> str | Response:
    """Show one question with what was answered before; without elder mode, the whole form."""
    if not theme.is_elder():
        return redirect(url_for("public.report"), 303)
    if not 1 <= number <= len(STEPS):
        raise NotFound
    draft = drafts.load(drafts.current())
    form = ReportForm(formdata=None)
    fill(form, draft.answers)
    return render_template("public/step.html", **_facts(form, draft, number))


@blueprint.post("/report/step/<int:number>")
def next_step(number: int) -> Response:
    """Keep the answer, then ask the next one."""
    if not 1 <= number <= len(STEPS):
        raise NotFound
    here = STEPS[number - 1]
    form, draft = receive(only=here.fields)
    if "drop" in request.form or request.form.get("go") == "area":
        return redirect(url_for("public.step", number=number), 303)
    form.validate()
    _ask_for(here, form, draft)
    if any(form[name].errors for name in here.fields):
        return unfinished("public/step.html", **_facts(form, draft, number))
    if number == len(STEPS):
        return redirect(url_for("public.check"), 303)
    return redirect(url_for("public.step", number=number + 1), 303)


def _ask_for(here: Step, form: ReportForm, draft: Draft) -> None:
    """Write what this page still lacks to its fields, and forget what other pages lack."""
    lacks = gaps(draft.answers, photos=len(draft.photos))
    for name, field in form._fields.items():
        told = list(field.errors) if name in here.fields else []
        field.errors = [*told, lacks[name]] if name in here.needed and name in lacks else told


def _facts(form: ReportForm, draft: Draft, number: int) -> dict[str, Any]:
    answers: Answers = draft.answers
    options = {option.data: option for option in form.kinds}
    chosen = [key for key in answers.kinds if key not in ELDER_KINDS]
    return {
        **context(form, draft), "number": number, "count": len(STEPS),
        "step": STEPS[number - 1], "elder_kinds": [options[key] for key in (*ELDER_KINDS, *chosen)],
        "media": {key: kind.medium for key, kind in kinds.KINDS.items()},
        "asks_words": not draft.photos,
    }  # fmt: skip

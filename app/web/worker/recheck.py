"""Second looks at closed cases: the list, and the page with photo and position."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.cases import queries as cases
from app.core import clock
from app.core.errors import Invalid, Stale
from app.core.tx import transaction
from app.fieldwork.rules import LIMITS
from app.intake import queries as intake
from app.places import queries as places
from app.sla import queries as sla
from app.sla.queries import ClockView
from app.spotchecks import queries, service
from app.spotchecks.giving import subject
from app.spotchecks.kinds import CLOCKS, SpotState
from app.spotchecks.queries import SpotView
from app.web import access
from app.web.access import needs
from app.web.clocks import ClockTag, clock_tag
from app.web.forms import unfinished
from app.web.i18n import gettext as _
from app.web.labels import label
from app.web.worker import own, pictures
from app.web.worker.blueprint import blueprint
from app.web.worker.forms import RecheckForm

TEMPLATE = "worker/recheck.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One second look of the list."""

    row: SpotView
    place: str
    say: str
    after: bool
    tag: ClockTag


@blueprint.get("/rechecks")
@needs(Verb.TASK_READ)
def rechecks() -> ResponseReturnValue:
    """List the second looks that wait for the reader."""
    rows = queries.waiting_for(access.actor().staff_id)
    names = places.names({row.grid_code for row in rows} | {row.township_code for row in rows})
    cards = [_card(row, names) for row in rows]
    return render_template("worker/rechecks.html", cards=cards)


def _card(row: SpotView, names: dict[str, str]) -> Card:
    when = [] if row.drawn else [str(label(row.occasion))]
    where = [names[code] for code in (row.township_code, row.grid_code) if code in names]
    limit = _limit(row)
    return Card(
        row=row,
        place=row.place_words or row.number,
        after=not row.drawn,
        say=_(", ").join([*when, str(label(row.category, "Category")), *where]),
        tag=clock_tag(limit) if limit else ClockTag(look="pause", words=_("no time limit runs"),
                                                    due_at=None),
    )  # fmt: skip


def _limit(row: SpotView) -> ClockView | None:
    named = (CLOCKS[row.occasion], subject(row.id, row.occasion))
    found = [one for one in sla.clocks_of(row.case_id) if (one.kind, one.subject) == named]
    return found[-1] if found else None


def _form(row: SpotView, *, empty: bool = False) -> RecheckForm:
    form = RecheckForm(formdata=None) if empty else RecheckForm()
    return form if row.drawn else form.after_closing()


@blueprint.get("/recheck/<int:check_id>")
@needs(Verb.TASK_WORK)
def recheck(check_id: int) -> ResponseReturnValue:
    """Show the page of a second look; a settled one says what was found."""
    row = _mine(check_id)
    form = _form(row, empty=True)
    if row.state is SpotState.OPEN:
        with transaction():
            form.challenge.data = service.issue_challenge(
                check_id, by=access.actor(), now=clock.now()
            )
    return render_template(TEMPLATE, form=form, **_context(row, form))


@blueprint.post("/recheck/<int:check_id>")
@needs(Verb.TASK_WORK)
def look(check_id: int) -> ResponseReturnValue:
    """Store what was found; poor proof is said in words and never refused."""
    row = _mine(check_id)
    form = _form(row)
    ids, refused = pictures.take(form.photo.data, form.album.data, key=form.idem_key.data or "")
    form.validate()
    if not ids:
        form.photo.errors = refused
    if form.is_bad:
        return unfinished(TEMPLATE, form=form, **_context(row, form))
    try:
        with transaction():
            verdict = service.look(
                check_id, form.found(), form.told(ids), by=access.actor(), now=clock.now()
            )
    except (Invalid, Stale) as error:
        form.refuse(error)
        doubts = error.facts.get("reasons", [])
        return unfinished(TEMPLATE, form=form, **_context(row, form), doubts=doubts)
    said = _("Thank you. It is written down, grade %(grade)s.", grade=verdict.grade)
    flash(said if verdict.counts else _("Written down. It counts once the supervisor confirms it."))
    return redirect(url_for("worker.rechecks"), 303)


def _mine(check_id: int) -> SpotView:
    """Return a second look of the reader; any other is as if there were none (R-S2)."""
    row = queries.check(check_id)
    with_me = service.own(check_id, access.actor().staff_id)
    assert with_me.id == row.id
    return row


def _context(row: SpotView, form: RecheckForm) -> dict[str, object]:
    case = cases.by_id(row.case_id)
    limit = _limit(row)
    grid = row.grid_code or ""
    return {
        "row": row,
        "case": case,
        "place": row.place_words or places.names((grid,)).get(grid, "") or row.number,
        "limit": limit,
        "result": label(row.result, None if row.drawn else "ResultAfter"),
        "told": [report.words for report in intake.of_case(case.id) if report.words],
        "before": pictures.of_reports(case.id),
        "after": pictures.of_work(case.id),
        "radius": int(LIMITS.radius_m),
        "held": pictures.draft(form.idem_key.data or ""),
        "number": own.find(row.number).case.number,
    }

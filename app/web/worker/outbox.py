"""W9 and the field without a network: one page for all, and the pack of cases it is filled from.

The phone keeps the page and the pack (screens.md §4.5): at most 30 cases, no reporter in them. What
is written without a network waits in the phone and is sent to the same addresses as with one.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import jsonify, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.briefings import queue
from app.briefings.queue import QueueRow, Tab
from app.cases import queries as cases
from app.cases.queries import CaseView
from app.cases.workflow import State
from app.core import clock
from app.fieldwork import queries as fieldwork
from app.fieldwork.rules import LIMITS
from app.fieldwork.states import TaskState
from app.intake import queries as intake
from app.intake.queries import ReportView
from app.media import queries as photos
from app.places import queries as places
from app.web import access, filters
from app.web.access import needs
from app.web.forms import StaffForm
from app.web.i18n import gettext as _
from app.web.labels import label
from app.web.worker import advice, scene
from app.web.worker.blueprint import blueprint
from app.web.worker.forms import ArriveForm, FinishForm, ReplyForm

MOST = 30
PICTURES = 2
HIDDEN = {"lng": "Longitude", "lat": "Latitude", "accuracy": "Accuracy in metres",
          "device_at": "Time of the phone"}  # fmt: skip
"""Hidden fields that a supervisor should read as well."""
UNSAID = ("HiddenField", "CSRFTokenField", "MultipleFileField", "FileField")
AT_HAND = (State.ASSIGNED, State.ARRIVED)


@blueprint.get("/outbox")
@needs(Verb.TASK_READ)
def outbox() -> ResponseReturnValue:
    """Show what waits to be sent; without a network also the cases, and the forms of the field."""
    forms = [kind(formdata=None) for kind in (ArriveForm, ReplyForm, FinishForm)]
    return render_template(
        "worker/field.html", arrive=forms[0], answer=forms[1], finish=forms[2],
        radius=int(LIMITS.radius_m), labels=_labels(forms),
    )  # fmt: skip


def _labels(forms: Iterable[StaffForm]) -> dict[str, str]:
    """Return what the fields are called in a file that the phone makes of what waits in it."""
    shown = [field for form in forms for field in form if field.type not in UNSAID]
    found = {field.name: str(field.label.text) for field in shown}
    for field in shown:
        for option in field if field.type == "RadioField" else ():
            found[f"{field.name}={option.data}"] = str(option.label.text)
    return found | {name: _(words) for name, words in HIDDEN.items()}


@blueprint.get("/pack")
@needs(Verb.TASK_READ)
def pack() -> ResponseReturnValue:
    """Give the phone what it needs of the worker's own open cases, the nearest due first."""
    now, who = clock.now(), access.actor()
    rows = _rows(who.staff_id)
    ids = [row.case_id for row in rows]
    known, told = cases.many(ids), intake.of_cases(ids)
    names = places.names(row.grid_code for row in rows)
    first = [reports[0].id for reports in told.values()]
    shown = photos.for_holder("report", first)
    said = fieldwork.replies(ids)
    response = jsonify({
        "now": int(now.timestamp() * 1000),
        "cases": [
            _case(row, known[row.case_id], told.get(row.case_id, []), names)
            | {"photos": _photos(row, told.get(row.case_id, []), shown)}
            | _answered(known[row.case_id], said.get(row.case_id, []))
            for row in rows
        ],
    })  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    return response


def _rows(staff_id: int) -> list[QueueRow]:
    found = [
        row
        for tab in Tab
        for row in queue.worker_page(staff_id, tab, size=MOST).page.rows
        if row.case_state in AT_HAND
    ]
    found.sort(key=lambda row: (_due(row) is None, _due(row) or 0, row.task_id))
    return found[:MOST]


def _due(row: QueueRow) -> float | None:
    due_at = row.clock.due_at if row.clock else None
    return due_at.timestamp() * 1000 if due_at else None


def _case(
    row: QueueRow, case: CaseView, reports: Sequence[ReportView], names: dict[str, str]
) -> dict[str, Any]:
    due_at = row.clock.due_at if row.clock else None
    return {
        "number": row.number,
        "place": row.place_words or names.get(row.grid_code or "", "") or row.number,
        "what": str(label(row.category, "Category")),
        "level": str(label(case.urgency)),
        "words": [report.words for report in reports if report.words],
        "lng": case.lng,
        "lat": case.lat,
        "clock": str(label(row.clock.kind)) if row.clock else "",
        "until": filters.due(due_at) if due_at else "",
        "due": _due(row),
        "arrived": row.task_state is TaskState.ARRIVED or bool(row.no_visit_reason),
        "redo": row.rework_reason,
        "look": [str(line) for line in advice.lines(row.category)],
    }


def _photos(
    row: QueueRow, reports: Sequence[ReportView], shown: dict[int, list[photos.PhotoInfo]]
) -> list[str]:
    held = shown.get(reports[0].id, []) if reports else []
    return [
        url_for("worker.photo", number=row.number, photo_id=one.id, size=320)
        for one in held[:PICTURES]
    ]


def _answered(case: CaseView, said: Sequence[fieldwork.ReplyView]) -> dict[str, Any]:
    """Return what a reply starts with, as the pages of the case have it."""
    before = [one for one in said if one.round == case.round]
    start = scene.first_words(case, before)
    return {
        "replied": bool(before),
        "start": {name: str(value or "") for name, value in start.items()},
    }

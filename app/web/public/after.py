"""What was done about a case, as its reporters may see it: pictures, answers, the open question."""

from collections.abc import Sequence
from datetime import date, datetime

from flask_babel import gettext as _

from app.cases import queries as cases
from app.cases.queries import CaseView
from app.cases.workflow import Move, State
from app.core.clock import LOCAL
from app.fieldwork import queries as fieldwork
from app.intake import queries as reports
from app.media import queries as media
from app.media.queries import PhotoInfo
from app.web import filters, pictures


def photos(case_id: int) -> list[PhotoInfo]:
    """Return the pictures taken when the work was done, ours and a department's."""
    tasks = [task.id for task in fieldwork.tasks_of(case_id)]
    found = media.for_holder("finish", tasks)
    return [photo for task in tasks for photo in found[task]] + pictures.of_feedback(case_id)


def replies(case_id: int) -> list[str]:
    """Return the answers with their four elements, oldest first (domain.md §3)."""
    told = fieldwork.replies([case_id]).get(case_id, [])
    lines = [line for reply in told for line in _told(reply)]
    closed = [step.facts.get("reply", "") for step in cases.steps(case_id)]
    return list(dict.fromkeys(line for line in (*lines, *closed) if line))


def _told(reply: fieldwork.ReplyView) -> Sequence[str]:
    said = _(
        "Your matter was accepted on %(day)s. We spoke with: %(who)s. What is done: %(measure)s. "
        "By when: %(limit)s.",
        day=_day(reply.accepted_on), who=reply.talked_to, measure=reply.measure,
        limit=reply.time_limit,
    )  # fmt: skip
    return (said, reply.words) if reply.words else (said,)


def _day(on: date) -> str:
    return filters.day(datetime(on.year, on.month, on.day, 12, tzinfo=LOCAL))


def question(report_id: int, case: CaseView) -> str:
    """Return what the desk wants to know, while the case waits for it."""
    if case.state is not State.WAITING_REPORTER:
        return ""
    asked = [note.words for note in reports.notes(report_id) if note.kind == "question"]
    steps = [step.reason for step in cases.steps(case.id) if step.move is Move.ASK_REPORTER]
    return (asked or steps or [""])[-1]

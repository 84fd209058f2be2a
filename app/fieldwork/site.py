"""What a worker reports from the site: replies with their four elements, and the end of a task."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from app.accounts.queries import Actor
from app.audit import service as audit
from app.cases import service as cases
from app.cases.workflow import Move, State
from app.core.db import db
from app.core.errors import Invalid, Stale
from app.core.events import announce
from app.fieldwork import tasks
from app.fieldwork.events import FirstReplySent
from app.fieldwork.models import SiteReply, Task
from app.fieldwork.states import Outcome, ReplyKind, TaskState
from app.media import service as media

MAX_WORDS = 3000
MIN_FACTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyData:
    """The four elements 受理时间, 与谁沟通, 解决措施, 解决时限, and free words beside them."""

    accepted_on: date | None
    talked_to: str
    measure: str
    time_limit: str
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishData:
    """What ends a task: the facts of the site, pictures afterwards, the reply proposed."""

    site_facts: str
    outcome: Outcome | None
    reply: ReplyData
    photo_ids: tuple[str, ...] = ()
    draft_key: str = ""


ELEMENTS = ("accepted_on", "talked_to", "measure", "time_limit")


def _check(data: ReplyData) -> None:
    for name in ELEMENTS:
        value = getattr(data, name)
        if value is None or (isinstance(value, str) and not value.strip()):
            raise Invalid("reply_element_missing", field=name)
    if max(len(data.words), len(data.measure), len(data.talked_to)) > MAX_WORDS:
        raise Invalid("words_too_long", field="words", most=MAX_WORDS)


def reply(task_id: int, data: ReplyData, *, by: Actor, now: datetime) -> int:
    """Send a reply to the reporters of a case; the first of a round stops the reply clocks.

    It stands on their status pages at once; messages are the reactions' business. Raises Invalid
    (an element is missing), Stale (the case is not in this worker's hands).
    """
    task = _at_work(task_id, by)
    _check(data)
    kind = ReplyKind.PROGRESS if _replied(task) else ReplyKind.FIRST
    return _send(task, data, kind=kind, by=by, now=now)


def finish(task_id: int, data: FinishData, *, by: Actor, now: datetime) -> None:
    """Hand the case in for its check (moves 11 and 12): closing is never the handler's word.

    Wants the facts of the site, a picture afterwards (not where 无需到场 was set) and the four
    elements, which are sent as first reply where none was. Raises Invalid, Stale, Forbidden.
    """
    task = _at_work(task_id, by)
    case = cases.get(task.case_id)
    remote = case.state is State.ASSIGNED and not case.on_site
    if not remote and (case.state is State.ASSIGNED or task.state is TaskState.SIGNED):
        raise Stale("arrive_first", number=case.number)
    _check_finish(data, photo_needed=not remote)
    if not _replied(task):
        _send(task, data.reply, kind=ReplyKind.FIRST, by=by, now=now)
    _keep(task, data.reply, kind=ReplyKind.FINAL, now=now)
    if data.photo_ids:
        media.hold(
            data.photo_ids, draft_key=data.draft_key, holder_kind="finish", holder_id=task_id
        )
    task.site_facts, task.outcome = data.site_facts.strip(), data.outcome
    db.session.flush()
    facts = {"task_id": task_id, "outcome": str(data.outcome), "photos": len(data.photo_ids)}
    audit.record(
        actor=by.key, action="task.finished", subject=f"task:{task_id}", now=now, detail=facts
    )
    step = Move.HANDLE_REMOTELY if remote else Move.HANDLE
    cases.move(task.case_id, step, by=by.key, now=now, note=data.site_facts, facts=facts)


def _check_finish(data: FinishData, *, photo_needed: bool) -> None:
    if len(data.site_facts.strip()) < MIN_FACTS:
        raise Invalid("site_facts_missing", field="site_facts")
    if len(data.site_facts) > MAX_WORDS:
        raise Invalid("words_too_long", field="site_facts", most=MAX_WORDS)
    if data.outcome is None:
        raise Invalid("outcome_missing", field="outcome")
    if photo_needed and not data.photo_ids:
        raise Invalid("after_photo_missing", field="photos")
    _check(data.reply)


def _at_work(task_id: int, by: Actor) -> Task:
    """Return the worker's own live task whose case is in his hands."""
    task = tasks.own(task_id, by.staff_id)
    if task.state not in tasks.LIVE:
        raise Stale("task_changed")
    case = cases.get(task.case_id)
    if case.state not in (State.ASSIGNED, State.ARRIVED):
        raise Stale("case_waits", number=case.number, state=str(case.state))
    if task.state is TaskState.OPEN:
        raise Stale("sign_first", number=case.number)
    return task


def _replied(task: Task) -> bool:
    count = db.session.scalar(
        select(func.count())
        .select_from(SiteReply)
        .where(SiteReply.case_id == task.case_id, SiteReply.round == task.round)
    )
    return bool(count)


def _keep(task: Task, data: ReplyData, *, kind: ReplyKind, now: datetime) -> SiteReply:
    assert data.accepted_on is not None
    row = SiteReply(
        case_id=task.case_id,
        task_id=task.id,
        round=task.round,
        kind=kind,
        accepted_on=data.accepted_on,
        talked_to=data.talked_to.strip(),
        measure=data.measure.strip(),
        time_limit=data.time_limit.strip(),
        words=data.words.strip(),
        staff_id=task.staff_id,
        at=now,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _send(task: Task, data: ReplyData, *, kind: ReplyKind, by: Actor, now: datetime) -> int:
    row = _keep(task, data, kind=kind, now=now)
    audit.record(
        actor=by.key,
        action=f"reply.{kind}",
        subject=f"task:{task.id}",
        now=now,
        detail={"reply": row.id},
    )
    if kind is ReplyKind.FIRST:
        announce(
            FirstReplySent(
                case_id=task.case_id, task_id=task.id, reply_id=row.id, by=by.key, now=now
            )
        )
    return row.id

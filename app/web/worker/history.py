"""The inner timeline of a case: what happened, by whom, beside what was promised."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from app.accounts import queries as accounts
from app.cases.queries import StepView
from app.cases.workflow import Move
from app.core import clock
from app.fieldwork.queries import CheckInView, TaskView
from app.sla.kinds import ClockKind
from app.sla.queries import ClockView
from app.web import filters
from app.web.i18n import gettext as _
from app.web.labels import label

CLOCKS: dict[Move, ClockKind] = {
    Move.ACCEPT: ClockKind.ACCEPT,
    Move.ASSIGN: ClockKind.DISPATCH,
    Move.ARRIVE: ClockKind.ARRIVE,
    Move.PASS_CHECK: ClockKind.CLOSURE,
    Move.CLOSE: ClockKind.CLOSE,
}
HIDDEN = frozenset({Move.SUBMIT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line as the timeline draws it; `look` is done, late or now."""

    words: str
    at: datetime | None
    by: str
    due: datetime | None
    late: str
    look: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What happened and when it happened; `kind` is the clock that promised it."""

    words: str
    at: datetime
    by: str
    kind: ClockKind | None
    round: int


def lines(
    steps: Sequence[StepView],
    tasks: Sequence[TaskView],
    arrivals: Sequence[CheckInView],
    clocks: Sequence[ClockView],
) -> list[Line]:
    """Return the whole history, oldest first."""
    rounds = {task.id: task.round for task in tasks}
    names = _names(steps, tasks)
    happened = [_at(row, names, arrivals) for row in steps if row.move not in HIDDEN]
    happened += [
        Told(
            words=_("Signed for"),
            at=task.signed_at,
            by=names.get(f"staff:{task.staff_id}", ""),
            kind=ClockKind.SIGN_FOR,
            round=rounds[task.id],
        )
        for task in tasks
        if task.signed_at is not None
    ]
    happened += [
        _passed(before, after, names)
        for before, after in pairwise(tasks)
        if after.passed_reason and before.cancelled_at
    ]
    return [_line(told, clocks) for told in sorted(happened, key=lambda told: told.at)]


def _passed(before: TaskView, after: TaskView, names: dict[str, str]) -> Told:
    who = (names.get(f"staff:{task.staff_id}", "") for task in (before, after))
    by = _("%(before)s to %(after)s: %(why)s", before=next(who), after=next(who),
           why=after.passed_reason)  # fmt: skip
    assert before.cancelled_at is not None
    return Told(words=_("Given to another worker"), at=before.cancelled_at, by=by, kind=None,
                round=after.round)  # fmt: skip


def _names(steps: Iterable[StepView], tasks: Iterable[TaskView]) -> dict[str, str]:
    keys = {row.actor for row in steps} | {f"staff:{task.staff_id}" for task in tasks}
    ids = [int(key.removeprefix("staff:")) for key in keys if key.startswith("staff:")]
    return {person.key: person.name for person in accounts.by_ids(ids).values()}


def _at(row: StepView, names: dict[str, str], arrivals: Sequence[CheckInView]) -> Told:
    by, at = names.get(row.actor, ""), row.at
    if row.move is Move.ARRIVE:
        found = next((one for one in arrivals if one.task_id == row.facts.get("task_id")), None)
        if found is not None:
            at, by = found.at, _("%(name)s, grade %(grade)s", name=by, grade=found.grade)
    elif row.reason and row.move is not Move.HANDLE:
        by = _("%(name)s: %(why)s", name=by, why=row.reason) if by else row.reason
    return Told(
        words=str(label(row.move)), at=at, by=by, kind=CLOCKS.get(row.move), round=row.round
    )


def _line(told: Told, clocks: Sequence[ClockView]) -> Line:
    found = [row for row in clocks if row.kind is told.kind and row.round == told.round]
    due = found[-1].due_at if found and told.kind else None
    late = due is not None and told.at > due + timedelta(seconds=1)
    return Line(
        words=told.words,
        at=told.at,
        by=told.by,
        due=due,
        late=_("%(span)s late", span=filters.span(told.at - due)) if late and due else "",
        look="late" if late else "done",
    )


def is_today(at: datetime) -> bool:
    """Say whether a moment is of today, so that its time alone is enough."""
    return clock.local(at).date() == clock.local(clock.now()).date()

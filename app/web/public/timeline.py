"""What the citizen reads of a case: one public sentence a step, promise beside fact; pure.

Internal steps (a hand-back, a change of worker) and names never come through: what is not in the
table is not shown (domain.md §5, last column; screens.md C7).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol

from app.cases.workflow import Move, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """Heading and line of a public step (message ids); `clock` is the kind that promised it."""

    title: str
    line: str
    clock: str = ""
    tells_reason: bool = False
    tells: tuple[str, ...] = ()
    """Facts of the step that its reader may know."""


SENTENCES: dict[Move, Sentence] = {
    Move.SUBMIT: Sentence(title="Sent in", line="You sent it"),
    Move.ACCEPT: Sentence(title="Acceptance", line="Report desk", clock="accept"),
    Move.REJECT: Sentence(title="Not taken up", line="Report desk", clock="accept",
                          tells_reason=True),
    Move.UPHOLD_OBJECTION: Sentence(title="Taken up again", line="Your objection was upheld"),
    Move.WITHDRAW: Sentence(title="Taken back", line="You took it back"),
    Move.ASSIGN: Sentence(title="Dispatch", line="A worker of the area has it", clock="dispatch"),
    Move.HAND_OVER: Sentence(title="Passed on", line="The department in charge works on it",
                             tells=("unit_code",)),
    Move.FEEDBACK: Sentence(title="Handling", line="The department has answered"),
    Move.DEPARTMENT_RETURN: Sentence(title="Dispatch", line="Back from the department"),
    Move.ARRIVE: Sentence(title="Arrival", line="Grid worker", clock="arrive"),
    Move.HANDLE_REMOTELY: Sentence(title="Handling", line="No visit was needed"),
    Move.HANDLE: Sentence(title="Handling", line="Now another person checks it"),
    Move.PASS_CHECK: Sentence(title="Checking", line="By another person", clock="closure"),
    Move.FAIL_CHECK: Sentence(title="Back to work", line="The check asked for more"),
    Move.CLOSE: Sentence(title="Closing", line="The answer is given", clock="close"),
    Move.REOPEN: Sentence(title="Taken up anew", line="It is worked on again"),
    Move.ASK_REPORTER: Sentence(title="Question to you", line="The clock waits for your answer"),
    Move.ANSWERED: Sentence(title="Work goes on", line="The question is settled"),
    Move.SUSPEND: Sentence(title="Put on hold", line="For a reason given", tells_reason=True,
                           tells=("code", "review_on")),
    Move.RESUME: Sentence(title="Work goes on", line="The hold is over"),
    Move.MERGE: Sentence(title="Joined to another", line="With a case on the same matter"),
    Move.UNMERGE: Sentence(title="Separate again", line="Worked on as a case of its own"),
}  # fmt: skip


FIRST_REPLY = Sentence(title="First answer", line="See below", clock="first_reply")
AHEAD: dict[State, tuple[tuple[str, str], ...]] = {
    State.SUBMITTED: (("Acceptance", "accept"), ("Arrival", "arrive"), ("Closing", "closure")),
    State.ACCEPTED: (("Dispatch", "dispatch"), ("Arrival", "arrive"), ("Checking", "closure")),
    State.REOPENED: (("Dispatch", "dispatch"), ("Arrival", "arrive"), ("Checking", "closure")),
    State.ASSIGNED: (
        ("Arrival", "arrive"),
        ("First answer", "first_reply"),
        ("Checking", "closure"),
    ),
    State.ARRIVED: (("First answer", "first_reply"), ("Handling", ""), ("Checking", "closure")),
    State.HANDLED: (("First answer", "first_reply"), ("Checking", "closure"), ("Closing", "close")),
    State.CHECKED: (("First answer", "first_reply"), ("Closing", "close")),
    State.HANDBACK: (("Arrival", "arrive"), ("Checking", "closure")),
    State.WAITING_DEPARTMENT: (("Handling", ""), ("Checking", "closure")),
    State.WAITING_REPORTER: (("Checking", "closure"),),
    State.SUSPENDED: (("Checking", "closure"),),
}
"""What still lies ahead of a case, with the clock that promises it."""


class Step(Protocol):
    """What the projection needs of a step."""

    @property
    def move(self) -> Move: ...
    @property
    def at(self) -> datetime: ...
    @property
    def reason(self) -> str: ...
    @property
    def round(self) -> int: ...
    @property
    def facts(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One clock as the projection reads it."""

    kind: str
    round: int
    due_at: datetime | None
    stopped_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the public timeline; `at` is None for what still lies ahead."""

    title: str
    line: str = ""
    at: datetime | None = None
    due_at: datetime | None = None
    reason: str = ""
    late_minutes: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ahead(self) -> bool:
        """Say whether the step has not happened yet."""
        return self.at is None


def project(
    steps: Sequence[Step], promises: Sequence[Promise], state: State, *, now: datetime
) -> list[Row]:
    """Return what happened, oldest first, then what is promised next."""
    rows = [_past(step, promises) for step in steps if step.move in SENTENCES]
    rows += [
        _row(FIRST_REPLY, promise.stopped_at, promise)
        for promise in promises
        if promise.kind == FIRST_REPLY.clock and promise.stopped_at
    ]
    rows.sort(key=lambda row: (row.at is None, row.at or now))
    latest = max((step.round for step in steps), default=1)
    answered = any(row.title == FIRST_REPLY.title for row in rows)
    for title, kind in AHEAD.get(state, ()):
        if title == FIRST_REPLY.title and answered:
            continue
        promise = _promise(promises, kind, latest)
        rows.append(Row(title=title, due_at=promise.due_at if promise else None,
                        late_minutes=_late(promise.due_at, now) if promise else 0))  # fmt: skip
    return rows


def _past(step: Step, promises: Sequence[Promise]) -> Row:
    sentence = SENTENCES[step.move]
    promise = _promise(promises, sentence.clock, step.round) if sentence.clock else None
    reason = step.reason if sentence.tells_reason else ""
    facts = {name: step.facts[name] for name in sentence.tells if name in step.facts}
    return _row(sentence, step.at, promise, reason=reason, facts=facts)


def _row(
    sentence: Sentence, at: datetime | None, promise: Promise | None, *, reason: str = "",
    facts: Mapping[str, Any] = MappingProxyType({}),
) -> Row:  # fmt: skip
    due = promise.due_at if promise else None
    late = _late(due, at) if at else 0
    return Row(
        title=sentence.title, line=sentence.line, at=at, due_at=due, reason=reason,
        late_minutes=late, facts=facts,
    )  # fmt: skip


def _promise(promises: Sequence[Promise], kind: str, number: int) -> Promise | None:
    found = [promise for promise in promises if promise.kind == kind and promise.round == number]
    return found[-1] if found else None


def _late(due: datetime | None, at: datetime) -> int:
    """Return the minutes past a promise, at least 1; whole seconds count (domain.md §3)."""
    if due is None or at.replace(microsecond=0) <= due:
        return 0
    return max(1, int((at - due).total_seconds() // 60))

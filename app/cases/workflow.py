"""States of a case and the table of its moves (domain.md §5); pure.

Guards that need other records (an after-photo, a set finding, the final reply) are checked by the
feature that owns the record before it asks for the move; what the case itself knows stands here.
"""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a case stands."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    ASSIGNED = "assigned"
    ARRIVED = "arrived"
    HANDLED = "handled"
    CHECKED = "checked"
    CLOSED = "closed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    WAITING_REPORTER = "waiting_reporter"
    WAITING_DEPARTMENT = "waiting_other_department"
    SUSPENDED = "suspended"
    HANDBACK = "handback_requested"
    REOPENED = "reopened"


class Urgency(StrEnum):
    """Level of a case; it chooses the allowances (domain.md §4.1)."""

    RED = "red"
    YELLOW = "yellow"
    BLUE = "blue"


class Move(StrEnum):
    """What can happen to a case; the number is that of domain.md §5."""

    SUBMIT = "submit"  # 1
    ACCEPT = "accept"  # 2
    REJECT = "reject"  # 3
    UPHOLD_OBJECTION = "uphold_objection"  # 4
    WITHDRAW = "withdraw"  # 5
    ASSIGN = "assign"  # 6
    HAND_OVER = "hand_over"  # 8
    FEEDBACK = "feedback"  # 9, handled
    DEPARTMENT_RETURN = "department_return"  # 9, assigned
    ARRIVE = "arrive"  # 10
    HANDLE_REMOTELY = "handle_remotely"  # 11
    HANDLE = "handle"  # 12
    PASS_CHECK = "pass_check"  # 13
    FAIL_CHECK = "fail_check"  # 14
    CLOSE = "close"  # 15
    REOPEN = "reopen"  # 16
    ASK_REPORTER = "ask_reporter"  # 17
    ANSWERED = "answered"  # 17, back
    SUSPEND = "suspend"  # 18
    RESUME = "resume"  # 18, back
    ASK_HANDBACK = "ask_handback"  # 19
    GRANT_HANDBACK = "grant_handback"  # 19, granted
    REFUSE_HANDBACK = "refuse_handback"  # 19, refused or taken back
    MERGE = "merge"  # 20
    UNMERGE = "unmerge"  # 20, undone


S = State
OPEN = (
    S.SUBMITTED, S.ACCEPTED, S.ASSIGNED, S.ARRIVED, S.HANDLED, S.CHECKED, S.WAITING_REPORTER,
    S.WAITING_DEPARTMENT, S.SUSPENDED, S.HANDBACK, S.REOPENED,
)  # fmt: skip
FINAL = (S.CLOSED, S.REJECTED, S.WITHDRAWN, S.MERGED)
BACK = None
"""Target of a move that leads back to where the case stood before it waited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of the table: from where, to where (`None`: back), and what must be said."""

    sources: tuple[State, ...]
    target: State | None
    needs_reason: bool = False
    public: bool = True


MOVES: dict[Move, Rule] = {
    Move.SUBMIT: Rule(sources=(), target=S.SUBMITTED),
    Move.ACCEPT: Rule(sources=(S.SUBMITTED,), target=S.ACCEPTED),
    Move.REJECT: Rule(sources=(S.SUBMITTED,), target=S.REJECTED, needs_reason=True),
    Move.UPHOLD_OBJECTION: Rule(sources=(S.REJECTED,), target=S.SUBMITTED, needs_reason=True),
    Move.WITHDRAW: Rule(sources=(S.SUBMITTED, S.ACCEPTED), target=S.WITHDRAWN),
    Move.ASSIGN: Rule(sources=(S.ACCEPTED, S.REOPENED), target=S.ASSIGNED),
    Move.HAND_OVER: Rule(
        sources=(S.ACCEPTED, S.ASSIGNED, S.ARRIVED), target=S.WAITING_DEPARTMENT, needs_reason=True
    ),
    Move.FEEDBACK: Rule(sources=(S.WAITING_DEPARTMENT,), target=S.HANDLED),
    Move.DEPARTMENT_RETURN: Rule(
        sources=(S.WAITING_DEPARTMENT,), target=S.ASSIGNED, needs_reason=True
    ),
    Move.ARRIVE: Rule(sources=(S.ASSIGNED,), target=S.ARRIVED),
    Move.HANDLE_REMOTELY: Rule(sources=(S.ASSIGNED,), target=S.HANDLED, needs_reason=True),
    Move.HANDLE: Rule(sources=(S.ARRIVED,), target=S.HANDLED),
    Move.PASS_CHECK: Rule(sources=(S.HANDLED,), target=S.CHECKED),
    Move.FAIL_CHECK: Rule(sources=(S.HANDLED,), target=S.ASSIGNED, needs_reason=True),
    Move.CLOSE: Rule(sources=(S.CHECKED,), target=S.CLOSED),
    Move.REOPEN: Rule(sources=(S.CLOSED,), target=S.REOPENED, needs_reason=True),
    Move.ASK_REPORTER: Rule(
        sources=(S.SUBMITTED, S.ACCEPTED, S.ASSIGNED, S.ARRIVED),
        target=S.WAITING_REPORTER,
        needs_reason=True,
    ),
    Move.ANSWERED: Rule(sources=(S.WAITING_REPORTER,), target=BACK),
    Move.SUSPEND: Rule(
        sources=(S.ACCEPTED, S.ASSIGNED, S.ARRIVED, S.HANDLED),
        target=S.SUSPENDED,
        needs_reason=True,
    ),
    Move.RESUME: Rule(sources=(S.SUSPENDED,), target=BACK),
    Move.ASK_HANDBACK: Rule(
        sources=(S.ASSIGNED, S.ARRIVED), target=S.HANDBACK, needs_reason=True, public=False
    ),
    Move.GRANT_HANDBACK: Rule(sources=(S.HANDBACK,), target=S.ASSIGNED, public=False),
    Move.REFUSE_HANDBACK: Rule(sources=(S.HANDBACK,), target=BACK, public=False),
    Move.MERGE: Rule(
        sources=tuple(s for s in OPEN if s is not S.CHECKED), target=S.MERGED, needs_reason=True
    ),
    Move.UNMERGE: Rule(sources=(S.MERGED,), target=BACK, needs_reason=True),
}
WAITS = frozenset({Move.ASK_REPORTER, Move.SUSPEND, Move.ASK_HANDBACK, Move.MERGE})
"""Moves that remember where the case stood, so that their way back finds it."""


def target(move: Move, state: State, back: State | None) -> State | None:
    """Return where `move` leads a case from `state`; None when the table does not allow it."""
    rule = MOVES[move]
    if state not in rule.sources:
        return None
    return rule.target if rule.target is not BACK else back


def shown(state: State) -> State:
    """Return the state that the public reads of: asking for a hand-back is an inner step."""
    return State.ASSIGNED if state is State.HANDBACK else state

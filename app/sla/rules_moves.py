"""Which move of a case does what to which clocks (domain.md §4.1 and §5), as one table; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.cases.workflow import Move, State
from app.sla.kinds import ClockKind, PauseReason


class Do(StrEnum):
    """What happens to clocks."""

    START = "start"
    START_FIRST = "start_first"
    START_REPLIES = "start_replies"
    STOP = "stop"
    PAUSE = "pause"
    RESUME = "resume"
    VOID = "void"
    VOID_ALL = "void_all"
    ANNUL = "annul"
    REVIVE = "revive"
    CHARGE = "charge"
    WATCH = "watch"


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing done to some kinds of clocks of the case's round."""

    do: Do
    kinds: tuple[ClockKind, ...] = ()


K = ClockKind
ON_RECEIPT = (K.ACCEPT, K.ACCEPT_OUTER)
ON_DISPATCH = (K.SIGN_FOR, K.HAND_BACK)
VISIT = (K.SIGN_FOR, K.ARRIVE, K.HAND_BACK)
DEPARTMENT = (K.DEPARTMENT_RECEIPT, K.DEPARTMENT_FEEDBACK)
FRESH_ROUND = (K.DISPATCH, K.CLOSURE, K.CLOSURE_OUTER)
WATCHES = (K.RECHECK_30, K.RECHECK_90)
WATCH = "watch"
"""What a closed case's own two clocks are called; a look drawn by lot is called otherwise."""
WORKED = (K.CLOSURE, K.FIRST_REPLY)
"""What is charged to the unit that has the case."""

NEW_HOLDER = Effect(Do.CHARGE, WORKED)

TABLE: dict[Move, tuple[Effect, ...]] = {
    Move.SUBMIT: (Effect(Do.START, ON_RECEIPT),),
    Move.UPHOLD_OBJECTION: (Effect(Do.START, ON_RECEIPT),),
    Move.ACCEPT: (
        Effect(Do.STOP, ON_RECEIPT),
        Effect(Do.START, FRESH_ROUND),
        Effect(Do.START_REPLIES),
    ),
    Move.REJECT: (Effect(Do.STOP, ON_RECEIPT), Effect(Do.VOID_ALL)),
    Move.WITHDRAW: (Effect(Do.VOID_ALL),),
    Move.ASSIGN: (
        Effect(Do.STOP, (K.DISPATCH,)),
        Effect(Do.START, ON_DISPATCH),
        Effect(Do.START_FIRST, (K.ARRIVE,)),
        NEW_HOLDER,
    ),
    Move.HAND_OVER: (
        Effect(Do.STOP, (K.DISPATCH,)),
        Effect(Do.VOID, VISIT),
        Effect(Do.START, DEPARTMENT),
    ),
    Move.FEEDBACK: (Effect(Do.STOP, DEPARTMENT), Effect(Do.START, (K.CHECK,))),
    Move.DEPARTMENT_RETURN: (
        Effect(Do.STOP, (K.DEPARTMENT_RECEIPT,)),
        Effect(Do.VOID, (K.DEPARTMENT_FEEDBACK,)),
        Effect(Do.START, ON_DISPATCH),
        Effect(Do.START_FIRST, (K.ARRIVE,)),
        NEW_HOLDER,
    ),
    Move.ARRIVE: (Effect(Do.STOP, (K.SIGN_FOR, K.ARRIVE)),),
    Move.HANDLE_REMOTELY: (
        Effect(Do.VOID, (K.ARRIVE,)),
        Effect(Do.STOP, (K.SIGN_FOR, K.HAND_BACK)),
        Effect(Do.START, (K.CHECK,)),
        Effect(Do.CHARGE, (K.CLOSURE,)),
    ),
    Move.HANDLE: (
        Effect(Do.STOP, (K.SIGN_FOR, K.ARRIVE, K.HAND_BACK)),
        Effect(Do.START, (K.CHECK,)),
        Effect(Do.CHARGE, (K.CLOSURE,)),
    ),
    Move.PASS_CHECK: (Effect(Do.STOP, (K.CHECK, K.CLOSURE)), Effect(Do.START, (K.CLOSE,))),
    Move.FAIL_CHECK: (
        Effect(Do.STOP, (K.CHECK,)),
        Effect(Do.START, (K.SIGN_FOR,)),
        NEW_HOLDER,
    ),
    Move.CLOSE: (
        Effect(Do.STOP, (K.CLOSE, K.CLOSURE_OUTER, K.FIRST_REPLY)),
        Effect(Do.WATCH, WATCHES),
    ),
    Move.REOPEN: (
        Effect(Do.ANNUL, (K.CLOSURE,)),
        Effect(Do.VOID, WATCHES),
        Effect(Do.START, FRESH_ROUND),
    ),
    Move.ASK_REPORTER: (Effect(Do.PAUSE),),
    Move.ANSWERED: (Effect(Do.RESUME),),
    Move.SUSPEND: (Effect(Do.PAUSE),),
    Move.RESUME: (Effect(Do.RESUME),),
    Move.ASK_HANDBACK: (Effect(Do.STOP, (K.HAND_BACK,)),),
    Move.GRANT_HANDBACK: (
        Effect(Do.VOID, VISIT),
        Effect(Do.START, VISIT),
        NEW_HOLDER,
    ),
    Move.REFUSE_HANDBACK: (),
    Move.MERGE: (Effect(Do.VOID_ALL), Effect(Do.START_REPLIES)),
    Move.UNMERGE: (Effect(Do.REVIVE),),
}
"""Every move has its line, also where nothing happens: a test holds that.

Hand-over and rework leave the closure clock alone; between `handled` and `checked` it is charged
to the checking office. A first reply outlives a merge: its reporter still waits for it.
"""

STORMY = frozenset({K.ARRIVE, K.CLOSURE})
BEGIN_TO_RUN = frozenset(
    move for move, effects in TABLE.items() for effect in effects
    if effect.do in (Do.RESUME, Do.REVIVE)
    or (effect.do in (Do.START, Do.START_FIRST) and STORMY & set(effect.kinds))
)  # fmt: skip
"""Moves after which clocks run that a storm would stop."""

UNTRUE = "untrue"
"""The word of `enforcement` for a finding after which there is nothing to come back."""

OUTLIVE_MERGE = frozenset({K.FIRST_REPLY})
CHECKING = frozenset({Move.HANDLE, Move.HANDLE_REMOTELY, Move.FEEDBACK})


def is_watched(
    *, finding: str | None, on_site: bool, grid_code: str | None, exclusion: str | None
) -> bool:
    """Say whether a closed case has a place to see again after 30 and 90 days (跟踪复查).

    Not what was found untrue: nothing was there that could come back. Not what needed nobody there
    (无需到场), is a test, or has no village that would go. What could not be verified, or has no
    finding, is watched: nobody knows that it is over.
    """
    return bool(grid_code) and on_site and finding != UNTRUE and exclusion is None


def pause_reason(move: Move, facts: Mapping[str, Any]) -> PauseReason | None:
    """Return why a waiting move pauses clocks; None for a reason that pauses nothing."""
    if move is Move.ASK_REPORTER:
        return PauseReason.WAITING_REPORTER
    try:
        return PauseReason(str(facts.get("code", "")))
    except ValueError:
        return None


def pausable(reason: PauseReason, kinds: frozenset[ClockKind], old: State) -> frozenset[ClockKind]:
    """Return the kinds that a pause from state `old` really stops.

    A question pauses `accept` only before acceptance; the policy names the rest.
    """
    if reason is PauseReason.WAITING_REPORTER and old is not State.SUBMITTED:
        return kinds - {K.ACCEPT}
    return kinds

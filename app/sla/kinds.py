"""The words of clocks: kinds, states, ledger lines, reasons to pause; pure."""

from enum import StrEnum


class ClockKind(StrEnum):
    """Which time limit a clock measures (domain.md §4.1)."""

    ACCEPT = "accept"
    ACCEPT_OUTER = "accept_outer"
    DISPATCH = "dispatch"
    SIGN_FOR = "sign_for"
    ARRIVE = "arrive"
    ARRIVE_OFFICER = "arrive_officer"
    FIRST_REPLY = "first_reply"
    CLOSURE = "closure"
    CLOSURE_OUTER = "closure_outer"
    CHECK = "check"
    CLOSE = "close"
    HAND_BACK = "hand_back"
    DEPARTMENT_RECEIPT = "department_receipt"
    DEPARTMENT_FEEDBACK = "department_feedback"
    CALL_BACK = "call_back"
    RECHECK_30 = "recheck_30"
    RECHECK_90 = "recheck_90"
    FILING = "filing"
    DECISION = "decision"
    HEARING = "hearing"
    SERVE = "serve"
    WITHDRAW_PUBLICATION = "withdraw_publication"
    REWARD_NOTICE = "reward_notice"
    CLAIM = "claim"
    REWARD_APPEAL = "reward_appeal"
    SUPERVISION_REPLY = "supervision_reply"
    REOPEN_ANSWER = "reopen_answer"
    OBJECTION = "objection"
    REVIEW = "review"


RIGHTS = frozenset({ClockKind.HAND_BACK, ClockKind.CLAIM, ClockKind.HEARING})
"""Windows in which somebody may do something: their end is a fact, not anybody's failure."""


class ClockState(StrEnum):
    """Where a clock stands."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    ANNULLED = "annulled"
    VOID = "void"


class EntryKind(StrEnum):
    """What a ledger entry records."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    CHANGE = "change"
    CHARGE = "charge"
    WARN = "warn"
    NEAR = "near"
    BREACH = "breach"
    STOP = "stop"
    CONFIRM = "confirm"
    ANNUL = "annul"
    VOID = "void"
    REVIVE = "revive"


class PauseReason(StrEnum):
    """The only reasons that pause a clock; each has its cap in the policy."""

    WAITING_REPORTER = "waiting_reporter"
    LAB_REPORT = "lab_report"
    JUDICIAL = "judicial"
    DISASTER = "disaster"


class ExtensionState(StrEnum):
    """How far a request for more time is."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"


class SuspensionState(StrEnum):
    """How far a request to let a case rest is."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"
    OVER = "over"

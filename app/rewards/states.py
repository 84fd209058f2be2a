"""States of an award and the table of its moves (domain.md §5, Reward); pure."""

from enum import StrEnum


class AwardState(StrEnum):
    """Where an award stands."""

    ASSESSED = "assessed"
    PROPOSED = "proposed"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    NOTIFIED = "notified"
    CLAIMED = "claimed"
    INSTRUCTED = "instructed"
    PAID = "paid"
    ARCHIVED = "archived"
    NOT_ELIGIBLE = "not_eligible"
    DECLINED = "declined"
    DONATED = "donated"
    LAPSED = "lapsed"
    APPEALED = "appealed"
    CLAWBACK_DUE = "clawback_due"
    RECOVERED = "recovered"


class Step(StrEnum):
    """What can happen to an award."""

    PROPOSE = "propose"
    REVIEW = "review"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    NOTIFY = "notify"
    CLAIM = "claim"
    INSTRUCT = "instruct"
    PAY = "pay"
    RETURN = "return"
    ARCHIVE = "archive"
    BAR = "bar"
    DROP = "drop"
    DECLINE = "decline"
    DONATE = "donate"
    LAPSE = "lapse"
    APPEAL = "appeal"
    UPHOLD = "uphold"
    DISMISS = "dismiss"
    VOID = "void"
    CLAW_BACK = "claw_back"
    RECOVER = "recover"
    WAIVE = "waive"


class Way(StrEnum):
    """How a reporter takes the money."""

    VOUCHER = "voucher"
    BANK = "bank"
    PHONE_CREDIT = "phone_credit"


class Relation(StrEnum):
    """Who takes it in the reporter's place."""

    SELF = "self"
    GUARDIAN = "guardian"
    PROXY = "proxy"
    HEIR = "heir"


class PayoutState(StrEnum):
    """Where one payment of a batch stands; it is only ever sent under one key."""

    INTENT = "intent"
    SENT = "sent"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    UNKNOWN = "unknown"


class AnswerOutcome(StrEnum):
    """What became of one line of a result file."""

    APPLIED = "applied"
    REPEATED = "repeated"
    CONTRADICTION = "contradiction"
    SETTLED = "settled"


State = AwardState
S = AwardState
OPEN = (S.ASSESSED, S.PROPOSED, S.REVIEWED)
"""Before anything was promised: the amount may still be computed anew."""
OWED = (S.APPROVED, S.NOTIFIED, S.CLAIMED, S.INSTRUCTED)
"""Approved and not yet paid: the ledger holds the amount as payable."""
SPENT = (S.PAID, S.ARCHIVED)
VERIFIED = (*OWED, *SPENT, S.DECLINED, S.DONATED, S.LAPSED, S.CLAWBACK_DUE, S.RECOVERED)
"""Counts as a rewarded report in the year's figures (domain.md §2)."""
LIVE = (PayoutState.INTENT, PayoutState.SENT, PayoutState.UNKNOWN)
"""The money may still be on its way: no second key for the same award."""
APPEALABLE = (S.NOT_ELIGIBLE, S.NOTIFIED, S.LAPSED)

MOVES: dict[Step, tuple[tuple[State, ...], State | None]] = {
    Step.PROPOSE: ((S.ASSESSED,), S.PROPOSED),
    Step.REVIEW: ((S.PROPOSED,), S.REVIEWED),
    Step.APPROVE: ((S.PROPOSED, S.REVIEWED), S.APPROVED),
    Step.SEND_BACK: ((S.PROPOSED, S.REVIEWED), S.ASSESSED),
    Step.NOTIFY: ((S.APPROVED,), S.NOTIFIED),
    Step.CLAIM: ((S.NOTIFIED,), S.CLAIMED),
    Step.INSTRUCT: ((S.CLAIMED,), S.INSTRUCTED),
    Step.PAY: ((S.CLAIMED, S.INSTRUCTED), S.PAID),
    Step.RETURN: ((S.INSTRUCTED,), S.CLAIMED),
    Step.ARCHIVE: ((S.PAID,), S.ARCHIVED),
    Step.BAR: ((*OPEN, S.APPROVED, S.NOTIFIED), S.NOT_ELIGIBLE),
    Step.DROP: ((S.ASSESSED,), S.NOT_ELIGIBLE),
    Step.DECLINE: ((S.NOTIFIED,), S.DECLINED),
    Step.DONATE: ((S.NOTIFIED,), S.DONATED),
    Step.LAPSE: ((S.NOTIFIED,), S.LAPSED),
    Step.APPEAL: (APPEALABLE, S.APPEALED),
    Step.UPHOLD: ((S.APPEALED,), S.ASSESSED),
    Step.DISMISS: ((S.APPEALED,), None),
    Step.VOID: ((S.PROPOSED, S.REVIEWED, *OWED), S.ASSESSED),
    Step.CLAW_BACK: (SPENT, S.CLAWBACK_DUE),
    Step.RECOVER: ((S.CLAWBACK_DUE,), S.RECOVERED),
    Step.WAIVE: ((S.CLAWBACK_DUE,), S.ARCHIVED),
}
"""Step → states it may start from and where it leads; None: back to where it stood."""


NOTHING_ADDED = "nothing_added"
"""Why an award of 0 fen beside earlier ones was closed: it paid nothing, and nobody was told."""


def allowed(step: Step, state: State) -> bool:
    """Say whether an award in `state` may take the step."""
    return state in MOVES[step][0]

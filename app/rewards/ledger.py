"""Write and compare the double-entry ledger: fen, sums of 0, corrections as new lines."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.audit import service as audit
from app.core import clock
from app.core.db import db
from app.core.errors import Invalid, Refused
from app.rewards.models import (
    Award,
    LedgerClose,
    LedgerLine,
    LedgerTransaction,
    Payment,
    PayoutAnswer,
    PayoutBatch,
    PayoutItem,
)
from app.rewards.states import LIVE, OWED, AnswerOutcome, PayoutState, State

PAYABLE, PAID, DONATED, CLAWBACK = "payable", "paid", "donated", "clawback"


def budget(year: int) -> str:
    """Return the account of a year's budget line."""
    return f"budget:{year}"


def granted(year: int) -> str:
    """Return the account from which a year's budget comes."""
    return f"granted:{year}"


def year_of(moment: datetime | None) -> int:
    """Return the budget year of a moment, as the county counts it."""
    assert moment is not None
    return clock.local(moment).year


def post(
    key: str, kind: str, lines: Mapping[str, int], *, by: str, now: datetime,
    award_id: int | None = None, reason: str = "",
) -> None:  # fmt: skip
    """Append a transaction, once a `key`. Raises ValueError when it does not sum to 0."""
    sides = {account: fen for account, fen in lines.items() if fen}
    if sum(sides.values()) != 0:
        raise ValueError(f"{key}: the lines do not sum to 0")
    if not sides:
        return
    entry = LedgerTransaction(
        key=key, kind=kind, award_id=award_id, at=now, actor=by, reason=reason
    )
    db.session.add(entry)
    db.session.flush()
    for account, fen in sides.items():
        db.session.add(LedgerLine(transaction_id=entry.id, account=account, amount_fen=fen))
    db.session.flush()


def shift(
    award: Award, kind: str, source: str, target: str, *, by: str, now: datetime, reason: str = "",
    fen: int | None = None,
) -> None:  # fmt: skip
    """Move an award's amount from one account to another, once a version of the award."""
    amount = award.amount_fen if fen is None else fen
    post(
        f"award:{award.id}:{award.version}:{kind}", kind, {source: -amount, target: amount},
        by=by, now=now, award_id=award.id, reason=reason,
    )  # fmt: skip


def grant(year: int, amount_fen: int, *, by: str, now: datetime, reason: str) -> None:
    """Record what a year's budget line holds; corrections are further grants, also negative."""
    if not reason.strip():
        raise Invalid("reason_missing", field="reason")
    count = db.session.scalar(
        select(func.count()).select_from(LedgerTransaction).where(LedgerTransaction.kind == "grant")
    )
    post(
        f"grant:{year}:{count}", "grant", {granted(year): -amount_fen, budget(year): amount_fen},
        by=by, now=now, reason=reason,
    )  # fmt: skip
    audit.record(
        actor=by, action="reward.grant", subject=f"budget:{year}", now=now,
        detail={"amount_fen": amount_fen, "reason": reason},
    )  # fmt: skip


def balances() -> dict[str, int]:
    """Return what each account holds, in fen."""
    rows = db.session.execute(
        select(LedgerLine.account, func.sum(LedgerLine.amount_fen)).group_by(LedgerLine.account)
    )
    return {row[0]: int(row[1]) for row in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The ledger beside what it must equal; both sides in fen."""

    pairs: dict[str, tuple[int, int]]

    @property
    def ok(self) -> bool:
        """Say whether every pair agrees to the fen."""
        return all(one == other for one, other in self.pairs.values())


def compare() -> Comparison:
    """Compare ledger, payments, awards and batches (R-M12)."""
    held = balances()
    payments = db.session.scalar(select(func.sum(Payment.amount_fen))) or 0
    clawed = _sum(Award.overpaid_fen, State.CLAWBACK_DUE, State.RECOVERED)
    unbalanced = db.session.scalar(
        select(func.count()).select_from(
            select(LedgerLine.transaction_id).group_by(LedgerLine.transaction_id)
            .having(func.sum(LedgerLine.amount_fen) != 0).subquery()
        )
    )  # fmt: skip
    return Comparison(
        pairs={
            "sum": (sum(held.values()), 0),
            "unbalanced": (int(unbalanced or 0), 0),
            PAYABLE: (held.get(PAYABLE, 0), _owed()),
            PAID: (held.get(PAID, 0), int(payments) - clawed),
            DONATED: (held.get(DONATED, 0), _sum(Award.amount_fen, State.DONATED)),
            CLAWBACK: (held.get(CLAWBACK, 0), _sum(Award.overpaid_fen, State.CLAWBACK_DUE)),
        }
        | _batches()
    )


def _batches() -> dict[str, tuple[int, int]]:
    """Compare the batches with their payments, with what finance recorded, and with the awards."""
    in_files = db.session.scalar(select(func.sum(PayoutBatch.amount_fen)))
    in_items = db.session.scalar(select(func.sum(PayoutItem.amount_fen)))
    confirmed = select(func.sum(PayoutItem.amount_fen)).where(
        PayoutItem.state == PayoutState.CONFIRMED
    )
    recorded = select(func.sum(Payment.amount_fen)).where(
        Payment.idem_key.in_(select(PayoutItem.reference))
    )
    live = select(func.sum(PayoutItem.amount_fen)).where(PayoutItem.state.in_(LIVE))
    ordered = (
        select(func.sum(Award.amount_fen)).join(PayoutItem, PayoutItem.award_id == Award.id)
        .where(PayoutItem.state.in_(LIVE), Award.state == State.INSTRUCTED)
    )  # fmt: skip
    against = select(func.count()).select_from(PayoutAnswer).where(
        PayoutAnswer.outcome == AnswerOutcome.CONTRADICTION
    )  # fmt: skip
    figures = {
        "batch_files": (in_files, in_items),
        "batch_paid": (db.session.scalar(confirmed), db.session.scalar(recorded)),
        "batch_on_the_way": (db.session.scalar(live), db.session.scalar(ordered)),
        "contradictions": (db.session.scalar(against), 0),
    }
    return {name: (int(one or 0), int(other or 0)) for name, (one, other) in figures.items()}


def _owed() -> int:
    """Return what is approved and unpaid; an objection to a notice leaves it owed."""
    contested = (Award.state == State.APPEALED) & (Award.back_state == State.NOTIFIED)
    wanted = Award.state.in_(OWED) | contested
    return int(db.session.scalar(select(func.sum(Award.amount_fen)).where(wanted)) or 0)


def _sum(column: object, *states: State) -> int:
    return int(db.session.scalar(select(func.sum(column)).where(Award.state.in_(states))) or 0)


def close_day(*, by: str, now: datetime) -> Comparison:
    """Write the daily close; a difference stops payment until a close agrees again."""
    found = compare()
    figures = {name: list(pair) for name, pair in found.pairs.items()}
    db.session.add(LedgerClose(at=now, actor=by, ok=found.ok, figures=figures))
    db.session.flush()
    audit.record(
        actor=by, action="reward.close", subject="ledger", now=now,
        detail={"ok": found.ok, "figures": figures},
    )  # fmt: skip
    return found


def must_agree() -> None:
    """Refuse to go on while the last daily close shows a difference. Raises Refused."""
    last = db.session.scalar(select(LedgerClose).order_by(LedgerClose.id.desc()).limit(1))
    if last is not None and not last.ok:
        raise Refused("ledger_differs")
    open_now = select(PayoutAnswer.id).where(PayoutAnswer.outcome == AnswerOutcome.CONTRADICTION)
    if db.session.scalar(open_now.limit(1)) is not None:
        raise Refused("bank_contradicts")

"""Read what finance and the counter may see: numbers, amounts and ways; no case, no name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.core.db import db
from app.core.paging import Page
from app.rewards.models import Award, Payment
from app.rewards.states import State, Way


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutRow:
    """What finance sees: number, amount, way; no case content."""

    award_id: int
    voucher_no: str
    amount_fen: int
    claim_way: Way
    state: State
    claimed_at: datetime
    has_payee: bool
    reference: str | None
    paid_at: datetime | None


def payouts(
    states: Sequence[State], *, number: int = 1, size: int = 50, newest_first: bool = False
) -> Page[PayoutRow]:
    """Return claimed awards for finance, the oldest claim first unless asked otherwise."""
    wanted = Award.state.in_(states) & Award.voucher_no.is_not(None)
    total = db.session.scalar(select(func.count()).select_from(Award).where(wanted)) or 0
    order = Award.paid_at.desc() if newest_first else Award.claimed_at
    rows = db.session.execute(
        select(Award, Payment.reference)
        .outerjoin(Payment, Payment.award_id == Award.id).where(wanted)
        .order_by(order, Award.id).limit(size).offset((number - 1) * size)
    )  # fmt: skip
    found = [_row(award, reference) for award, reference in rows]
    return Page(rows=found, number=number, size=size, total=total)


def payout(number: str) -> PayoutRow | None:
    """Return one claimed award by its voucher number."""
    row = db.session.execute(
        select(Award, Payment.reference)
        .outerjoin(Payment, Payment.award_id == Award.id)
        .where(Award.voucher_no == written(number))
    ).one_or_none()
    return None if row is None else _row(row[0], row[1])


def _row(award: Award, reference: str | None) -> PayoutRow:
    return PayoutRow(
        award_id=award.id, voucher_no=award.voucher_no or "", amount_fen=award.amount_fen,
        claim_way=award.claim_way or Way.VOUCHER, state=award.state,
        claimed_at=award.claimed_at or award.assessed_at,
        has_payee=award.payee_index is not None, reference=reference, paid_at=award.paid_at,
    )  # fmt: skip


def written(number: str) -> str:
    """Return a voucher number as it is stored, however it was typed."""
    bare = "".join(sign for sign in number.upper() if sign.isalnum()).removeprefix("V")
    return f"V-{bare[:5]}-{bare[5:]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherView:
    """What a voucher number says at the counter: amount, state, way; no name, no case."""

    award_id: int
    report_id: int
    voucher_no: str
    amount_fen: int
    state: State
    claim_way: Way | None


def by_voucher(number: str) -> VoucherView | None:
    """Return the award of a voucher number as it was typed."""
    wanted = written(number)
    row = db.session.scalar(select(Award).where(Award.voucher_no == wanted))
    if row is None:
        return None
    return VoucherView(
        award_id=row.id, report_id=row.report_id, voucher_no=wanted, amount_fen=row.amount_fen,
        state=row.state, claim_way=row.claim_way,
    )  # fmt: skip

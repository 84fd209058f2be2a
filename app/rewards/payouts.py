"""Read what finance and the counter may see: numbers, amounts and ways; no case, no name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from app.accounts import queries as accounts
from app.audit import service as audit
from app.core import clock
from app.core.db import db
from app.core.paging import Page
from app.identity import openings
from app.identity.openings import OpeningState, OpeningView
from app.rewards import batches as drawn
from app.rewards.models import Award, Payment, PayoutAnswer, PayoutBatch, PayoutItem
from app.rewards.states import AnswerOutcome, PayoutState, State, Way


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
    batch: str | None
    paid_at: datetime | None


def payouts(
    states: Sequence[State], *, number: int = 1, size: int = 50, newest_first: bool = False
) -> Page[PayoutRow]:
    """Return claimed awards for finance, the oldest claim first unless asked otherwise."""
    wanted = Award.state.in_(states) & Award.voucher_no.is_not(None)
    total = db.session.scalar(select(func.count()).select_from(Award).where(wanted)) or 0
    order = Award.paid_at.desc() if newest_first else Award.claimed_at
    rows = db.session.execute(
        _with_payment().where(wanted)
        .order_by(order, Award.id).limit(size).offset((number - 1) * size)
    )  # fmt: skip
    found = [_row(award, reference, batch) for award, reference, batch in rows]
    return Page(rows=found, number=number, size=size, total=total)


def claimed_in(year: int) -> list[PayoutRow]:
    """Return everything that was claimed in a year of the county, the oldest first."""
    start, end = (datetime(one, 1, 1, tzinfo=clock.LOCAL) for one in (year, year + 1))
    wanted = (Award.claimed_at >= start, Award.claimed_at < end)
    rows = db.session.execute(
        _with_payment().where(Award.voucher_no.is_not(None), *wanted)
        .order_by(Award.claimed_at, Award.id)
    )  # fmt: skip
    return [_row(award, reference, batch) for award, reference, batch in rows]


def note_export(year: int, rows: int, *, by: str, now: datetime) -> None:
    """Log that a file of payouts was taken away."""
    audit.record(
        actor=by, action="payout.export", subject=f"year:{year}", now=now, detail={"rows": rows}
    )


def payout(number: str) -> PayoutRow | None:
    """Return one claimed award by its voucher number."""
    row = db.session.execute(
        _with_payment().where(Award.voucher_no == written(number))
    ).one_or_none()
    return None if row is None else _row(row[0], row[1], row[2])


def _with_payment() -> Select[Award, str, str]:
    """Select awards with the number of their payment and of the batch that may still pay them."""
    live = (PayoutItem.award_id == Award.id) & (PayoutItem.state != PayoutState.FAILED)
    return (
        select(Award, Payment.reference, PayoutBatch.number)
        .outerjoin(Payment, Payment.award_id == Award.id)
        .outerjoin(PayoutItem, live)
        .outerjoin(PayoutBatch, PayoutBatch.id == PayoutItem.batch_id)
    )


def _row(award: Award, reference: str | None, batch: str | None) -> PayoutRow:
    return PayoutRow(
        award_id=award.id, voucher_no=award.voucher_no or "", amount_fen=award.amount_fen,
        claim_way=award.claim_way or Way.VOUCHER, state=award.state,
        claimed_at=award.claimed_at or award.assessed_at,
        has_payee=award.payee_index is not None, reference=reference,
        batch=batch, paid_at=award.paid_at,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """A batch in the list: number, sum, how many payments stand where."""

    number: str
    made_at: datetime
    amount_fen: int
    sent_at: datetime | None
    states: dict[PayoutState, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """One payment of a batch."""

    reference: str
    voucher_no: str
    amount_fen: int
    way: Way | None
    state: PayoutState
    bank_ref: str | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchView:
    """A batch with its payments, and where the opening of its payees stands."""

    number: str
    made_at: datetime
    amount_fen: int
    digest: str | None
    sent_at: datetime | None
    payments: tuple[ItemView, ...]
    opening: OpeningState | None
    mine: bool


def batches(*, number: int = 1, size: int = 50) -> Page[BatchRow]:
    """Return the batches, the newest first."""
    total = db.session.scalar(select(func.count()).select_from(PayoutBatch)) or 0
    rows = db.session.scalars(
        select(PayoutBatch).order_by(PayoutBatch.id.desc()).limit(size)
        .offset((number - 1) * size)
    ).all()  # fmt: skip
    counts = db.session.execute(
        select(PayoutItem.batch_id, PayoutItem.state, func.count())
        .where(PayoutItem.batch_id.in_([row.id for row in rows]))
        .group_by(PayoutItem.batch_id, PayoutItem.state)
    ).all()
    found = [
        BatchRow(
            number=row.number, made_at=row.made_at, amount_fen=row.amount_fen,
            sent_at=row.sent_at,
            states={state: count for batch, state, count in counts if batch == row.id},
        )
        for row in rows
    ]  # fmt: skip
    return Page(rows=found, number=number, size=size, total=total)


def batch(number: str, *, me: int, now: datetime) -> BatchView:
    """Return a batch as finance and custodians read it; `mine`: I asked for its file."""
    row = drawn.get(number)
    items = drawn.items(row.id)
    ids = [item.opening_id for item in items if item.opening_id is not None]
    asked: list[OpeningView] = openings.by_ids(ids, now=now) if ids else []
    return BatchView(
        number=row.number, made_at=row.made_at, amount_fen=row.amount_fen, digest=row.digest,
        sent_at=row.sent_at, payments=tuple(_item(item) for item in items),
        opening=asked[0].state if asked else None, mine=bool(asked) and asked[0].asked_by == me,
    )  # fmt: skip


def _item(item: PayoutItem) -> ItemView:
    award = db.session.get_one(Award, item.award_id)
    return ItemView(
        reference=item.reference, voucher_no=award.voucher_no or "", amount_fen=item.amount_fen,
        way=award.claim_way, state=item.state, bank_ref=item.bank_ref, note=item.note,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class AgainstView:
    """A line of the bank that contradicts what is known; `found` is what somebody noted of it."""

    id: int
    reference: str
    word: PayoutState
    bank_ref: str
    note: str
    read_at: datetime
    found: str
    found_by: str
    mine: bool


def contradictions(number: str, *, me: int) -> list[AgainstView]:
    """Return the open contradictions of a batch; `mine`: noted by this person."""
    rows = db.session.execute(
        select(PayoutAnswer, PayoutItem.reference)
        .join(PayoutItem, PayoutItem.id == PayoutAnswer.item_id)
        .join(PayoutBatch, PayoutBatch.id == PayoutItem.batch_id)
        .where(PayoutBatch.number == number, PayoutAnswer.outcome == AnswerOutcome.CONTRADICTION)
        .order_by(PayoutAnswer.id)
    ).all()
    people = accounts.by_ids({row.settled_by for row, _ in rows if row.settled_by} | {me})
    return [
        AgainstView(id=row.id, reference=reference, word=row.word, bank_ref=row.bank_ref,
                    note=row.note, read_at=row.read_at, found=row.settled_note,
                    found_by=people[row.settled_by].name if row.settled_by in people else "",
                    mine=row.settled_by is not None and me in people
                    and people[me].is_same_person(people.get(row.settled_by)))
        for row, reference in rows
    ]  # fmt: skip

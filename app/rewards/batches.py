"""Payout batches: claimed awards become payments with a key each, and one file for the bank.

The service moves no money. A payment goes intent → sent (the file was made) → confirmed, failed or
unknown (the result file); while it may still be on its way no second key exists for its award.
"""

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select, update

from app.audit import service as audit
from app.core.db import claim, db
from app.core.errors import NotFound, Refused, Stale
from app.core.money import yuan
from app.identity import openings
from app.identity.openings import Grant
from app.identity.payees import PayeeDetails
from app.rewards import ledger, moves, paying
from app.rewards.models import Award, PayoutBatch, PayoutItem
from app.rewards.states import PayoutState, State, Step, Way

MOST_ITEMS = 500
COLUMNS = ("reference", "amount_yuan", "way", "name", "account", "bank")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings that a spreadsheet would compute instead of show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the bank's file while it is made; never stored."""

    reference: str
    amount_fen: int
    way: Way
    grant: Grant = field(repr=False)


def draw(*, staff_id: int, now: datetime) -> PayoutBatch:
    """Gather claimed awards that go to an account into a new batch, the oldest claims first.

    What a second approver must see first, what this person had a hand in, and what no longer fits
    its approval stays behind. Raises Refused while the daily close differs or nothing is there.
    """
    audit.take_turn()
    ledger.must_agree()
    batch = PayoutBatch(number=_number(now), made_by=staff_id, made_at=now, amount_fen=0)
    db.session.add(batch)
    db.session.flush()
    count = 0
    for award in _waiting():
        if _ready(award, staff_id=staff_id, now=now):
            count += 1
            batch.amount_fen += award.amount_fen
            _add(batch, award, count, staff_id=staff_id, now=now)
    if not count:
        raise Refused("batch_empty")
    db.session.flush()
    audit.record(
        actor=f"staff:{staff_id}", action="payout.draw", subject=f"batch:{batch.number}", now=now,
        detail={"amount_fen": batch.amount_fen, "items": count},
    )  # fmt: skip
    return batch


def _waiting() -> Sequence[Award]:
    return db.session.scalars(
        select(Award)
        .where(Award.state == State.CLAIMED, Award.payee_index.is_not(None))
        .order_by(Award.claimed_at, Award.id).limit(MOST_ITEMS)
        .execution_options(populate_existing=True)
    ).all()  # fmt: skip


def _ready(award: Award, *, staff_id: int, now: datetime) -> bool:
    try:
        moves.must_be_other(award, staff_id)
        paying.check_bindings(award)
        paying.check_payee(award, now=now)
    except Refused:
        return False
    return True


def _number(now: datetime) -> str:
    """Return the next number of the year; the caller holds the turn."""
    start = f"P-{ledger.year_of(now)}-"
    wanted = PayoutBatch.number.startswith(start)
    count = db.session.scalar(select(func.count()).select_from(PayoutBatch).where(wanted)) or 0
    return f"{start}{count + 1:04d}"


def _add(batch: PayoutBatch, award: Award, place: int, *, staff_id: int, now: datetime) -> None:
    moves.take(award, Step.INSTRUCT, by=f"staff:{staff_id}", now=now,
               values={"paid_by": staff_id}, detail={"batch": batch.number})  # fmt: skip
    db.session.add(
        PayoutItem(batch_id=batch.id, award_id=award.id, reference=f"{batch.number}-{place:03d}",
                   amount_fen=award.amount_fen, state=PayoutState.INTENT)
    )  # fmt: skip


def get(number: str) -> PayoutBatch:
    """Return a batch by its number. Raises NotFound."""
    batch = db.session.scalar(select(PayoutBatch).where(PayoutBatch.number == number))
    if batch is None:
        raise NotFound("no_such_batch")
    return batch


def items(batch_id: int) -> Sequence[PayoutItem]:
    """Return the payments of a batch in the order of its file, as they are now."""
    return db.session.scalars(
        select(PayoutItem).where(PayoutItem.batch_id == batch_id).order_by(PayoutItem.id)
        .execution_options(populate_existing=True)
    ).all()  # fmt: skip


def ask(number: str, *, by: int, now: datetime) -> None:
    """Ask, as a custodian, to open every payee of a batch for its file; each reporter reads it."""
    batch = get(number)
    for item in items(batch.id):
        report_id = moves.get(item.award_id).report_id
        item.opening_id = openings.ask(
            report_id, by=by, reason=f"打款批次 {number}：制作银行文件", now=now,
            award_id=item.award_id,
        )  # fmt: skip
    db.session.flush()


def decide(number: str, *, approve: bool, by: int, now: datetime) -> None:
    """Let another custodian agree to the opening of a batch, or refuse it."""
    for item in items(get(number).id):
        if item.opening_id is None:
            raise Refused("batch_not_asked")
        openings.decide(item.opening_id, approve=approve, by=by, now=now)


def use(number: str, *, by: int, now: datetime) -> list[Line]:
    """Win every opening of a batch; the file is written after the commit that logs them."""
    lines = []
    for item in items(get(number).id):
        if item.opening_id is None:
            raise Refused("batch_not_asked")
        grant = openings.use(item.opening_id, by=by, now=now)
        way = moves.get(item.award_id).claim_way or Way.BANK
        lines.append(Line(reference=item.reference, amount_fen=item.amount_fen, way=way,
                          grant=grant))  # fmt: skip
    return lines


def content(lines: Sequence[Line], *, passphrase: str = "") -> bytes:
    """Return the file for the bank: the same bytes for the same batch, whenever it is made."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in lines:
        payee = openings.reveal(line.grant, passphrase=passphrase)
        assert isinstance(payee, PayeeDetails)
        told = (payee.name, payee.account, payee.bank)
        amount = yuan(line.amount_fen).replace(",", "")
        writer.writerow([line.reference, amount, line.way, *map(_cell, told)])
    return written.getvalue().encode("utf-8-sig")


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def made(number: str, raw: bytes, *, by: int, now: datetime) -> str:
    """Log the digest of the file before it leaves; return it.

    A file that was lost may be made again, byte for byte, under the same keys. Raises Stale when it
    would differ from the first.
    """
    batch, digest = get(number), hashlib.sha256(raw).hexdigest()
    first = claim(
        update(PayoutBatch).where(PayoutBatch.id == batch.id, PayoutBatch.digest.is_(None))
        .values(digest=digest, sent_at=now)
    )  # fmt: skip
    db.session.refresh(batch)
    if batch.digest != digest:
        raise Stale("batch_file_differs")
    if first:
        db.session.execute(
            update(PayoutItem)
            .where(PayoutItem.batch_id == batch.id, PayoutItem.state == PayoutState.INTENT)
            .values(state=PayoutState.SENT)
        )
    audit.record(
        actor=f"staff:{by}", action="payout.file", subject=f"batch:{number}", now=now,
        detail={"digest": digest, "amount_fen": batch.amount_fen, "again": not first},
    )  # fmt: skip
    return digest

"""Payment is recorded once: three locks (conditional UPDATE, UNIQUE rows, idempotency key)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from app.audit import service as audit
from app.core import clock
from app.core.db import db
from app.core.errors import Invalid, Refused, Stale
from app.rewards import assessing, catalog, checklist, ledger, moves, rulesets
from app.rewards.approval import must_be_bound
from app.rewards.claiming import claim_binding
from app.rewards.models import Award, Payment, PayoutItem
from app.rewards.states import LIVE, OWED, State, Step

MOST_SIGNS = 60
KEPT_AFTER_PAYMENT = timedelta(days=90)
"""Bank data live from the claim to the payment and so much longer (domain.md §13)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """A recorded payment; `repeated` when the same request came again."""

    award_id: int
    amount_fen: int
    reference: str
    at: datetime
    repeated: bool = False


def instruct(award_id: int, *, staff_id: int, now: datetime) -> Award:
    """Hand a claimed award to finance for payment outside this service."""
    award = moves.get(award_id)
    moves.must_be_other(award, staff_id)
    check_bindings(award)
    return moves.take(award, Step.INSTRUCT, by=f"staff:{staff_id}", now=now,
                      values={"paid_by": staff_id})  # fmt: skip


def give_back(award_id: int, *, reason: str, staff_id: int, now: datetime) -> Award:
    """Note that a payment did not arrive: the award is claimed again, the reporter is asked."""
    if not reason.strip():
        raise Invalid("reason_missing", field="reason")
    award = moves.get(award_id)
    must_not_be_in_batch(award.id)
    return moves.take(award, Step.RETURN, by=f"staff:{staff_id}", now=now,
                      values={"paid_by": None}, detail={"reason": reason.strip()})  # fmt: skip


def pay(award_id: int, *, reference: str, idem_key: str, staff_id: int, now: datetime) -> Paid:
    """Record that finance has paid, with its reference (流水号).

    The same key with the same content answers again, with other content Stale. Raises Stale for a
    number or an award that was used before (names the first use), Refused while the daily close
    differs, the approval fell, or a payee's month needs a second approver.
    """
    reference, idem_key = reference.strip(), idem_key.strip()
    if not reference or len(reference) > MOST_SIGNS:
        raise Invalid("reference_missing", field="reference")
    if not idem_key or len(idem_key) > 64:
        raise Invalid("key_missing", field="idem_key")
    audit.take_turn()
    award = moves.get(award_id)
    body = _body(award, reference)
    before = _before(reference, idem_key, body)
    if before is not None:
        return before
    ledger.must_agree()
    must_not_be_in_batch(award.id)
    if award.paid_by != staff_id:
        moves.must_be_other(award, staff_id)
    check_bindings(award)
    check_payee(award, now=now)
    return record(award, reference=reference, idem_key=idem_key, staff_id=staff_id, now=now)


def record(award: Award, *, reference: str, idem_key: str, staff_id: int, now: datetime) -> Paid:
    """Write down money that has left: award, payment and ledger in one step, once."""
    body = _body(award, reference)
    by = f"staff:{staff_id}"
    award = moves.take(award, Step.PAY, by=by, now=now,
                       values={"paid_by": staff_id, "paid_at": now, "ended_at": now})  # fmt: skip
    db.session.add(
        Payment(award_id=award.id, amount_fen=award.amount_fen, payer_id=staff_id, at=now,
                reference=reference, idem_key=idem_key, body_hash=body)
    )  # fmt: skip
    db.session.flush()
    ledger.shift(award, "pay", ledger.PAYABLE, ledger.PAID, by=by, now=now)
    assessing.keep_payee_until(award.id, now + KEPT_AFTER_PAYMENT)
    return Paid(award_id=award.id, amount_fen=award.amount_fen, reference=reference, at=now)


def must_not_be_in_batch(award_id: int) -> None:
    """Refuse to touch by hand what a batch may already have paid. Raises Refused."""
    wanted = (PayoutItem.award_id == award_id, PayoutItem.state.in_(LIVE))
    reference = db.session.scalar(select(PayoutItem.reference).where(*wanted))
    if reference is not None:
        raise Refused("in_batch", reference=reference)


def _body(award: Award, reference: str) -> str:
    words = (award.id, award.amount_fen, reference)
    return hashlib.sha256("|".join(map(str, words)).encode()).hexdigest()


def _before(reference: str, idem_key: str, body: str) -> Paid | None:
    """Return the payment of a repeated request; refuse a key or number of another one."""
    rows = db.session.scalars(
        select(Payment).where(or_(Payment.idem_key == idem_key, Payment.reference == reference))
    ).all()
    for row in rows:
        if row.idem_key == idem_key and row.body_hash == body:
            return Paid(award_id=row.award_id, amount_fen=row.amount_fen,
                        reference=row.reference, at=row.at, repeated=True)  # fmt: skip
    if rows:
        key = "idem_key_reused" if rows[0].idem_key == idem_key else "reference_used"
        voucher = db.session.scalar(select(Award.voucher_no).where(Award.id == rows[0].award_id))
        raise Stale(key, at=rows[0].at, voucher=voucher or "", reference=rows[0].reference)
    return None


def check_bindings(award: Award) -> None:
    """Refuse an award whose approval or claim no longer fits it. Raises Refused."""
    must_be_bound(award)
    bound = claim_binding(
        award, way=award.claim_way, number=award.voucher_no, index=award.payee_index
    )
    if award.claim_hash is not None and award.claim_hash != bound:
        raise Refused("approval_void")


def check_payee(award: Award, *, now: datetime) -> None:
    """Ask for a second approver where one payee gets much in a month (decision 29).

    From the sixth payout on, and above the rule set's cap of a person and month where it has one;
    what is on its way counts as paid.
    """
    if award.payee_index is None or award.approved2_by is not None:
        return
    month = clock.local(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    end = (month + timedelta(days=32)).replace(day=1)
    this_month = (Award.paid_at >= month) & (Award.paid_at < end)
    count, fen = db.session.execute(
        select(func.count(), func.coalesce(func.sum(Award.amount_fen), 0)).where(
            Award.payee_index == award.payee_index, Award.id != award.id,
            this_month | (Award.state == State.INSTRUCTED),
        )
    ).one()  # fmt: skip
    most = catalog.defaults().payee_payouts
    top = rulesets.doc_of(award.rule_set_id).cap_person_month_fen
    if count + 1 > most or (top is not None and fen + award.amount_fen > top):
        raise Refused("second_approver_needed", n=most)


def drop_void(award_id: int, *, now: datetime) -> bool:
    """Let an approval fall that no longer fits; say whether one fell (a transaction of its own)."""
    award = moves.get(award_id)
    try:
        must_not_be_in_batch(award_id)
    except Refused:
        return False
    try:
        check_bindings(award)
    except Refused:
        assessing.void(award, by="system", now=now, reason="approval_void")
        checklist.refresh(award)
        return True
    return False


def drop_all_void(*, now: datetime) -> int:
    """Let every approval fall that no longer fits its payee, amount or rules; return how many."""
    owed = db.session.scalars(select(Award.id).where(Award.state.in_(OWED))).all()
    return sum(drop_void(award_id, now=now) for award_id in owed)


def archive(award_id: int, *, staff_id: int, now: datetime) -> Award:
    """Close the file of a paid award."""
    return moves.take(moves.get(award_id), Step.ARCHIVE, by=f"staff:{staff_id}", now=now)


def recover(award_id: int, *, reason: str, staff_id: int, now: datetime) -> Award:
    """Note that overpaid money came back; it returns to the budget of this year."""
    return _end_claw_back(award_id, Step.RECOVER, reason=reason, staff_id=staff_id, now=now)


def waive(award_id: int, *, reason: str, staff_id: int, now: datetime) -> Award:
    """Let overpaid money rest with a reason: the reporter told the truth, the decision changed."""
    return _end_claw_back(award_id, Step.WAIVE, reason=reason, staff_id=staff_id, now=now)


def _end_claw_back(
    award_id: int, step: Step, *, reason: str, staff_id: int, now: datetime
) -> Award:
    if not reason.strip():
        raise Invalid("reason_missing", field="reason")
    award = moves.get(award_id)
    fen, by = award.overpaid_fen, f"staff:{staff_id}"
    waived = step is Step.WAIVE
    values = {"overpaid_fen": 0} if waived else {}
    award = moves.take(award, step, by=by, now=now, values=values,
                       detail={"reason": reason.strip(), "overpaid_fen": fen})  # fmt: skip
    target = ledger.PAID if waived else ledger.budget(ledger.year_of(now))
    ledger.shift(award, str(step), ledger.CLAWBACK, target, by=by, now=now,
                 reason=reason.strip(), fen=fen)  # fmt: skip
    return award

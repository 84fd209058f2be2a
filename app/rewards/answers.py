"""What the bank says of a batch: read line by line, applied once, contradictions stop payment."""

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from app.accounts import queries as accounts
from app.audit import service as audit
from app.core.db import claim, db
from app.core.errors import Forbidden, Invalid, NotFound, Refused, Stale
from app.core.money import yuan
from app.rewards import assessing, batches, moves, paying
from app.rewards.models import PayoutAnswer, PayoutItem
from app.rewards.states import AnswerOutcome, PayoutState, State, Step

WORDS = {
    "paid": PayoutState.CONFIRMED, "success": PayoutState.CONFIRMED, "成功": PayoutState.CONFIRMED,
    "failed": PayoutState.FAILED, "失败": PayoutState.FAILED,
    "unknown": PayoutState.UNKNOWN, "处理中": PayoutState.UNKNOWN, "未知": PayoutState.UNKNOWN,
}  # fmt: skip
COLUMNS = ("reference", "amount_yuan", "result", "bank_reference", "note")
MOST_BYTES = 2_000_000
MOST_SIGNS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One line of a result file."""

    reference: str
    amount: str
    word: PayoutState
    bank_ref: str
    note: str


def parse(raw: bytes) -> list[Answer]:
    """Read a result file. Raises Invalid that names the line; nothing of a bad file is applied."""
    if len(raw) > MOST_BYTES:
        raise Invalid("result_large", field="file")
    try:
        rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error):
        raise Invalid("result_no_csv", field="file", columns=", ".join(COLUMNS)) from None
    if not rows or not set(COLUMNS[:4]) <= set(rows[0]):
        raise Invalid("result_no_csv", field="file", columns=", ".join(COLUMNS))
    return [_line(row, place) for place, row in enumerate(rows, start=2)]


def _line(row: dict[str, str | None], place: int) -> Answer:
    told = {name: (row.get(name) or "").strip() for name in COLUMNS}
    word = WORDS.get(told["result"].lower())
    if word is None:
        raise Invalid("result_word", field="file", n=place, words=", ".join(WORDS))
    if word is PayoutState.CONFIRMED and not 0 < len(told["bank_reference"]) <= MOST_SIGNS:
        raise Invalid("result_bank_ref", field="file", n=place)
    return Answer(
        reference=told["reference"], amount=told["amount_yuan"], word=word,
        bank_ref=told["bank_reference"], note=told["note"][:500],
    )  # fmt: skip


def read(number: str, raw: bytes, *, staff_id: int, now: datetime) -> dict[AnswerOutcome, int]:
    """Apply a result file to its batch and return how its lines ended.

    A payment without a line becomes unknown. Reading a file again, or lines in another order,
    changes nothing more. Raises Invalid for a line that is not of this batch or not its amount.
    """
    audit.take_turn()
    batch, digest = batches.get(number), hashlib.sha256(raw).hexdigest()
    if batch.digest is None:
        raise Refused("batch_not_sent")
    lines = parse(raw)
    known = {item.reference: item for item in batches.items(batch.id)}
    for place, line in enumerate(lines, start=2):
        _check(line, known, place)
    counts = dict.fromkeys(AnswerOutcome, 0)
    for line in lines:
        counts[_apply(known[line.reference], line, digest, staff_id=staff_id, now=now)] += 1
    _silent(known, {line.reference for line in lines}, now=now)
    audit.record(
        actor=f"staff:{staff_id}", action="payout.result", subject=f"batch:{number}", now=now,
        detail={"digest": digest} | {str(name): n for name, n in counts.items()},
    )  # fmt: skip
    return counts


def _check(line: Answer, known: dict[str, PayoutItem], place: int) -> None:
    item = known.get(line.reference)
    if item is None:
        raise Invalid("result_foreign", field="file", n=place, reference=line.reference)
    if line.amount.replace(",", "") != yuan(item.amount_fen).replace(",", ""):
        raise Invalid("result_amount", field="file", n=place, yuan=yuan(item.amount_fen))


def _apply(
    item: PayoutItem, line: Answer, digest: str, *, staff_id: int, now: datetime
) -> AnswerOutcome:
    outcome = AnswerOutcome.REPEATED if _noted(item, line) else _outcome(item, line)
    if outcome is AnswerOutcome.APPLIED:
        _take(item, line, staff_id=staff_id, now=now)
    db.session.add(
        PayoutAnswer(item_id=item.id, file_digest=digest, word=line.word, bank_ref=line.bank_ref,
                     note=line.note, outcome=outcome, read_by=staff_id, read_at=now)
    )  # fmt: skip
    db.session.flush()
    return outcome


def _noted(item: PayoutItem, line: Answer) -> bool:
    """Say whether the same contradiction was read before."""
    wanted = (
        PayoutAnswer.item_id == item.id, PayoutAnswer.word == line.word,
        PayoutAnswer.bank_ref == line.bank_ref,
        PayoutAnswer.outcome.in_((AnswerOutcome.CONTRADICTION, AnswerOutcome.SETTLED)),
    )  # fmt: skip
    return db.session.scalar(select(PayoutAnswer.id).where(*wanted).limit(1)) is not None


def _outcome(item: PayoutItem, line: Answer) -> AnswerOutcome:
    """Judge a line against what is known: news, a repeat, or a contradiction."""
    said = PayoutState
    if line.word is said.UNKNOWN or (line.word is item.state and item.state is said.FAILED):
        fresh = item.state in (said.INTENT, said.SENT)
        return AnswerOutcome.APPLIED if fresh else AnswerOutcome.REPEATED
    if item.state is said.CONFIRMED:
        same = line.word is said.CONFIRMED and line.bank_ref == item.bank_ref
        return AnswerOutcome.REPEATED if same else AnswerOutcome.CONTRADICTION
    if line.word is said.CONFIRMED and not _may_be_paid(item, line):
        return AnswerOutcome.CONTRADICTION
    return AnswerOutcome.APPLIED


def _may_be_paid(item: PayoutItem, line: Answer) -> bool:
    """Say whether this payment may be recorded: its award waits for it, its number is new."""
    award = moves.get(item.award_id)
    used = select(PayoutItem.id).where(PayoutItem.bank_ref == line.bank_ref)
    if db.session.scalar(used) is not None:
        return False
    if item.state is PayoutState.FAILED:  # it was paid after all, before anybody sent it again
        return award.state is State.CLAIMED and award.amount_fen == item.amount_fen
    return award.state is State.INSTRUCTED and award.amount_fen == item.amount_fen


def _take(item: PayoutItem, line: Answer, *, staff_id: int, now: datetime) -> None:
    """Move a payment by a conditional UPDATE, and its award with it."""
    bank_ref = line.bank_ref if line.word is PayoutState.CONFIRMED else None
    won = claim(
        update(PayoutItem)
        .where(PayoutItem.id == item.id, PayoutItem.state == item.state)
        .values(state=line.word, bank_ref=bank_ref, note=line.note, answered_at=now)
    )
    if not won:
        raise Stale("award_already")
    db.session.refresh(item)
    award, by = moves.get(item.award_id), f"staff:{staff_id}"
    if line.word is PayoutState.CONFIRMED:
        if award.paid_by != staff_id:
            moves.must_be_other(award, staff_id)
        paying.record(award, reference=line.bank_ref, idem_key=item.reference, staff_id=staff_id,
                      now=now)  # fmt: skip
    elif line.word is PayoutState.FAILED and award.state is State.INSTRUCTED:
        moves.take(award, Step.RETURN, by=by, now=now, values={"paid_by": None},
                   detail={"reference": item.reference, "note": line.note})  # fmt: skip
    if item.recheck and line.word is not PayoutState.UNKNOWN:
        item.recheck = False
        assessing.reconsider(award.case_id, by=by, now=now, reason="decision_changed")


def _silent(known: dict[str, PayoutItem], named: set[str], *, now: datetime) -> None:
    ids = [item.id for reference, item in known.items() if reference not in named]
    db.session.execute(
        update(PayoutItem)
        .where(PayoutItem.id.in_(ids), PayoutItem.state == PayoutState.SENT)
        .values(state=PayoutState.UNKNOWN, answered_at=now)
    )


def settle(answer_id: int, *, note: str, staff_id: int, now: datetime) -> None:
    """Note what a person found out about a contradiction; another person has to confirm it.

    Raises Invalid without a reason, NotFound, Stale when it was noted before.
    """
    if not note.strip():
        raise Invalid("reason_missing", field="note")
    _get(answer_id)
    won = claim(
        update(PayoutAnswer)
        .where(PayoutAnswer.id == answer_id, PayoutAnswer.settled_by.is_(None),
               PayoutAnswer.outcome == AnswerOutcome.CONTRADICTION)
        .values(settled_by=staff_id, settled_note=note.strip())
    )  # fmt: skip
    if not won:
        raise Stale("award_already")
    audit.record(
        actor=f"staff:{staff_id}", action="payout.settle", subject=f"answer:{answer_id}", now=now,
        detail={"note": note.strip()},
    )  # fmt: skip


def confirm(answer_id: int, *, agree: bool, staff_id: int, now: datetime) -> None:
    """Confirm what was found out, or give it back; payment may go on after the next close.

    What blocks all payment is cleared by no single person (safeguards.md, threat 7, R-M2). Raises
    Refused before anything was noted, Forbidden for who noted it, by a second account too.
    """
    row = _get(answer_id)
    if row.outcome is not AnswerOutcome.CONTRADICTION:
        raise Stale("award_already")
    if row.settled_by is None:
        raise Refused("settle_first")
    people = accounts.by_ids({staff_id, row.settled_by})
    if staff_id not in people or people[staff_id].is_same_person(people.get(row.settled_by)):
        raise Forbidden("settle_second_person")
    given_back = {"settled_by": None, "settled_note": ""}
    done = {"outcome": AnswerOutcome.SETTLED, "confirmed_by": staff_id}
    won = claim(
        update(PayoutAnswer)
        .where(PayoutAnswer.id == answer_id, PayoutAnswer.settled_by == row.settled_by,
               PayoutAnswer.outcome == AnswerOutcome.CONTRADICTION)
        .values(done if agree else given_back)
    )  # fmt: skip
    if not won:
        raise Stale("award_already")
    audit.record(
        actor=f"staff:{staff_id}", action="payout.confirm" if agree else "payout.not_settled",
        subject=f"answer:{answer_id}", now=now,
    )  # fmt: skip


def _get(answer_id: int) -> PayoutAnswer:
    row = db.session.get(PayoutAnswer, answer_id, populate_existing=True)
    if row is None:
        raise NotFound("no_such_batch")
    return row


def contradictions() -> Sequence[PayoutAnswer]:
    """Return the lines that are not settled yet."""
    wanted = PayoutAnswer.outcome == AnswerOutcome.CONTRADICTION
    return db.session.scalars(select(PayoutAnswer).where(wanted).order_by(PayoutAnswer.id)).all()

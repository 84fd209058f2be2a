"""Tell the party what is planned, and whether it may ask for a hearing (行政处罚法 44, 63).

A notice that was wrong is replaced by another one before the decision: the time to speak begins
anew, a hearing that was asked for stays asked for (by which law: the bureau is to confirm both).
"""

from dataclasses import dataclass
from datetime import date, datetime

from app.accounts.queries import Actor
from app.audit import service as audit
from app.core.clock import local
from app.core.db import db
from app.core.errors import Invalid, Stale
from app.core.events import announce
from app.core.reasons import reason_of
from app.enforcement import decision, policy, records
from app.enforcement.afterwards import moment_of
from app.enforcement.events import PenaltyNotified
from app.enforcement.hearing import ground_of
from app.enforcement.models import Penalty, PenaltyNotice
from app.enforcement.rules_hearing import Ground
from app.enforcement.workflow import PenaltyKind, PenaltyState


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeData:
    """What the party is told: the planned kinds and fine in fen, and its right to a hearing.

    `hearing` is None where the rule decides; who decides against the rule says why in `word`.
    `replaces` is the number of the notice that was wrong, 0 for the first; `reason` says in what.
    """

    kinds: tuple[PenaltyKind, ...]
    amount_fen: int | None
    on: date | None = None
    hearing: bool | None = None
    word: str = ""
    replaces: int = 0
    reason: str = ""


def notify(
    case_id: int, data: NoticeData, *, by: Actor, now: datetime, turn: int | None = None
) -> bool:
    """Record the notice and return whether it offers a hearing.

    Raises NotFound, Invalid (kinds, amount, day, word, reason), Stale (not reviewed, decided, or
    told otherwise in the meantime).
    """
    row = records.get(case_id, turn)
    amount, before = decision.amount_of(data.kinds, data.amount_fen), records.notice_of(row)
    day = data.on or local(now).date()
    at = moment_of(day, records.end_of(before.told_on) if before else row.filed_at, field="on",
                   now=now)  # fmt: skip
    found = ground_of(row, data.kinds, amount, on=day)
    offered = found is not None if data.hearing is None else data.hearing
    if offered != (found is not None) and not data.word.strip():
        raise Invalid("hearing_word_missing", field="word")
    reason = reason_of(data.reason, "notice_reason") if data.replaces else ""
    records.move(row, PenaltyState.NOTIFIED, by=by, now=now, note=reason or data.word)
    _keep(row, data, amount, ground=found, offered=offered, day=day, by=by, now=now)
    announce(
        PenaltyNotified(
            case_id=case_id, round=row.round, by=by.key, now=now, at=at,
            hearing=offered and row.hearing_at is None, again=before is not None,
        )
    )  # fmt: skip
    return offered


def _keep(
    row: Penalty, data: NoticeData, amount: int, *, ground: Ground | None, offered: bool,
    day: date, by: Actor, now: datetime,
) -> None:  # fmt: skip
    """Store the notice behind those before; the record is locked by its step."""
    before = records.notice_of(row)
    last = before.seq if before else 0
    if data.replaces != last:
        raise Stale("notice_changed")
    told = PenaltyNotice(
        penalty_id=row.id, seq=last + 1, kinds=[str(kind) for kind in data.kinds],
        amount_fen=amount, offered=offered, ground=ground, word=data.word.strip(),
        policy=policy.in_force(day).key, told_on=day, reason=data.reason.strip() if last else "",
        staff_id=by.staff_id, at=now,
    )  # fmt: skip
    db.session.add(told)
    db.session.flush()
    audit.record(
        actor=by.key, action="penalty.notice", subject=f"penalty:{row.id}", now=now,
        detail={
            "seq": told.seq, "kinds": told.kinds, "amount_fen": amount, "offered": offered,
            "ground": ground and str(ground), "word": told.word, "policy": told.policy,
            "on": day.isoformat(), "reason": told.reason,
        },
    )  # fmt: skip

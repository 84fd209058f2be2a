"""Tell the party what is planned, and whether it may ask for a hearing (行政处罚法 44, 63)."""

from dataclasses import dataclass
from datetime import date, datetime

from app.accounts.queries import Actor
from app.audit import service as audit
from app.core.clock import local
from app.core.db import db
from app.core.errors import Invalid
from app.core.events import announce
from app.enforcement import decision, policy, records
from app.enforcement.afterwards import moment_of
from app.enforcement.events import PenaltyNotified
from app.enforcement.hearing import ground_of
from app.enforcement.workflow import PenaltyKind, PenaltyState


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeData:
    """What the party is told: the planned kinds and fine in fen, and its right to a hearing.

    `hearing` is None where the rule decides; who decides against the rule says why in `word`.
    """

    kinds: tuple[PenaltyKind, ...]
    amount_fen: int | None
    on: date | None = None
    hearing: bool | None = None
    word: str = ""


def notify(
    case_id: int, data: NoticeData, *, by: Actor, now: datetime, turn: int | None = None
) -> bool:
    """Record the notice and return whether it offers a hearing.

    Raises NotFound, Invalid (kinds, amount, day, word), Stale (not reviewed, or told already).
    """
    row = records.get(case_id, turn)
    amount = decision.amount_of(data.kinds, data.amount_fen)
    at = moment_of(data.on or local(now).date(), row.filed_at, field="on", now=now)
    found = ground_of(row, data.kinds, amount, on=local(at).date())
    offered = found is not None if data.hearing is None else data.hearing
    if offered != (found is not None) and not data.word.strip():
        raise Invalid("hearing_word_missing", field="word")
    records.move(row, PenaltyState.NOTIFIED, by=by, now=now, note=data.word)
    row.notice = {
        "kinds": [str(kind) for kind in data.kinds], "amount_fen": amount, "offered": offered,
        "ground": None if found is None else str(found), "word": data.word.strip(),
        "policy": policy.in_force(local(at).date()).key, "on": local(at).date().isoformat(),
    }  # fmt: skip
    db.session.flush()
    audit.record(
        actor=by.key, action="penalty.notice", subject=f"penalty:{row.id}", now=now,
        detail=row.notice,
    )  # fmt: skip
    announce(
        PenaltyNotified(
            case_id=case_id, round=row.round, by=by.key, now=now, at=at, hearing=offered
        )
    )
    return offered

"""The duty officer's word on a patrol that no position proves, as on an arrival of grade C."""

from datetime import datetime

from sqlalchemy import update

from app.accounts.queries import Actor
from app.audit import service as audit
from app.core.db import claim, db
from app.core.errors import NotFound, Stale
from app.fieldwork.models import Patrol
from app.fieldwork.second_word import reason_of


def judge(patrol_id: int, *, accept: bool, reason: str, by: Actor, now: datetime) -> None:
    """Let an ended patrol without proof count, or not, with a reason; never by who walked it.

    Raises NotFound, Forbidden, Invalid (no reason), Stale (it runs, is proven or was judged).
    """
    row = db.session.get(Patrol, patrol_id)
    if row is None:
        raise NotFound("no_such_patrol")
    reason = reason_of(reason, by=by, on=row.staff_id)
    won = claim(
        update(Patrol)
        .where(
            Patrol.id == patrol_id, Patrol.ended_at.is_not(None), Patrol.proven.is_(False),
            Patrol.accepted.is_(None),
        )
        .values(
            accepted=accept, judged_by=by.staff_id, judged_at=now, judged_reason=reason
        )
    )  # fmt: skip
    if not won:
        raise Stale("already_decided")
    audit.record(
        actor=by.key, action="patrol.judged", subject=f"patrol:{patrol_id}", now=now,
        detail={"accept": accept, "reason": reason},
    )  # fmt: skip

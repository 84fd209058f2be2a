"""The duty officer's word on a patrol that no position proves, as on an arrival of grade C."""

from datetime import datetime

from sqlalchemy import update

from app.accounts import queries as accounts
from app.accounts.queries import Actor
from app.audit import service as audit
from app.core.db import claim, db
from app.core.errors import Forbidden, Invalid, NotFound, Stale
from app.fieldwork.models import Patrol

MIN_REASON = 5


def judge(patrol_id: int, *, accept: bool, reason: str, by: Actor, now: datetime) -> None:
    """Let an ended patrol without proof count, or not, with a reason; never by who walked it.

    Raises NotFound, Forbidden, Invalid (no reason), Stale (it runs, is proven or was judged).
    """
    row = db.session.get(Patrol, patrol_id)
    if row is None:
        raise NotFound("no_such_patrol")
    if by.is_same_person(accounts.get(row.staff_id)):
        raise Forbidden("second_person")
    if len(reason.strip()) < MIN_REASON:
        raise Invalid("handback_reason", field="reason", least=MIN_REASON)
    won = claim(
        update(Patrol)
        .where(
            Patrol.id == patrol_id, Patrol.ended_at.is_not(None), Patrol.proven.is_(False),
            Patrol.accepted.is_(None),
        )
        .values(
            accepted=accept, judged_by=by.staff_id, judged_at=now, judged_reason=reason.strip()
        )
    )  # fmt: skip
    if not won:
        raise Stale("already_decided")
    audit.record(
        actor=by.key, action="patrol.judged", subject=f"patrol:{patrol_id}", now=now,
        detail={"accept": accept, "reason": reason.strip()},
    )  # fmt: skip

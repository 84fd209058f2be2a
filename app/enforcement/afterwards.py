"""What the law counts around a decision: hearing asked for, service, publication taken down."""

from datetime import date, datetime

from app.accounts.queries import Actor
from app.audit import service as audit
from app.core.clock import local
from app.core.db import db
from app.core.errors import Invalid, Refused, Stale
from app.core.events import announce
from app.enforcement import records
from app.enforcement.events import HearingAsked, PenaltyServed, PublicationWithdrawn
from app.enforcement.models import Penalty
from app.enforcement.workflow import PenaltyState, ServiceWay


def serve(
    case_id: int, *, way: ServiceWay | None, on: date | None, by: Actor, now: datetime,
    turn: int | None = None,
) -> None:  # fmt: skip
    """Record the day and the way on which the decision reached the party.

    Raises NotFound, Invalid (way, day), Stale (there is no decision to serve).
    """
    row = records.get(case_id, turn)
    if way is None:
        raise Invalid("service_way_missing", field="way")
    at = moment_of(on, row.decided_at, field="on", now=now)
    records.move(row, PenaltyState.SERVED, by=by, now=now, note=str(way))
    row.served_at, row.served_way = at, way
    db.session.flush()
    announce(PenaltyServed(case_id=case_id, round=row.round, at=at, by=by.key, now=now))


def ask_hearing(
    case_id: int, *, on: date | None, by: Actor, now: datetime, turn: int | None = None
) -> None:
    """Record that the party asked for a hearing. Raises NotFound, Invalid, Stale."""
    row = records.get(case_id, turn)
    if row.state is not PenaltyState.NOTIFIED:
        raise Stale("penalty_not_from_here", state=str(row.state))
    if row.hearing_at is not None:
        raise Stale("already_recorded")
    at = moment_of(on, None, field="on", now=now)
    row.hearing_at = at
    _note(row, "hearing_asked", by=by, now=now)
    announce(HearingAsked(case_id=case_id, round=row.round, at=at, by=by.key, now=now))


def withdraw_publication(
    case_id: int, *, on: date | None, by: Actor, now: datetime, turn: int | None = None
) -> None:
    """Record that what was published of a revoked decision is taken down.

    Raises NotFound, Invalid, Refused `nothing_published`, Stale.
    """
    row = records.get(case_id, turn)
    if row.revoked_at is None or not row.published:
        raise Refused("nothing_published")
    if row.withdrawn_at is not None:
        raise Stale("already_recorded")
    at = moment_of(on, row.revoked_at, field="on", now=now)
    row.withdrawn_at = at
    _note(row, "publication_withdrawn", by=by, now=now)
    announce(PublicationWithdrawn(case_id=case_id, round=row.round, at=at, by=by.key, now=now))


def moment_of(on: date | None, after: datetime | None, *, field: str, now: datetime) -> datetime:
    """Return when it happened: now on the same day, else the end of its day."""
    if on is None:
        raise Invalid("day_missing", field=field)
    today = local(now).date()
    if on > today:
        raise Invalid("date_in_future", field=field)
    if after is not None and on < local(after).date():
        raise Invalid("day_too_early", field=field, first=local(after).date().isoformat())
    return now if on == today else records.end_of(on)


def _note(row: Penalty, what: str, *, by: Actor, now: datetime) -> None:
    db.session.flush()
    audit.record(actor=by.key, action=f"penalty.{what}", subject=f"penalty:{row.id}", now=now)

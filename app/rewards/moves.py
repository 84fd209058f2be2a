"""One step of an award: table of moves, conditional UPDATE, audit entry, announcement."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, update

from app.accounts import queries as accounts
from app.audit import service as audit
from app.core.db import claim, db
from app.core.errors import Forbidden, NotFound, Stale
from app.core.events import announce
from app.rewards.events import AwardMoved
from app.rewards.models import Award
from app.rewards.states import MOVES, State, Step

PEOPLE = ("proposed_by", "reviewed_by", "approved_by", "approved2_by", "paid_by")


def get(award_id: int) -> Award:
    """Return the award as the database has it now. Raises NotFound."""
    award = db.session.get(Award, award_id, populate_existing=True)
    if award is None:
        raise NotFound("no_such_award")
    return award


def take(
    award: Award,
    step: Step,
    *,
    by: str,
    now: datetime,
    values: Mapping[str, Any] | None = None,
    where: Sequence[ColumnElement[bool]] = (),
    detail: Mapping[str, Any] | None = None,
) -> Award:
    """Take a step from the state and version that `award` was read with.

    Raises Stale with the state it has now when the table does not allow it or somebody was quicker.
    """
    old, seen = award.state, award.version
    sources, new = MOVES[step]
    if old not in sources:
        raise already(award)
    new = new or award.back_state or State.ASSESSED
    won = claim(
        update(Award)
        .where(Award.id == award.id, Award.state == old, Award.version == seen, *where)
        .values(state=new, version=seen + 1, **(values or {}))
    )
    if not won:
        raise already(get(award.id))
    db.session.refresh(award)
    note(award, step, old=old, by=by, now=now, detail=detail)
    return award


def note(
    award: Award, step: Step | None, *, old: State | None, by: str, now: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Write the audit entry of a step and announce it; amounts and reasons only, never a person."""
    said = {"from": old, "to": award.state, "amount_fen": award.amount_fen, **(detail or {})}
    audit.record(
        actor=by, action=f"reward.{step or 'assess'}", subject=f"award:{award.id}", now=now,
        detail=said,
    )  # fmt: skip
    announce(
        AwardMoved(
            award_id=award.id, report_id=award.report_id, case_id=award.case_id, step=step,
            old=old, new=award.state, amount_fen=award.amount_fen, actor=by, now=now,
        )
    )  # fmt: skip


def already(award: Award) -> Stale:
    """Return the refusal for a step that came too late: the state and who led there."""
    people = [getattr(award, name) for name in PEOPLE if getattr(award, name)]
    person = accounts.get(people[-1]) if people else None
    return Stale("award_already", state=str(award.state), name=person.name if person else "")


def check_version(award: Award, version: int | None) -> None:
    """Refuse a reader who saw an older award. Raises Stale."""
    if version is not None and version != award.version:
        raise already(award)


def must_be_other(award: Award, staff_id: int) -> None:
    """Refuse whoever already proposed, reviewed, approved or paid, as a natural person (R-M2)."""
    before = {getattr(award, name) for name in PEOPLE} - {None}
    people = accounts.by_ids({staff_id, *before})
    actor = people.get(staff_id)
    if actor is None or any(actor.is_same_person(people.get(other)) for other in before):
        raise Forbidden("second_person")

"""What the public sees of cases: what the desk released, rough in place and day (C2, R-A10)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, update

from app.accounts.queries import Actor
from app.audit import service as audit
from app.cases import queries
from app.cases.models import Case
from app.cases.queries import CaseView
from app.cases.rules import told_place
from app.cases.workflow import State, shown
from app.core.db import claim, db
from app.core.errors import Stale

NEVER = (State.SUBMITTED, State.REJECTED, State.WITHDRAWN, State.MERGED)
"""Not looked at yet, or not a matter of its own."""
MOST = 500
"""So many of the newest are told at once."""


def may_be_told(case: CaseView) -> bool:
    """Say whether the public may see a case: not before it closes where it is to be punished."""
    return case.state not in NEVER and (not case.punishable or case.state is State.CLOSED)


def listed() -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of what the public sees; the same as `may_be_told`, and released."""
    return (
        Case.public.is_(True),
        Case.state.not_in(NEVER),
        or_(Case.punishable.is_(False), Case.state == State.CLOSED),
    )


def release(case_id: int, *, by: Actor, now: datetime) -> None:
    """Let the public see a case. Raises Stale where it is seen already or may not be."""
    _set(case_id, public=True, by=by, now=now)


def take_back(case_id: int, *, by: Actor, now: datetime) -> None:
    """Take a case off the public list. Raises Stale where it is not on it."""
    _set(case_id, public=False, by=by, now=now)


def _set(case_id: int, *, public: bool, by: Actor, now: datetime) -> None:
    wanted = [Case.id == case_id, Case.public.is_(not public)]
    if public:
        wanted.append(Case.state.not_in(NEVER))
    won = claim(update(Case).where(*wanted).values(public=public))
    number = db.session.scalar(select(Case.number).where(Case.id == case_id))
    if not won:
        raise Stale("case_changed", number=number or "")
    audit.record(
        actor=by.key, action="case.released" if public else "case.taken_back",
        subject=f"case:{number}", now=now,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A case on a public page: no number, no words, no photo; `place` is a square's middle."""

    category: str
    state: State
    township_code: str | None
    opened_at: datetime
    place: tuple[float, float] | None


def told(case: CaseView) -> Told:
    """Return what the public sees of a case."""
    return Told(
        category=case.category, state=shown(case.state), township_code=case.township_code,
        opened_at=case.opened_at,
        place=None if case.lng is None or case.lat is None else told_place(case.lng, case.lat),
    )  # fmt: skip


def near(lng: float, lat: float, *, since: datetime) -> list[CaseView]:
    """Return the recent cases around a point that the public sees, newest first."""
    return queries.near(lng, lat, since=since, only=listed())


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody looks for: letters of categories, whether closed; None for all."""

    letters: str | None = None
    closed: bool | None = None
    township_code: str | None = None


def between(start: datetime, end: datetime, wanted: Wanted) -> list[Told]:
    """Return what the public sees of the cases opened in [start, end), the newest first."""
    only = [Case.opened_at >= start, Case.opened_at < end, *listed()]
    if wanted.letters:
        only.append(func.substr(Case.category, 1, 1).in_(tuple(wanted.letters)))
    if wanted.closed is not None:
        only.append((Case.state == State.CLOSED) == wanted.closed)
    if wanted.township_code:
        only.append(Case.township_code == wanted.township_code)
    rows = db.session.execute(
        select(*queries.COLUMNS).where(*only)
        .order_by(Case.opened_at.desc(), Case.id.desc()).limit(MOST)
    )  # fmt: skip
    return [told(CaseView(**row._mapping)) for row in rows]

"""Who looks a second time: a grid worker of another village, never one who had the case."""

import hashlib
from collections import Counter
from collections.abc import Collection

from sqlalchemy import func, select

from app.accounts import queries as accounts
from app.accounts.permissions import Role
from app.accounts.queries import Actor
from app.cases import check
from app.cases.models import CaseStep
from app.cases.workflow import Move
from app.core.db import db
from app.fieldwork import queries as tasks
from app.places import queries as places
from app.places.geo import distance_m
from app.spotchecks.kinds import SpotState
from app.spotchecks.models import SpotCheck
from app.spotchecks.rules import Closed

CHECKED_BY = (Move.PASS_CHECK, Move.FAIL_CHECK, Move.CLOSE)
FAR = float("inf")


class Roster:
    """Who is on duty in which village, read once a draw, and what each was given so far."""

    def __init__(self) -> None:
        grids = {area.code: area for area in places.grids()}
        self.duties = places.grid_workers(grids)
        here: dict[int, set[str]] = {}
        for code, people in self.duties.items():
            duty = next((one for one in people if one.working), None)
            if duty is not None:  # on leave the deputy goes
                here.setdefault(duty.staff_id, set()).add(grids[code].parent_code or "")
        known = accounts.by_ids(here)
        self.towns = {
            staff_id: towns for staff_id, towns in here.items()
            if Role.GRID_WORKER in known[staff_id].roles
        }  # fmt: skip
        self.people = {staff_id: known[staff_id] for staff_id in self.towns}
        self.load = Counter(_waiting())

    def choose(self, case: Closed, *, salt: str) -> int | None:
        """Return who goes: of the township before the nearest other one, the least laden first."""
        barred = self._barred(case)
        free = [one for one in self.people.values() if not _is_any(one, barred)]
        if not free:
            return None
        chosen = min(free, key=lambda one: self._place(one, case, salt)).staff_id
        self.load[chosen] += 1
        return chosen

    def _place(self, one: Actor, case: Closed, salt: str) -> tuple[float, int, str]:
        away = min(_between(town, case.township_code) for town in self.towns[one.staff_id])
        lot = hashlib.sha256(f"{salt}:{case.name}:{one.staff_id}".encode()).hexdigest()
        return away, self.load[one.staff_id], lot

    def _barred(self, case: Closed) -> list[Actor]:
        """Return handlers, checkers, and those on duty in the village, as persons."""
        own = {duty.staff_id for duty in self.duties.get(case.grid_code, ())}
        handled = check.handlers(case.case_id) | tasks.handlers(case.case_id)
        ids = own | handled | _checkers(case.case_id)
        return list(accounts.by_ids(ids).values())


def _is_any(one: Actor, others: Collection[Actor]) -> bool:
    return any(one.is_same_person(other) for other in others)


def _checkers(case_id: int) -> set[int]:
    rows = db.session.scalars(
        select(CaseStep.actor).where(
            CaseStep.case_id == case_id,
            CaseStep.move.in_(CHECKED_BY),
            CaseStep.actor.startswith("staff:"),
        )
    )
    return {int(actor.removeprefix("staff:")) for actor in rows}


def _waiting() -> dict[int, int]:
    rows = db.session.execute(
        select(SpotCheck.inspector_id, func.count())
        .where(SpotCheck.state == SpotState.OPEN, SpotCheck.inspector_id.is_not(None))
        .group_by(SpotCheck.inspector_id)
    )
    return {staff_id: count for staff_id, count in rows if staff_id is not None}


def _between(one: str, other: str) -> float:
    """Return how far the centres of two townships lie apart, in metres; 0 for one and the same."""
    if one == other:
        return 0.0
    here, there = places.area(one), places.area(other)
    if here is None or there is None:
        return FAR
    return distance_m(here.centre_lng, here.centre_lat, there.centre_lng, there.centre_lat)

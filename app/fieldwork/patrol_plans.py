"""Change a worker's plan of a week by hand, where the rule's number does not fit."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from app.accounts.queries import Actor
from app.audit import service as audit
from app.core.clock import local
from app.core.db import db
from app.core.errors import Invalid
from app.core.reasons import reason_of
from app.fieldwork import rules_patrol
from app.fieldwork.attendance import Week, planned_in
from app.fieldwork.models import PatrolPlan
from app.fieldwork.patrols import WEEK, workers
from app.worktime.calendar import end_of

MOST = 14
"""Twice a day: more is a slip of the finger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A worker with a village and the plan of a week; None: none is made yet."""

    worker: Actor
    week: Week | None


def open_weeks(now: datetime) -> tuple[date, date]:
    """Return the Mondays of the weeks whose plans may change: the running one and the next."""
    this = rules_patrol.monday(local(now).date())
    return this, this + WEEK


def plans(week: date) -> list[Planned]:
    """Return who patrols and how often in a week: workers of villages who are there, by place."""
    found = {one.staff_id: one for one in planned_in(week)}
    return [
        Planned(worker=one, week=found.get(one.staff_id))
        for one in sorted(workers(), key=lambda one: (one.area_code, one.name, one.staff_id))
    ]


def set_plan(
    staff_id: int, week: date, planned: int | None, *, reason: str, by: Actor, now: datetime
) -> None:
    """Let a worker make so many patrols in this week or the next; the rule plans the others.

    Raises Invalid: no worker of a village who is there, a week that is over or far, no number from
    0 to 14, no reason.
    """
    one = next((one for one in workers() if one.staff_id == staff_id), None)
    if one is None:
        raise Invalid("plan_worker", field="worker")
    if week not in open_weeks(now):
        raise Invalid("plan_week", field="week")
    if planned is None or not 0 <= planned <= MOST:
        raise Invalid("plan_number", field="planned", most=MOST)
    reason_of(reason, "reason_missing")
    row = db.session.scalar(
        select(PatrolPlan)
        .where(PatrolPlan.staff_id == staff_id, PatrolPlan.week == week)
        .with_for_update()
    )
    before = row.planned if row else None
    if row is None:
        row = PatrolPlan(
            staff_id=staff_id, week=week, due_at=end_of(week + WEEK - timedelta(days=1)),
            township_code=one.area_code, policy=rules_patrol.in_force(week).key, made_at=now,
        )  # fmt: skip
        db.session.add(row)
    row.planned = planned
    db.session.flush()
    audit.record(
        actor=by.key, action="patrol.plan_set", subject=f"staff:{staff_id}", now=now,
        detail={"week": f"{week}", "from": before, "to": planned, "reason": reason.strip()},
    )  # fmt: skip

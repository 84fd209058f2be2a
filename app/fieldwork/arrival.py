"""Arrive: a one-time challenge and the check-in with its grade."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import update

from app.accounts.queries import Actor
from app.audit import service as audit
from app.cases import service as cases
from app.cases.workflow import Move, State
from app.core.db import claim, db
from app.core.errors import Stale
from app.core.events import announce
from app.core.reasons import reason_of
from app.fieldwork import tasks, weighing
from app.fieldwork.events import CheckedIn
from app.fieldwork.models import ArrivalChallenge, CheckIn, Task
from app.fieldwork.rules import Challenge, Grade, Proof, Verdict
from app.fieldwork.states import TaskState
from app.fieldwork.weighing import CheckInData
from app.media import service as media

CHALLENGE_LIFE = timedelta(minutes=10)


def issue_challenge(task_id: int, *, by: Actor, now: datetime) -> str:
    """Make the one-time challenge of an arrival page: ten minutes, this worker, this task."""
    tasks.own(task_id, by.staff_id)
    token = secrets.token_hex(16)
    db.session.add(
        ArrivalChallenge(
            token=token,
            task_id=task_id,
            staff_id=by.staff_id,
            issued_at=now,
            expires_at=now + CHALLENGE_LIFE,
        )
    )
    db.session.flush()
    return token


def check_in(task_id: int, data: CheckInData, *, by: Actor, now: datetime) -> Verdict:
    """Store an arrival with its grade and move the case to arrived; poor proof is no refusal.

    Raises NotFound, Forbidden, Stale (arrived already), Invalid `arrival_reason` when a grade C
    comes without the worker's words: nothing is stored, and the page asks for them.
    """
    task = tasks.own(task_id, by.staff_id)
    if task.state not in (TaskState.OPEN, TaskState.SIGNED):
        raise Stale("task_changed")
    case = cases.get(task.case_id)
    if case.state not in (State.ASSIGNED, State.ARRIVED):  # arrived: refused, and made again
        raise Stale("move_not_allowed", number=case.number, state=str(case.state), move="arrive")
    told = weighing.happened(data, now=now, earliest=task.assigned_at)
    away = weighing.metres(case.lng, case.lat, data)
    row = _store(task, data, at=told.at, now=now, metres=away)
    row.photo_id, proof = _picture(row, data)
    verdict = weighing.weigh(
        data, away=away, has_point=case.lng is not None, proof=proof, timely=told.timely,
        challenge=_met(data, task_id=task_id, by=by, now=now), now=now,
    )  # fmt: skip
    why = [str(reason) for reason in verdict.reasons]
    if not verdict.counts:
        reason_of(data.words, "arrival_reason", field="words", reasons=why)
    row.grade, row.reasons = verdict.grade, why
    _arrived(task, row, verdict, by=by, now=now)
    return verdict


def _store(
    task: Task, data: CheckInData, *, at: datetime, now: datetime, metres: float | None
) -> CheckIn:
    row = CheckIn(
        task_id=task.id,
        staff_id=task.staff_id,
        at=at,
        received_at=now,
        device_at=data.device_at,
        clock_offset_s=data.clock_offset_s,
        lng=data.lng,
        lat=data.lat,
        accuracy=data.accuracy,
        distance_m=metres,
        grade=Grade.C,
        reasons=[],
        words=data.words.strip(),
        offline=data.offline,
        challenge=data.challenge or None,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _arrived(task: Task, row: CheckIn, verdict: Verdict, *, by: Actor, now: datetime) -> None:
    signed_at = task.signed_at or row.at
    tasks.step(
        task.id,
        TaskState.ARRIVED,
        sources=(TaskState.OPEN, TaskState.SIGNED),
        values={"arrived_at": row.at, "signed_at": signed_at},
    )
    facts = {
        "task_id": task.id,
        "grade": str(verdict.grade),
        "counts": verdict.counts,
        "at": row.at.isoformat(),
        "offline": row.offline,
    }
    audit.record(
        actor=by.key, action="task.arrived", subject=f"task:{task.id}", now=now, detail=facts
    )
    if cases.get(task.case_id).state is State.ASSIGNED:
        cases.move(task.case_id, Move.ARRIVE, by=by.key, now=now, facts=facts)
    announce(
        CheckedIn(
            task_id=task.id,
            case_id=task.case_id,
            check_in_id=row.id,
            grade=verdict.grade,
            counts=verdict.counts,
            at=row.at,
            now=now,
            by=by.key,
        )
    )


def _picture(row: CheckIn, data: CheckInData) -> tuple[str | None, Proof]:
    """Claim the photos of the page for this check-in and say what they prove."""
    held = media.hold(
        data.photo_ids, draft_key=data.draft_key, holder_kind="check_in", holder_id=row.id
    )
    return weighing.picture(held, row.at)


def _met(data: CheckInData, *, task_id: int, by: Actor, now: datetime) -> Challenge:
    """Use up the challenge of the page and say what it is worth."""
    if not data.challenge:
        return Challenge.MISSING
    row = db.session.get(ArrivalChallenge, data.challenge)
    if row is None or (row.task_id, row.staff_id) != (task_id, by.staff_id):
        return Challenge.FOREIGN
    if row.used_at is not None:
        return Challenge.USED
    late = now > row.expires_at
    won = claim(
        update(ArrivalChallenge)
        .where(ArrivalChallenge.token == data.challenge, ArrivalChallenge.used_at.is_(None))
        .values(used_at=now)
    )
    if not won:
        return Challenge.USED
    return Challenge.LATE if late else Challenge.MET

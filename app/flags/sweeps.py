"""Look for patterns over awards, once in a while: rings, pairs, places dumped on again."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select

from app.cases import queries as cases
from app.cases.models import Case
from app.core.db import db
from app.fieldwork.models import Task
from app.fieldwork.states import TaskState
from app.flags import patterns, service
from app.flags.kinds import FlagKind
from app.flags.patterns import LIMITS, Pair, Reward, Ring, Visit
from app.flags.service import Matter
from app.identity.models import Contact
from app.rewards.models import Award
from app.rewards.states import State

RINGS_BACK: Final = timedelta(days=62)
PAIRS_BACK: Final = timedelta(days=365)
SPOTS_BACK: Final = timedelta(days=90)
FRESH: Final = timedelta(days=2)


def sweep(now: datetime) -> int:
    """Flag what is new of all patterns; return how many flags were raised or have grown."""
    matters = [*map(_ring, rings(now)), *map(_pair, pairs(now)), *spots(now)]
    return sum(service.raise_flag(matter, now=now) for matter in matters)


def rings(now: datetime) -> list[Ring]:
    """Return payees of several codes in this month or the last (decision 29)."""
    since = now - RINGS_BACK
    many = (
        select(Award.payee_index)
        .where(Award.payee_index.is_not(None), Award.claimed_at >= since)
        .group_by(Award.payee_index)
        .having(func.count(Award.report_id.distinct()) >= LIMITS.codes_a_month)
    )
    rows = db.session.execute(
        select(Award.payee_index, Award.report_id, Award.case_id, Award.claimed_at)
        .where(Award.payee_index.in_(many), Award.claimed_at >= since)
        .order_by(Award.id)
    )
    found = [
        Reward(mark=mark, report_id=report_id, case_id=case_id, at=at)
        for mark, report_id, case_id, at in rows
        if mark and at
    ]
    return patterns.rings(found)


def _ring(ring: Ring) -> Matter:
    return Matter(
        kind=FlagKind.PAYEE_RING, key=f"ring:{ring.month}:{_mark(ring.mark)}", size=ring.codes,
        case_ids=frozenset(reward.case_id for reward in ring.rewards),
        evidence={"month": ring.month, "codes": ring.codes, "cases": _numbers(ring.rewards)},
    )  # fmt: skip


def pairs(now: datetime) -> list[Pair]:
    """Return reporters, known by payee or phone, and workers of the same rewarded cases."""
    rows = db.session.execute(
        select(Award.id, Award.report_id, Award.case_id, Award.payee_index, Award.assessed_at,
               Task.staff_id, Contact.phone_index)
        .join(Task, Task.case_id == Award.case_id)
        .outerjoin(Contact, Contact.report_id == Award.report_id)
        .where(Award.state != State.NOT_ELIGIBLE, Award.assessed_at >= now - PAIRS_BACK,
               Task.state != TaskState.CANCELLED)
        .order_by(Award.id)
    ).all()  # fmt: skip
    found = [
        Reward(mark=row.phone_index or row.payee_index or f"code:{row.report_id}",
               report_id=row.report_id, case_id=row.case_id, at=row.assessed_at,
               worker_id=row.staff_id)
        for row in rows
    ]  # fmt: skip
    return patterns.pairs(found)


def _pair(pair: Pair) -> Matter:
    return Matter(
        kind=FlagKind.REPORTER_AND_WORKER, key=f"pair:{pair.worker_id}:{_mark(pair.mark)}",
        size=pair.cases, case_ids=frozenset(reward.case_id for reward in pair.rewards),
        evidence={"worker_id": pair.worker_id, "together": pair.cases,
                  "of_reporter": pair.of_reporter, "of_worker": pair.of_worker,
                  "cases": _numbers(pair.rewards)},
    )  # fmt: skip


def spots(now: datetime) -> Iterable[Matter]:
    """Yield places whose newest case was assessed lately and follows on others."""
    fresh = select(Award.case_id).where(
        Award.state != State.NOT_ELIGIBLE, Award.assessed_at >= now - FRESH
    )
    for case in db.session.scalars(select(Case).where(Case.id.in_(fresh)).order_by(Case.id)):
        if case.lng is None or case.lat is None:
            continue
        near = cases.near(case.lng, case.lat, since=case.opened_at - SPOTS_BACK, limit=200)
        visits = _visits([one.id for one in near])
        last = visits.pop(case.id, None)
        chain = patterns.spot(last, visits.values()) if last else []
        if chain:
            yield _spot(chain)


def _visits(case_ids: list[int]) -> dict[int, Visit]:
    rewarded = set(
        db.session.scalars(
            select(Award.case_id).where(
                Award.case_id.in_(case_ids), Award.state != State.NOT_ELIGIBLE
            )
        )
    )
    return {
        case.id: Visit(
            case_id=case.id, number=case.number, lng=case.lng, lat=case.lat, category=case.category,
            opened_at=case.opened_at, clean_at=case.checked_at or case.closed_at,
            rewarded=case.id in rewarded,
        )
        for case in cases.many(case_ids).values()
        if case.lng is not None and case.lat is not None
    }  # fmt: skip


def _spot(chain: list[Visit]) -> Matter:
    return Matter(
        kind=FlagKind.SPOT_AGAIN, key=f"spot:{chain[0].case_id}", size=len(chain),
        case_ids=frozenset(visit.case_id for visit in chain),
        evidence={"cases": [_visited(visit) for visit in chain]},
    )  # fmt: skip


def _visited(visit: Visit) -> dict[str, Any]:
    return {
        "case": visit.number, "opened_at": visit.opened_at.isoformat(),
        "clean_at": visit.clean_at.isoformat() if visit.clean_at else None,
        "rewarded": visit.rewarded,
    }  # fmt: skip


def _mark(mark: str) -> str:
    """Return what names a person's matter without carrying the index itself any further."""
    return hashlib.sha256(mark.encode()).hexdigest()[:16]


def _numbers(rewards: Iterable[Reward]) -> list[dict[str, Any]]:
    at = {reward.case_id: reward.at for reward in rewards}
    found = cases.many(sorted(at))
    return [{"case": found[key].number, "at": at[key].isoformat()} for key in sorted(at)]

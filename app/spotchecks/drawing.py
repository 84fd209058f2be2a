"""Draw a month's sample: list and seed are written down first, then the draw follows from them."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time

from sqlalchemy import Table, func, insert, select, update

from app.accounts.queries import Actor
from app.audit import queries as chain
from app.audit import service as audit
from app.cases.models import Case, CaseStep
from app.cases.workflow import Move, State
from app.core.clock import LOCAL, local
from app.core.db import db
from app.core.errors import Invalid, Stale
from app.intake.models import Report
from app.sla import service as sla
from app.spotchecks import giving, policy, rules
from app.spotchecks.inspectors import Roster
from app.spotchecks.kinds import CLOCKS, Occasion, SpotState
from app.spotchecks.models import SpotCheck, SpotRow, SpotSample
from app.spotchecks.policy import Policy
from app.spotchecks.rules import Closed

MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
DECEMBER = 12
ROWS: Table = SpotRow.__table__  # type: ignore[assignment]


def days(month: str) -> tuple[datetime, datetime]:
    """Return the moments at which a month begins and ends. Raises Invalid `month_wrong`."""
    if not MONTH.fullmatch(month):
        raise Invalid("month_wrong", field="month")
    year, number = (int(part) for part in month.split("-"))
    last = number == DECEMBER
    after = date(year + last, 1 if last else number + 1, 1)
    return _midnight(date(year, number, 1)), _midnight(after)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, LOCAL)


def frame(month: str) -> list[Closed]:
    """Return the closed cases of a month that still are closed, without tests, by number."""
    start, end = days(month)
    real = select(Report.id).where(Report.case_id == Case.id, Report.test.is_(False))
    rows = db.session.execute(
        select(
            Case.id.label("case_id"), Case.number, Case.round,
            func.coalesce(Case.township_code, "").label("township_code"),
            func.coalesce(Case.grid_code, "").label("grid_code"), Case.category,
            Case.assignee_id.label("handler_id"),
            CaseStep.at.label("closed_at"),
        )
        .join(CaseStep, CaseStep.case_id == Case.id)
        .where(
            CaseStep.move == Move.CLOSE, CaseStep.at >= start, CaseStep.at < end,
            CaseStep.round == Case.round, Case.state == State.CLOSED, Case.exclusion.is_(None),
            real.exists(),
        )
        .order_by(Case.number)
    )  # fmt: skip
    return [Closed(**row._mapping) for row in rows]


def draw(month: str, *, by: Actor | None, now: datetime) -> int:
    """Draw the sample of a month that is over and give each case to somebody; return its id.

    Raises Invalid (no month, not over, nothing closed), Stale where the month was drawn.
    """
    return _draw(month, by=by, now=now, reason="")


def draw_anew(month: str, *, reason: str, by: Actor, now: datetime) -> int:
    """Draw a month again; the earlier draw stays beside it. `redrawing` sees to the two persons."""
    return _draw(month, by=by, now=now, reason=reason)


def _draw(month: str, *, by: Actor | None, now: datetime, reason: str) -> int:
    if days(month)[1] > now:
        raise Invalid("sample_month_not_over", field="month", month=month)
    audit.take_turn()  # two draws at the same moment are one
    before = db.session.scalar(select(func.max(SpotSample.turn)).where(SpotSample.month == month))
    if before and not reason:
        raise Stale("sample_drawn", month=month)
    listed, version = frame(month), policy.in_force(local(now).date())
    if not listed:
        raise Invalid("sample_empty", field="month", month=month)
    row = _write_down(month, (before or 0) + 1, listed, version, by=by, now=now, reason=reason)
    sample_id, seed = row.id, row.seed
    _drop(month, sample_id, now=now)
    drawn = rules.draw(listed, seed, version)
    _give(sample_id, drawn, seed, now=now)
    audit.record(
        actor=by.key if by else "system", action="spot.drawn", subject=f"sample:{month}", now=now,
        detail={"turn": row.turn, "cases": [case.name for case in drawn], "reason": row.reason},
    )  # fmt: skip
    return sample_id


def _write_down(
    month: str, turn: int, listed: Sequence[Closed], version: Policy, *, by: Actor | None,
    now: datetime, reason: str,
) -> SpotSample:  # fmt: skip
    """Keep seed and list before anything is drawn; the audit chain says the same."""
    head_seq, head_hash = chain.last_before(_midnight(local(now).date()))
    row = SpotSample(
        month=month, turn=turn, policy=version.key, head_seq=head_seq, head_hash=head_hash,
        seed=rules.seed(month, turn, head_seq=head_seq, head_hash=head_hash),
        frame_size=len(listed), frame_digest=rules.digest(listed, version.strata),
        drawn_by=by.staff_id if by else None, drawn_at=now, reason=reason,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    db.session.execute(insert(ROWS), [_row(row.id, case, version) for case in listed])
    audit.record(
        actor=by.key if by else "system", action="spot.listed", subject=f"sample:{month}", now=now,
        detail={
            "turn": turn, "policy": version.key, "seed": row.seed, "head": head_seq,
            "cases": len(listed), "digest": row.frame_digest,
        },
    )  # fmt: skip
    return row


def _row(sample_id: int, case: Closed, version: Policy) -> dict[str, object]:
    return {
        "sample_id": sample_id, "case_id": case.case_id, "number": case.number,
        "round": case.round, "township_code": case.township_code, "grid_code": case.grid_code,
        "category": case.category, "handler_id": case.handler_id,
        "stratum": rules.stratum(case, version.strata), "closed_at": case.closed_at,
    }  # fmt: skip


def _drop(month: str, kept: int, *, now: datetime) -> None:
    """End what waits from an earlier draw of the month; what was found stays with it."""
    earlier = select(SpotSample.id).where(SpotSample.month == month, SpotSample.id != kept)
    dropped = db.session.execute(
        update(SpotCheck)
        .where(SpotCheck.sample_id.in_(earlier), SpotCheck.state == SpotState.OPEN)
        .values(state=SpotState.DROPPED)
        .returning(SpotCheck.id, SpotCheck.case_id)
    ).all()
    for check_id, case_id in dropped:
        sla.void(
            case_id, CLOCKS[Occasion.DRAWN], now, actor="system", reason="drawn_again",
            subject=giving.subject(check_id, Occasion.DRAWN),
        )  # fmt: skip


def _give(sample_id: int, drawn: Sequence[Closed], seed: str, *, now: datetime) -> None:
    roster = Roster()
    for case in drawn:
        row = SpotCheck(
            sample_id=sample_id, case_id=case.case_id, round=case.round, closed_at=case.closed_at,
            occasion=Occasion.DRAWN, state=SpotState.OPEN, reasons=[],
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        giving.give(row, case.number, roster.choose(case, salt=seed), now=now)

"""The rows behind the rates as plain Python reads them: the second opinion of `recount`."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.cases.models import Case, CaseStep
from app.cases.workflow import Move, State
from app.core.db import db
from app.enforcement.models import Penalty, PenaltyStep
from app.feedback.models import Rating
from app.fieldwork.models import Task
from app.intake.models import Report
from app.rates.definition import Period
from app.rates.models import Exclusion
from app.rates.satisfaction import SATISFIED
from app.sla.kinds import ClockState
from app.sla.models import Clock, ClockEntry
from app.spotchecks.models import SpotCheck, SpotSample

KINDS = {"arrival": "arrive", "reply": "first_reply", "closure": "closure", "penalty": "filing"}
LISTED_VOID = {"grant_handback", "hand_over", "department_return", "handle_remotely"}
AROUND_CLOSING = (Move.CLOSE, Move.REOPEN)
ENDED = (State.MERGED, State.WITHDRAWN, State.REJECTED)


@dataclass(frozen=True, slots=True)
class Line:
    """One record: its name, where, whether good, whether left out."""

    record: str
    township: str
    good: bool
    excluded: bool


class World:
    """The rows of a period, read once."""

    def __init__(self, period: Period, now: datetime) -> None:
        self.period, self.now = period, now
        self.cases = {row.id: row for row in db.session.execute(select(*_of(Case, CASE)))}
        self.reports = {row.id: row for row in db.session.execute(select(*_of(Report, REPORT)))}
        self.by_hand = self._exclusions()
        self.dispatched: dict[int, datetime] = {}
        for step in db.session.scalars(
            select(CaseStep).where(CaseStep.move == Move.ASSIGN).order_by(CaseStep.id)
        ):
            self.dispatched.setdefault(step.case_id, step.at)
        spared = select(Penalty).join(PenaltyStep, PenaltyStep.penalty_id == Penalty.id)
        self.spared = {
            (row.case_id, f"round:{row.round}")
            for row in db.session.scalars(spared.where(PenaltyStep.to_state == "no_penalty"))
        }

    def _exclusions(self) -> dict[tuple[int, int | None], set[str]]:
        found: dict[tuple[int, int | None], set[str]] = defaultdict(set)
        for row in db.session.scalars(select(Exclusion)):
            if row.state == "approved":
                found[row.case_id, row.report_id].add(row.reason)
        return found

    def lines(self, rate: str) -> list[Line]:
        """Return the records of a rate."""
        if rate == "satisfaction":
            return list(self._ratings())
        if rate == "audited":
            return list(self._looks())
        if rate == "rebound":
            return list(self._closings())
        found = list(self._clocks(rate))
        return found + list(self._not_needed()) if rate == "arrival" else found

    def _in(self, at: datetime | None) -> bool:
        return at is not None and self.period.start <= at < min(self.period.end, self.now)

    def _clocks(self, rate: str) -> Iterator[Line]:
        void = self._void_moves()
        for clock in db.session.execute(
            select(*_of(Clock, CLOCK)).where(Clock.kind == KINDS[rate])
        ):
            if not self._in(clock.due_at):
                continue
            out = self._is_out(rate, clock)
            if clock.state is ClockState.VOID and not out:
                if void.get(clock.id) not in LISTED_VOID:
                    continue
                out = True
            good = clock.state is ClockState.STOPPED and clock.on_time is True
            yield Line(f"clock:{clock.id}", clock.township_code, good, out)

    def _void_moves(self) -> dict[int, str]:
        """Return the last reason of every clock that was made void."""
        rows = db.session.execute(
            select(ClockEntry.clock_id, ClockEntry.reason)
            .where(ClockEntry.kind == "void")
            .order_by(ClockEntry.clock_id, ClockEntry.seq)
        )
        return {row.clock_id: row.reason for row in rows}

    def _is_out(self, rate: str, clock: Any) -> bool:
        case = self.cases[clock.case_id]
        reasons = self.by_hand.get((case.id, None), set())
        if "test" in reasons:
            return True
        if rate == "penalty" and (case.id, clock.subject) in self.spared:
            return True
        if rate == "penalty" and reasons & {"natural_cause", "other_department"}:
            return True
        if rate == "reply":
            return self._reply_out(case, self.reports[clock.report_id])
        return case.state in ENDED

    def _reply_out(self, case: Any, report: Any) -> bool:
        back = report.withdrawn_at
        first = self.dispatched.get(report.case_id)
        early = back is not None and (first is None or back < first)
        mine = report.test or early or report.refuses_reply
        return mine or case.state in (State.WITHDRAWN, State.REJECTED)

    def _not_needed(self) -> Iterator[Line]:
        for task in db.session.scalars(
            select(Task).where(Task.turn == 1, Task.no_visit_reason != "")
        ):
            if self._in(task.assigned_at):
                town = self.cases[task.case_id].township_code or ""
                yield Line(f"task:{task.id}", town, good=False, excluded=True)

    def _ratings(self) -> Iterator[Line]:
        closed = {
            (step.case_id, step.round)
            for step in db.session.scalars(select(CaseStep).where(CaseStep.move == Move.CLOSE))
            if self._in(step.at)
        }
        for rating in db.session.scalars(select(Rating)):
            if (rating.case_id, rating.round) not in closed:
                continue
            case, report = self.cases[rating.case_id], self.reports[rating.report_id]
            reasons = self.by_hand.get((case.id, None), set()) | self.by_hand.get(
                (case.id, report.id), set()
            )
            out = report.test or case.exclusion == "test" or bool(reasons & {"test", "abusive"})
            good = rating.satisfaction in SATISFIED
            yield Line(f"rating:{rating.id}", case.township_code or "", good, out)

    def _looks(self) -> Iterator[Line]:
        """Return the second looks of each month's last draw."""
        last: dict[str, int] = {}
        for one in db.session.scalars(select(SpotSample).order_by(SpotSample.turn)):
            last[one.month] = one.id
        for look in db.session.scalars(select(SpotCheck)):
            if look.sample_id not in last.values() or not self._in(look.closed_at):
                continue
            gone = look.state == "overtaken"
            poor = look.grade == "C" and look.confirmed_at is None
            told = gone or (look.state == "done" and look.result != "unseen" and not poor)
            town = self.cases[look.case_id].township_code or ""
            solved = look.state == "done" and look.result == "solved"
            yield Line(f"spot:{look.id}", town, solved, not told)

    def _closings(self) -> Iterator[Line]:
        """Return the closings; good is what was reopened after them, or is back."""
        steps = list(db.session.scalars(select(CaseStep).where(CaseStep.move.in_(AROUND_CLOSING))))
        again = {(one.case_id, one.round - 1) for one in steps if one.move is Move.REOPEN}
        back = {
            (look.case_id, look.round)
            for look in db.session.scalars(select(SpotCheck).where(SpotCheck.result == "back"))
            if look.answer != "left" and (look.grade != "C" or look.confirmed_at is not None)
        }
        for step in steps:
            if step.move is Move.CLOSE and self._in(step.at):
                town = self.cases[step.case_id].township_code or ""
                good = (step.case_id, step.round) in again | back
                yield Line(f"step:{step.id}", town, good, excluded=False)


def _of(model: Any, names: str) -> list[Any]:
    return [getattr(model, name) for name in names.split()]


CASE = "id state exclusion township_code"
REPORT = "id case_id test withdrawn_at refuses_reply"
CLOCK = "id case_id report_id subject kind state due_at on_time township_code"

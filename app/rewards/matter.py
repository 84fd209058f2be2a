"""What is known of a case when rewards look at it: reports, findings and penalties by turn."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy import select

from app.cases import queries as cases
from app.cases.models import Case, CaseStep
from app.cases.queries import CaseView
from app.cases.workflow import Move
from app.core.db import db
from app.enforcement.models import Finding, Penalty
from app.intake.models import Report
from app.intake.submission import Source

NOT_CITIZENS = frozenset(
    {Source.PATROL, Source.ALARM, Source.SUPERIOR, Source.INSPECTION, Source.MEDIA}
)
"""What came in by these ways is the bureau's own or somebody else's knowledge, no citizen's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A case with its reports in the server's order, the merged ones included.

    `breaks`: when it was closed and when reopened. What is reported after such a closing is the
    offence repeated: a turn of its own, with a first report of its own (domain.md §7).
    """

    case: CaseView
    reports: tuple[Report, ...]
    findings: tuple[Finding, ...] = ()
    penalties: tuple[Penalty, ...] = ()
    breaks: tuple[tuple[datetime, datetime], ...] = ()

    @property
    def now_turn(self) -> int:
        """Return the turn of the offence that the case is in, counted from 1."""
        return 1 + len(self.breaks)

    def brought_about_by(self, report: Report) -> tuple[Penalty, ...]:
        """Return the penalties of the turns that this report told, the oldest turn first."""
        return tuple(row for row in self.penalties if report in self.citizens(row.round))

    def turn(self, report: Report) -> int:
        """Return the turn of the offence that a report told."""
        return 1 + sum(report.received_at > closed for closed, _ in self.breaks)

    def of_turn(self, turn: int) -> tuple[Report, ...]:
        """Return the reports of one turn in the server's order."""
        return tuple(report for report in self.reports if self.turn(report) == turn)

    def citizens(self, turn: int) -> tuple[Report, ...]:
        """Return the reports that could earn something, first come first.

        A turn that nobody reported anew still is the matter of those who reported it before.
        """
        for one in range(turn, 0, -1):
            told = [one for one in self.of_turn(one) if one.source not in NOT_CITIZENS]
            if told:
                return tuple(told)
        return ()

    def finding_for(self, report: Report) -> Finding | None:
        """Return the newest finding of the turns that this report told."""
        told = [row for row in self.findings if report in self.citizens(row.round)]
        return told[-1] if told else None

    def report(self, report_id: int) -> Report | None:
        """Return one of the reports; None when it was withdrawn or is in another case now."""
        return next((report for report in self.reports if report.id == report_id), None)


def of_case(case_id: int) -> Matter:
    """Read a case for assessment; a merged one is read as the case it was merged into."""
    case = cases.by_id(case_id)
    if case.merged_into_id:
        case = cases.by_id(case.merged_into_id)
    children = select(Case.id).where(Case.merged_into_id == case.id)
    reports = db.session.scalars(
        select(Report)
        .where(Report.case_id.in_(children) | (Report.case_id == case.id))
        .where(Report.test.is_(False), Report.withdrawn_at.is_(None))
        .order_by(Report.id)
    )
    findings = db.session.scalars(
        select(Finding)
        .where(Finding.case_id == case.id, Finding.set_at.is_not(None))
        .order_by(Finding.round, Finding.id)
    )
    penalties = db.session.scalars(
        select(Penalty).where(Penalty.case_id == case.id).order_by(Penalty.round)
    )
    return Matter(case=case, reports=tuple(reports), findings=tuple(findings),
                  penalties=tuple(penalties), breaks=_breaks(case.id))  # fmt: skip


def _breaks(case_id: int) -> tuple[tuple[datetime, datetime], ...]:
    steps = db.session.execute(
        select(CaseStep.move, CaseStep.at)
        .where(CaseStep.case_id == case_id, CaseStep.move.in_((Move.CLOSE, Move.REOPEN)))
        .order_by(CaseStep.seq)
    ).all()
    return tuple(
        (one.at, two.at)
        for one, two in pairwise(steps)
        if (one.move, two.move) == (Move.CLOSE, Move.REOPEN)
    )

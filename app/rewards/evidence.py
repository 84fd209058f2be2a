"""Gather what is known of a case into facts, and the eligibility list with evidence a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.cases import queries as cases
from app.cases.models import Case
from app.cases.queries import CaseView
from app.core import clock
from app.core.db import db
from app.enforcement.models import Finding, Penalty
from app.enforcement.workflow import Measure, PenaltyState
from app.identity import relatives
from app.intake.models import Report
from app.intake.submission import Source
from app.media.models import Photo
from app.rewards.rules import Facts, RuleDoc

NOT_CITIZENS = frozenset(
    {Source.PATROL, Source.ALARM, Source.SUPERIOR, Source.INSPECTION, Source.MEDIA}
)
"""What came in by these ways is the bureau's own or somebody else's knowledge, no citizen's."""
LOOK_BACK = timedelta(days=90)
CONSEQUENCES = ("detention", "arrest", "verdict")
FILED = frozenset({Measure.FILING, Measure.ON_SPOT, Measure.TRANSFER})
"""Measures that count as 立案查处 (class R3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of the list; `ok` None: a person must look."""

    key: str
    ok: bool | None
    evidence: dict[str, Any]

    def dump(self) -> dict[str, Any]:
        """Return the line as JSON."""
        return {"key": self.key, "ok": self.ok, "evidence": self.evidence}


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A case with its reports in the server's order, the merged ones included."""

    case: CaseView
    reports: tuple[Report, ...]
    finding: Finding | None
    penalty: Penalty | None

    @property
    def citizens(self) -> tuple[Report, ...]:
        """Return the reports that could earn something, first come first."""
        return tuple(report for report in self.reports if report.source not in NOT_CITIZENS)


def matter(case_id: int) -> Matter:
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
    finding = db.session.scalar(
        select(Finding)
        .where(Finding.case_id == case.id, Finding.set_at.is_not(None))
        .order_by(Finding.round.desc(), Finding.id.desc())
        .limit(1)
    )
    penalty = db.session.scalar(select(Penalty).where(Penalty.case_id == case.id))
    return Matter(case=case, reports=tuple(reports), finding=finding, penalty=penalty)


def facts_of(found: Matter, *, earlier_fen: int, own: dict[str, Any]) -> Facts:
    """Return the facts of a case; `own` are those that a person stated with a reason."""
    stated: dict[str, Any] = {"earlier_fen": earlier_fen}
    if found.finding is not None:
        stated |= {
            "finding": str(found.finding.kind),
            "order_to_correct": found.finding.order_to_correct,
            "on_spot_corrected": found.finding.on_spot_corrected,
        }
    if found.penalty is not None and found.penalty.revoked_at is None:
        stated |= _penalty_facts(found.penalty)
    return Facts.read(stated | own)


def _penalty_facts(penalty: Penalty) -> dict[str, Any]:
    decided = penalty.decided_at is not None
    fine = (penalty.amount_fen or 0) if decided else 0
    stated: dict[str, Any] = {
        "filed": penalty.measure in FILED,
        "penalty_decision": decided and penalty.state is not PenaltyState.NO_PENALTY,
        "fine_fen": fine,
        "no_penalty": penalty.state is PenaltyState.NO_PENALTY,
        "police_transfer": penalty.measure is Measure.TRANSFER,
    }
    if penalty.measure is Measure.CORRECT_AND_SEAL:
        stated["order_to_correct"] = True
    return stated | {name: True for name in CONSEQUENCES if penalty.events.get(name)}


def first_of(found: Matter, doc: RuleDoc) -> tuple[Report, ...]:
    """Return who is paid: the first report, with those of its day where the rule set says so."""
    if not found.citizens:
        return ()
    first = found.citizens[0]
    if not doc.same_day_joint:
        return (first,)
    day = clock.local(first.received_at).date()
    return tuple(r for r in found.citizens if clock.local(r.received_at).date() == day)


def checks_of(found: Matter, report: Report, facts: Facts) -> list[Check]:
    """Return the eligibility list of one report (screens.md R2)."""
    place = [r.id for r in found.reports].index(report.id) + 1
    own = [r for r in found.reports if r.source in NOT_CITIZENS and r.id < report.id]
    told_by_media = [r for r in own if r.source is Source.MEDIA]
    return [
        Check(key="verified", ok=facts.verified, evidence=_finding_evidence(found)),
        Check(key="first", ok=not facts.not_first,
              evidence={"received_at": report.received_at.isoformat(), "place": place,
                        "of": len(found.reports), "digest": report.digest}),
        _known(found, facts, own),
        Check(key="not_in_media", ok=_stated(facts.in_media, told_by_media), evidence={}),
        Check(key="no_other_scheme", ok=not facts.other_scheme_paid, evidence={}),
        _standing(report, facts),
        _photos(report),
    ]  # fmt: skip


def _stated(bar: object, suspects: Sequence[object]) -> bool | None:
    """Return False where a bar is stated, None where somebody must look, else True."""
    return False if bar else (None if suspects else True)


def _finding_evidence(found: Matter) -> dict[str, Any]:
    if found.finding is None:
        return {}
    at = found.finding.set_at
    return {"finding": str(found.finding.kind), "at": at.isoformat() if at else None}


def _known(found: Matter, facts: Facts, own: Sequence[Report]) -> Check:
    """Look for earlier cases of the same kind near the place within 90 days."""
    case, numbers = found.case, list[str]()
    if case.lng is not None and case.lat is not None:
        since = case.opened_at - LOOK_BACK
        near = cases.near(case.lng, case.lat, since=since, limit=50)
        numbers = [
            other.number
            for other in near
            if other.id != case.id
            and other.category == case.category
            and other.opened_at < case.opened_at
            and other.merged_into_id != case.id
        ]
    evidence = {"days": LOOK_BACK.days, "cases": numbers, "own_reports": len(own)}
    ok = _stated(facts.already_known, [*numbers, *own])
    return Check(key="not_known", ok=ok, evidence=evidence)


def _standing(report: Report, facts: Facts) -> Check:
    """Look whether the phone number that was left is that of a registered relative."""
    tie = relatives.tie_of_contact(report.id, since=report.received_at)
    ok = _stated(facts.staff_or_relative or facts.on_duty, [tie] if tie else [])
    evidence = {"again_at_claim": True} | ({"tie": tie} if tie else {})
    return Check(key="not_staff", ok=ok, evidence=evidence)


def _photos(report: Report) -> Check:
    """Look for the same bytes in an earlier report (R-F1)."""
    own = select(Photo.sha256).where(Photo.holder_kind == "report", Photo.holder_id == report.id)
    older = db.session.scalars(
        select(Photo.holder_id)
        .where(Photo.holder_kind == "report", Photo.holder_id < report.id, Photo.sha256.in_(own))
        .distinct()
    ).all()
    ok = None if older else True
    return Check(key="photos_new", ok=ok, evidence={"same_in_reports": len(older)})

"""Gather what is known of a case into facts, and the eligibility list with evidence a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.audit import queries as audit
from app.audit.rules import Entry
from app.cases import queries as cases
from app.cases.queries import CaseView
from app.core import clock
from app.core.db import db
from app.enforcement.models import Penalty
from app.enforcement.workflow import Measure, PenaltyState
from app.identity import relatives
from app.intake.models import Report
from app.intake.submission import Source
from app.media.models import Photo
from app.rewards.matter import NOT_CITIZENS, Matter
from app.rewards.rules import Facts, RuleDoc

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


def facts_of(found: Matter, report: Report, *, earlier_fen: int, own: dict[str, Any]) -> Facts:
    """Return the facts that a report led to; `own` are those that a person stated with a reason.

    A penalty is brought about by who reported its turn of the offence, not by those of another;
    several penalties of the same reporters count together, their fines as one sum.
    """
    stated: dict[str, Any] = {"earlier_fen": earlier_fen}
    finding = found.finding_for(report)
    if finding is not None:
        stated |= {
            "finding": str(finding.kind),
            "order_to_correct": finding.order_to_correct,
            "on_spot_corrected": finding.on_spot_corrected,
        }
    return Facts.read(stated | _penalties_facts(found.brought_about_by(report)) | own)


def _penalties_facts(penalties: Sequence[Penalty]) -> dict[str, Any]:
    """Put together what stands of several penalties; a decision outweighs that another had none."""
    told = [_penalty_facts(row) for row in penalties if row.revoked_at is None]
    names = {name for one in told for name in one}
    found: dict[str, Any] = {name: any(one.get(name) for one in told) for name in names}
    if told:
        found["fine_fen"] = sum(one["fine_fen"] for one in told)
        found["no_penalty"] = found["no_penalty"] and not found["penalty_decision"]
    return found


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


def first_of(citizens: Sequence[Report], doc: RuleDoc) -> tuple[Report, ...]:
    """Return who is paid: the first report, with those of its day where the rule set says so."""
    if not citizens:
        return ()
    first = citizens[0]
    if not doc.same_day_joint:
        return (first,)
    day = clock.local(first.received_at).date()
    return tuple(r for r in citizens if clock.local(r.received_at).date() == day)


def paid_with(found: Matter, report: Report, doc: RuleDoc) -> tuple[Report, ...]:
    """Return who is paid of the turn to which a report belongs."""
    return first_of(found.citizens(found.turn(report)), doc)


def checks_of(found: Matter, report: Report, facts: Facts, paid: Sequence[Report]) -> list[Check]:
    """Return the eligibility list of one report (screens.md R2); `paid` are the first of all.

    No record shows that nothing was in the media and that no other scheme paid: a person must look.
    """
    turn = found.of_turn(found.turn(report))
    own = [r for r in turn if r.source in NOT_CITIZENS and r.id < report.id]
    told_by_media = sum(r.source is Source.MEDIA for r in own)
    return [
        Check(key="verified", ok=facts.verified, evidence=_finding_evidence(found, report)),
        _first(found, report, facts, paid),
        _known(found, report, facts, own),
        Check(key="not_in_media", ok=False if facts.in_media else None,
              evidence={"own_reports": told_by_media}),
        Check(key="no_other_scheme", ok=False if facts.other_scheme_paid else None, evidence={}),
        _standing(report, facts),
        _photos(report),
    ]  # fmt: skip


def _stated(bar: object, suspects: Sequence[object]) -> bool | None:
    """Return False where a bar is stated, None where somebody must look, else True."""
    return False if bar else (None if suspects else True)


def _first(found: Matter, report: Report, facts: Facts, paid: Sequence[Report]) -> Check:
    """Prove the order of reports by the entries of the audit chain that their receipts made."""
    reports = found.of_turn(found.turn(report))
    subjects = {r.id: f"report:{r.id}" for r in reports}
    entries = audit.first_of_each(subjects.values(), action="report.received")
    told = [entries[subjects[r.id]] for r in reports if subjects[r.id] in entries]
    mine = entries.get(subjects[report.id])
    later = next((entry for entry in told if mine is not None and entry.seq > mine.seq), None)
    in_order = [entry.seq for entry in told] == sorted(entry.seq for entry in told)
    proven = mine is not None and in_order and report in paid
    evidence = {
        "received_at": report.received_at.isoformat(), "digest": report.digest,
        "place": list(subjects).index(report.id) + 1, "of": len(subjects),
        "entry": _entry(mine), "next": _entry(later),
    }  # fmt: skip
    ok = False if facts.not_first else (True if proven else None)
    return Check(key="first", ok=ok, evidence=evidence)


def _entry(entry: Entry | None) -> dict[str, Any] | None:
    if entry is None:
        return None
    return {"seq": entry.seq, "hash": entry.hash, "at": entry.at.isoformat()}


def _finding_evidence(found: Matter, report: Report) -> dict[str, Any]:
    finding = found.finding_for(report)
    if finding is None:
        return {}
    at = finding.set_at
    return {"finding": str(finding.kind), "at": at.isoformat() if at else None}


def _known(found: Matter, report: Report, facts: Facts, own: Sequence[Report]) -> Check:
    """Look for earlier cases of the same kind near the place within 90 days.

    One that was closed when this report came is no bar: a repeated offence is paid again.
    """
    earlier = _earlier(found)
    over = [c.number for c in earlier if c.closed_at and c.closed_at <= report.received_at]
    numbers = [c.number for c in earlier if c.number not in over]
    evidence = {"days": LOOK_BACK.days, "cases": numbers, "closed": over, "own_reports": len(own)}
    ok = _stated(facts.already_known, [*numbers, *own])
    return Check(key="not_known", ok=ok, evidence=evidence)


def _earlier(found: Matter) -> list[CaseView]:
    case = found.case
    if case.lng is None or case.lat is None:
        return []
    return [
        other
        for other in cases.near(case.lng, case.lat, since=case.opened_at - LOOK_BACK, limit=50)
        if other.id != case.id
        and other.category == case.category
        and other.opened_at < case.opened_at
        and other.merged_into_id != case.id
    ]


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

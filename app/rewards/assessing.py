"""From a finding or a decision to awards: who is first, what it is worth, what comes back."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from app.cases.events import CaseMoved
from app.cases.workflow import State as CaseState
from app.core.db import claim, db
from app.core.errors import Refused
from app.enforcement.events import (
    ConsequenceAdded,
    NoPenaltyDecided,
    PenaltyDecided,
    PenaltyRevoked,
)
from app.enforcement.rounds import OfRound
from app.identity.models import Payee
from app.intake.models import Report
from app.rewards import catalog, evidence, ledger, matter, moves, rulesets
from app.rewards.matter import Matter
from app.rewards.models import Award, PayoutItem, RuleSet
from app.rewards.rules import Assessment, Facts, RuleDoc, assess, read, shares
from app.rewards.states import LIVE, OPEN, OWED, SPENT, State, Step
from app.worktime import queries as worktime
from app.worktime import rules as time_rules
from app.worktime.rules import Unit

CLUE, REST = 1, 2
STATED = frozenset({
    "class_code", "picked_amount", "severity", "contribution", "insider", "joint_reporters",
    "already_known", "other_scheme_paid", "in_media", "staff_or_relative", "on_duty", "crime",
    "major_impact", "max_fine_fen", "criminal_fine_fen", "special_major_case", "public_bounty",
    "ownerless_radioactive_source_found", "not_first",
})  # fmt: skip
"""Facts that no record holds: a person states them with a reason."""


def consider(event: object) -> None:
    """Assess the reports of a case after its check, a decision, a consequence, a revocation."""
    match event:
        case CaseMoved(new=CaseState.CHECKED, old=CaseState.HANDLED):
            key = f"checked:{event.round}"
            assess_case(event.case_id, trigger=key, stage=CLUE, by=event.actor, now=event.now)
        case PenaltyDecided():
            _see(event, f"decided:{event.at:%Y%m%d%H%M%S}")
            reconsider(event.case_id, by=event.by, now=event.now, reason="decision_changed")
        case NoPenaltyDecided():
            _see(event, "no_penalty")
        case ConsequenceAdded():
            _see(event, event.kind)
        case PenaltyRevoked():
            reconsider(event.case_id, by=event.by, now=event.now, reason="decision_revoked")
        case _:
            return


def _see(event: OfRound, what: str) -> None:
    """Assess what came of a penalty for those who reported its round."""
    key = what if event.round == 1 else f"{what}:{event.round}"
    assess_case(event.case_id, trigger=key, stage=REST, by=event.by, now=event.now,
                turn=event.round)  # fmt: skip


def assess_case(
    case_id: int, *, trigger: str, stage: int, by: str, now: datetime, turn: int | None = None
) -> list[Award]:
    """Make one award a report for an event; the same event makes none twice.

    `turn` is the turn of the offence that it is about, None the one that the case is in.

    Later reports get one, not eligible, that names the order, told once at the first stage; a sum
    of 0 after earlier stages makes none.
    """
    found = matter.of_case(case_id)
    citizens = found.citizens(turn or found.now_turn)
    if not citizens or found.finding_for(citizens[0]) is None:
        return []
    version = rulesets.in_force(citizens[0].received_at)
    if version is None:
        return []
    doc = read(version.document)
    if stage == CLUE and not doc.two_stages:
        return []
    paid = evidence.first_of(citizens, doc)
    late = [report for report in citizens if report not in paid] if stage == CLUE else []
    made = [
        _make(found, report, version, doc, trigger=trigger, stage=stage, place=place,
              people=len(paid), by=by, now=now)
        for place, report in enumerate((*paid, *late), start=1)
        if not _has(report.id, trigger)
    ]  # fmt: skip
    return [award for award in made if award is not None]


def _has(report_id: int, trigger: str) -> bool:
    wanted = (Award.report_id == report_id, Award.trigger == trigger)
    return db.session.scalar(select(Award.id).where(*wanted)) is not None


def awarded(report_id: int, *, before: int | None = None) -> int:
    """Return what earlier stages of a report came to, in fen."""
    wanted = [Award.report_id == report_id, Award.state != State.NOT_ELIGIBLE]
    if before is not None:
        wanted.append(Award.id < before)
    total = db.session.scalar(
        select(func.sum(Award.amount_fen - Award.overpaid_fen)).where(*wanted)
    )
    return int(total or 0)


def _make(
    found: Matter, report: Report, version: RuleSet, doc: RuleDoc, *, trigger: str, stage: int,
    place: int, people: int, by: str, now: datetime,
) -> Award | None:  # fmt: skip
    late = place > people
    earlier = 0 if late else earlier_of(report.id, people)
    own = {"not_first": True} if late else {"joint_reporters": people}
    facts = evidence.facts_of(found, report, earlier_fen=earlier, own=own)
    result, finding = assess(doc, facts), found.finding_for(report)
    if not result.amount_fen and (stage == REST or earlier):
        return None
    award = Award(
        report_id=report.id, case_id=found.case.id, trigger=trigger, stage=stage,
        share_no=place, share_of=1 if late else people, rule_set_id=version.id, assessed_at=now,
        finding_id=finding.id if finding else None,
        state=State.NOT_ELIGIBLE if result.excluded else State.ASSESSED, facts={}, checks=[],
        lines=[], total_fen=0, amount_fen=0,
        notify_by=_notify_by(doc, now),
    )  # fmt: skip
    _fill(award, found, report, facts, result)
    db.session.add(award)
    db.session.flush()
    moves.note(award, None, old=None, by=by, now=now, detail={"excluded": award.excluded})
    return award


def earlier_of(report_id: int, people: int, *, before: int | None = None) -> int:
    """Return the whole sum of earlier stages: one share stands for the shares of all."""
    if people == 1:
        return awarded(report_id, before=before)
    keys = select(Award.case_id, Award.trigger).where(Award.report_id == report_id).subquery()
    wanted = [Award.state != State.NOT_ELIGIBLE]
    if before is not None:
        wanted.append(Award.id < before)
    total = db.session.scalar(
        select(func.sum(Award.amount_fen - Award.overpaid_fen))
        .join(keys, (keys.c.case_id == Award.case_id) & (keys.c.trigger == Award.trigger))
        .where(*wanted)
    )
    return int(total or 0)


def _notify_by(doc: RuleDoc, now: datetime) -> datetime:
    days = doc.notify_days or catalog.defaults().notify_working_days
    return time_rules.due(now, days, Unit.WD, worktime.calendar()).at


def _fill(award: Award, found: Matter, report: Report, facts: Facts, result: Assessment) -> None:
    """Store inputs, arithmetic, list and the share of this report.

    People who told it together in one report are paid through their representative: the whole
    amount; several reports of one day (where the rule set joins them) have a share each.
    """
    parts = shares(result.amount_fen, award.share_of)
    award.facts = facts.dump()
    award.lines = [line.dump() for line in result.lines]
    paid = evidence.paid_with(found, report, rulesets.doc_of(award.rule_set_id))
    award.checks = [check.dump() for check in evidence.checks_of(found, report, facts, paid)]
    award.total_fen = result.total_fen
    award.earlier_fen = facts.earlier_fen
    award.amount_fen = parts[0] if award.share_no == 1 else parts[-1]
    award.excluded, award.capped_by = result.excluded, result.capped_by


def recompute(award: Award, *, own: dict[str, Any], by: str, now: datetime) -> Award:
    """Value an award of state assessed anew with what a person stated; the version stays.

    What nobody may state by hand (finding, fine, earlier stages) comes from the records again.
    """
    found = matter.of_case(award.case_id)
    report = found.report(award.report_id)
    if report is None:
        raise Refused("report_gone")
    earlier = earlier_of(award.report_id, award.share_of, before=award.id)
    own = {"joint_reporters": award.share_of} | own if award.share_of > 1 else own
    facts = evidence.facts_of(found, report, earlier_fen=earlier, own=own)
    result = assess(rulesets.doc_of(award.rule_set_id), facts)
    old = award.state
    _fill(award, found, report, facts, result)
    award.state = State.NOT_ELIGIBLE if result.excluded else State.ASSESSED
    award.version += 1
    db.session.flush()
    moves.note(award, None, old=old, by=by, now=now, detail={"excluded": award.excluded})
    return award


def reconsider(case_id: int, *, by: str, now: datetime, reason: str) -> None:
    """Value a case anew after its decision was revoked or changed: what is too much comes back.

    Unpaid stages fall back to assessment, paid ones become due for claw-back; a person decides.
    """
    reports = db.session.scalars(
        select(Award.report_id)
        .where(Award.case_id == case_id, Award.state != State.NOT_ELIGIBLE).distinct()
    ).all()  # fmt: skip
    found = matter.of_case(case_id)
    for report_id in reports:
        _reconsider_report(found, report_id, by=by, now=now, reason=reason)


def _reconsider_report(
    found: Matter, report_id: int, *, by: str, now: datetime, reason: str
) -> None:
    awards = list(
        db.session.scalars(
            select(Award).where(Award.report_id == report_id).order_by(Award.id.desc())
        )
    )
    first = next(iter(reversed(awards)))
    own = {name: value for name, value in first.facts.items() if name in STATED}
    report = db.session.get_one(Report, report_id)
    facts = evidence.facts_of(found, report, earlier_fen=0, own=own)
    result = assess(rulesets.doc_of(first.rule_set_id), facts)
    parts = shares(result.total_fen, first.share_of)
    worth = parts[0] if first.share_no == 1 else parts[-1]
    excess = awarded(report_id) - worth
    for award in awards:
        if excess <= 0:
            return
        excess -= _take_back(award, excess, by=by, now=now, reason=reason)


def _take_back(award: Award, excess: int, *, by: str, now: datetime, reason: str) -> int:
    """Take so many fen back from one stage; return how many it could give."""
    fen = min(award.amount_fen, excess)
    if award.state in SPENT:
        moves.take(award, Step.CLAW_BACK, by=by, now=now, values={"overpaid_fen": fen},
                   detail={"overpaid_fen": fen, "reason": reason})  # fmt: skip
        ledger.shift(award, "claw_back", ledger.PAID, ledger.CLAWBACK, by=by, now=now,
                     reason=reason, fen=fen)  # fmt: skip
        return fen
    if _on_its_way(award):
        return 0
    if award.state in (*OPEN, *OWED):
        void(award, by=by, now=now, reason=reason)
        award.amount_fen -= fen
        award.total_fen -= fen
        award.version += 1
        if not award.amount_fen:
            award.state, award.excluded = State.NOT_ELIGIBLE, "revoked"
        db.session.flush()
        return fen
    return 0


def _on_its_way(award: Award) -> bool:
    """Say whether a batch may have paid it; then its answer values the case anew."""
    return claim(
        update(PayoutItem)
        .where(PayoutItem.award_id == award.id, PayoutItem.state.in_(LIVE))
        .values(recheck=True)
    )


CLEARED = (
    "proposed_by", "proposed_at", "reviewed_by", "reviewed_at", "approved_by", "approved_at",
    "approved2_by", "approval_hash", "notified_at", "claim_due_at", "next_reminder_at",
    "claimed_at", "claim_way", "relation", "voucher_no", "payee_index", "claim_hash",
)  # fmt: skip


def void(award: Award, *, by: str, now: datetime, reason: str) -> None:
    """Let approval and everything after it fall: payee, amount or rule version changed."""
    if award.state is State.ASSESSED:
        return
    owed, year = award.state in OWED, award.approved_at
    values = dict.fromkeys(CLEARED) | {"minutes_no": ""}
    moves.take(award, Step.VOID, by=by, now=now, values=values, detail={"reason": reason})
    if owed:
        ledger.shift(award, "void", ledger.PAYABLE, ledger.budget(ledger.year_of(year)),
                     by=by, now=now, reason=reason)  # fmt: skip
    keep_payee_until(award.id, now)


def keep_payee_until(award_id: int, moment: datetime) -> None:
    """Say when the sealed payee of an award is to be deleted."""
    db.session.execute(update(Payee).where(Payee.award_id == award_id).values(purge_after=moment))

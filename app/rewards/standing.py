"""Staff and their registered relatives earn nothing: looked up when somebody collects (R-M3).

Whoever collects for himself or his child is told the reason and may object, once; whoever collects
for another is asked to send somebody else, and the reporter keeps the award.
"""

from datetime import datetime

from app.audit import service as audit
from app.core.db import db
from app.identity import relatives
from app.identity.relatives import Marks
from app.identity.rules import Tie
from app.intake.models import Report
from app.rewards import checklist, claiming, ledger, moves
from app.rewards.models import Award
from app.rewards.states import Relation, Step

REASON = "staff_or_relative"
LINE = "not_staff"
OWN = frozenset({Relation.SELF, Relation.GUARDIAN})
"""Who collects what he, or his child, reported."""


def refusal(award: Award, marks: Marks | None, *, relation: Relation, now: datetime) -> str | None:
    """Return why this person may not collect an award, None when he may; the refusal is kept.

    "barred": the award is not eligible now and the reporter may object. "payee_is_near": it stands,
    somebody else has to collect it.
    """
    since = db.session.get_one(Report, award.report_id).received_at
    left = relatives.tie_of_contact(award.report_id, since=since)
    tie = None if _looked_at(award) else _unless_cleared(award, left)
    if tie is None and marks is not None:
        tie = _unless_cleared(award, relatives.tie_of(marks, since=since))
        if tie is not None and relation not in OWN:
            audit.record(
                actor="reporter", action="reward.payee_refused", subject=f"award:{award.id}",
                now=now, detail={"reason": REASON, "tie": tie, "relation": relation},
            )  # fmt: skip
            return "payee_is_near"
    if tie is None:
        return None
    _bar(award, tie, now=now)
    return "barred"


def _looked_at(award: Award) -> bool:
    """Say whether a person knew what the number left with the report is, and let it pass."""
    line = next((line for line in checklist.lines_now(award) if line["key"] == LINE), None)
    said = checklist.last_answers([award.id]).get((award.id, LINE))
    return line is not None and checklist.holds(line, said) is True


def _unless_cleared(award: Award, tie: Tie | None) -> Tie | None:
    """Let a relative pass whose objection was found justified; staff never (R-M3)."""
    if tie is not Tie.RELATIVE:
        return tie
    appeal = claiming.appeal_of(award.id)
    cleared = appeal is not None and appeal.upheld and appeal.against == REASON
    return None if cleared else tie


def _bar(award: Award, tie: Tie, *, now: datetime) -> None:
    checks = [
        check | {"ok": False, "evidence": {"tie": tie}} if check["key"] == LINE else check
        for check in award.checks
    ]
    award = moves.take(
        award, Step.BAR, by="system", now=now, detail={"reason": REASON, "tie": tie},
        values={"excluded": REASON, "checks": checks, "next_reminder_at": None},
    )  # fmt: skip
    year = ledger.budget(ledger.year_of(award.approved_at))
    ledger.shift(award, "bar", ledger.PAYABLE, year, by="system", now=now, reason=REASON)

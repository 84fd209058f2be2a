"""File: record the measure that was taken, which is what the penalty rate counts (decision 4)."""

from dataclasses import dataclass
from datetime import date, datetime

from app.accounts.queries import Actor
from app.audit import service as audit
from app.cases import service as cases
from app.core.clock import local
from app.core.db import db
from app.core.errors import Invalid, Refused, Stale
from app.core.events import announce
from app.enforcement import decision, findings, records, rules, workflow
from app.enforcement.decision import DecisionData
from app.enforcement.events import PenaltyFiled
from app.enforcement.models import Penalty
from app.enforcement.workflow import Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingData:
    """A measure; `filing_no` is 立案号, or the receipt of the police for a transfer.

    `turn` is the round whose violation it is about; None for the one that waits.
    """

    measure: Measure | None
    filing_no: str
    cause: str
    party: str
    legal_basis: str
    officers: tuple[str, ...]
    measure_on: date | None = None
    credit_code: str = ""
    violation_on: date | None = None
    grave: bool = False
    decision: DecisionData | None = None
    turn: int | None = None


def file(case_id: int, data: FilingData, *, by: Actor, now: datetime) -> None:
    """Record the measure taken; punishment on the spot needs its decision at once.

    Each round of a case has a record of its own, since each has its own finding. Raises Invalid
    (see the checks), Refused `not_punishable`, Stale (that round has a record already).
    """
    case = cases.get(case_id)
    turn = data.turn or records.waiting(case_id) or case.round
    found = findings.of_round(case_id, turn)
    if found is not None and found.set_at and not (found.punishable and found.our_jurisdiction):
        raise Refused("not_punishable", number=case.number)
    measure = _check_filing(data, now=now)
    if measure is Measure.ON_SPOT:
        decision.check(data.decision, now=now)
    row = records.existing(case_id, turn)
    if row is not None and not workflow.may_follow(row.state, workflow.START[measure]):
        raise Stale("already_filed", number=case.number)
    row = row or Penalty(case_id=case_id, round=turn, kinds=[], events={})
    _keep_filing(row, data, measure, by=by, now=now)
    audit.record(
        actor=by.key,
        action="penalty.filed",
        subject=f"case:{case.number}",
        now=now,
        detail={"measure": str(measure), "round": turn},
    )
    announce(
        PenaltyFiled(
            case_id=case_id, round=turn, measure=str(measure), at=row.measure_at, by=by.key,
            now=now,
        )
    )  # fmt: skip
    if measure is Measure.ON_SPOT and data.decision is not None:
        decision.write(row, data.decision, by=by, now=now)


WANTED = {
    "party": "party_missing",
    "cause": "cause_missing",
    "legal_basis": "legal_basis_missing",
}


def _check_filing(data: FilingData, *, now: datetime) -> Measure:
    if data.measure is None:
        raise Invalid("measure_missing", field="measure")
    if data.measure in (Measure.FILING, Measure.TRANSFER) and not data.filing_no.strip():
        raise Invalid("filing_no_missing", field="filing_no")
    for name, key in WANTED.items():
        if not getattr(data, name).strip():
            raise Invalid(key, field=name)
    if len(data.officers) < rules.MIN_OFFICERS:
        raise Invalid("two_officers", field="officers")
    code = rules.tidy_code(data.credit_code)
    if code and not rules.is_credit_code(code):
        raise Invalid("credit_code_wrong", field="credit_code")
    _check_days(data, today=local(now).date())
    return data.measure


def _check_days(data: FilingData, *, today: date) -> None:
    taken = data.measure_on or today
    if taken > today:
        raise Invalid("date_in_future", field="measure_on")
    violation = data.violation_on
    if violation is not None and not rules.within_limitation(violation, taken, grave=data.grave):
        raise Invalid("limitation_over", field="violation_on")


def _keep_filing(
    row: Penalty, data: FilingData, measure: Measure, *, by: Actor, now: datetime
) -> None:
    new, old = workflow.START[measure], row.state
    db.session.add(row)
    today = local(now).date()
    same_day = data.measure_on in (None, today)
    row.state, row.measure = new, measure
    row.measure_at = now if same_day else records.end_of(data.measure_on or today)
    row.filing_no = data.filing_no.strip() or None
    row.cause, row.party = data.cause.strip(), data.party.strip()
    row.credit_code = rules.tidy_code(data.credit_code) or None
    row.legal_basis, row.officers = data.legal_basis.strip(), list(data.officers)
    row.violation_on = data.violation_on
    row.filed_by, row.filed_at = by.staff_id, now
    records.flush_unique("filing_no_used", "filing_no")
    records.step(row, old, new, by=by, now=now)

"""Read findings and penalties."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from app.core.db import db
from app.enforcement.models import Finding, Penalty, PenaltyNotice, PenaltyStep
from app.enforcement.rules_hearing import Ground
from app.enforcement.workflow import FindingKind, Measure, PenaltyState, ServiceWay

FINDING = (
    "case_id", "round", "kind", "punishable", "our_jurisdiction", "offender_known",
    "order_to_correct", "on_spot_corrected", "grounds", "officers", "proposed_by", "proposed_at",
    "set_by", "set_at",
)  # fmt: skip
PENALTY = (
    "id", "case_id", "round", "state", "measure", "measure_at", "filing_no", "cause", "party",
    "credit_code", "legal_basis", "officers", "violation_on", "kinds", "amount_fen",
    "document_no", "decided_at", "published", "events", "filed_by", "filed_at", "revoked_at",
    "hearing_at", "served_at", "served_way", "withdrawn_at",
)  # fmt: skip

NOTICE = ("seq", "kinds", "amount_fen", "offered", "ground", "word", "told_on", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """What was found, proposed or set."""

    case_id: int
    round: int
    kind: FindingKind
    punishable: bool
    our_jurisdiction: bool
    offender_known: bool
    order_to_correct: bool
    on_spot_corrected: bool
    grounds: str
    officers: list[str]
    proposed_by: int | None
    proposed_at: datetime | None
    set_by: int | None
    set_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyView:
    """The enforcement record of a round of a case; the fine in fen."""

    id: int
    case_id: int
    round: int
    state: PenaltyState
    measure: Measure
    measure_at: datetime
    filing_no: str | None
    cause: str
    party: str
    credit_code: str | None
    legal_basis: str
    officers: list[str]
    violation_on: date | None
    kinds: list[str]
    amount_fen: int | None
    document_no: str | None
    decided_at: datetime | None
    published: bool
    events: dict[str, str]
    filed_by: int
    filed_at: datetime
    revoked_at: datetime | None
    hearing_at: datetime | None
    served_at: datetime | None
    served_way: ServiceWay | None
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyStepView:
    """One step of a penalty."""

    seq: int
    from_state: PenaltyState | None
    to_state: PenaltyState
    staff_id: int
    at: datetime
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """What the party was told, and why it replaced the notice before; the fine in fen."""

    seq: int
    kinds: list[str]
    amount_fen: int
    offered: bool
    ground: Ground | None
    word: str
    told_on: date
    reason: str


def finding(case_id: int, *, round_: int) -> FindingView | None:
    """Return the finding of a round, proposed or set."""
    row = db.session.scalar(
        select(Finding).where(Finding.case_id == case_id, Finding.round == round_)
    )
    return None if row is None else _finding(row)


def latest_findings(case_ids: Sequence[int]) -> dict[int, FindingView]:
    """Return the newest finding of each case, in one statement."""
    rows = db.session.scalars(
        select(Finding).where(Finding.case_id.in_(case_ids)).order_by(Finding.round)
    )
    return {row.case_id: _finding(row) for row in rows}


def penalty(case_id: int, *, round_: int | None = None) -> PenaltyView | None:
    """Return the enforcement record of a round, the newest of the case where none is named."""
    wanted = (row for row in reversed(penalties(case_id)) if round_ in (None, row.round))
    return next(wanted, None)


def penalties(case_id: int) -> list[PenaltyView]:
    """Return the records of a case, one a round, the oldest round first."""
    rows = db.session.scalars(
        select(Penalty).where(Penalty.case_id == case_id).order_by(Penalty.round)
    )
    return [PenaltyView(**{name: getattr(row, name) for name in PENALTY}) for row in rows]


def steps(penalty_id: int) -> list[PenaltyStepView]:
    """Return the steps of a record, oldest first."""
    rows = db.session.scalars(
        select(PenaltyStep).where(PenaltyStep.penalty_id == penalty_id).order_by(PenaltyStep.seq)
    )
    return [
        PenaltyStepView(
            seq=row.seq,
            from_state=row.from_state,
            to_state=row.to_state,
            staff_id=row.staff_id,
            at=row.at,
            note=row.note,
        )
        for row in rows
    ]


def notices(penalty_id: int) -> list[NoticeView]:
    """Return what the party was told, the notice that counts last."""
    rows = db.session.scalars(
        select(PenaltyNotice)
        .where(PenaltyNotice.penalty_id == penalty_id)
        .order_by(PenaltyNotice.seq)
    )
    return [NoticeView(**{name: getattr(row, name) for name in NOTICE}) for row in rows]


def _finding(row: Finding) -> FindingView:
    return FindingView(**{name: getattr(row, name) for name in FINDING})

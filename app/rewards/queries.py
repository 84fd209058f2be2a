"""Read awards: for the reporter's page, the reward desk and finance; never an identity."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.cases.models import Case
from app.core.db import db
from app.core.paging import Page
from app.intake.models import Report
from app.rewards import checklist, claiming, rulesets
from app.rewards.checklist import CheckView
from app.rewards.models import Appeal, Award, LedgerClose
from app.rewards.rules.document import RuleDoc, read
from app.rewards.states import APPEALABLE, NOTHING_ADDED, OPEN, VERIFIED, State, Way


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """One line of the arithmetic; `facts` fill the words of its rule."""

    rule: str
    when: str
    basis: str
    amount_fen: int
    counted: bool
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesView:
    """The version that values an award."""

    key: str
    name: str
    version: int
    valid_from: str
    anonymous_allowed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealView:
    """An objection and its answer."""

    words: str
    asked_at: datetime
    due_at: datetime
    upheld: bool | None
    answer: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardView:
    """An award as its reporter reads it: why this amount, until when, in which ways."""

    id: int
    report_id: int
    case_id: int
    stage: int
    state: State
    version: int
    amount_fen: int
    total_fen: int
    earlier_fen: int
    overpaid_fen: int
    share_no: int
    share_of: int
    lines: tuple[LineView, ...]
    checks: tuple[CheckView, ...]
    facts: Mapping[str, Any]
    excluded: str | None
    capped_by: str | None
    rules: RulesView
    assessed_at: datetime
    notified_at: datetime | None
    claim_due_at: datetime | None
    claimed_at: datetime | None
    claim_way: Way | None
    voucher_no: str | None
    paid_at: datetime | None
    ways: tuple[Way, ...]
    appeal: AppealView | None
    could_change: tuple[str, ...]

    @property
    def can_claim(self) -> bool:
        """Say whether the reporter may take, decline or donate it now."""
        return self.state is State.NOTIFIED

    @property
    def can_appeal(self) -> bool:
        """Say whether an objection is still open to the reporter."""
        return self.appeal is None and self.state in APPEALABLE

    def days_left(self, now: datetime) -> int:
        """Return the whole days until the claim window ends, never negative."""
        return max(0, (self.claim_due_at - now).days) if self.claim_due_at else 0


def awards_of(report_id: int) -> list[AwardView]:
    """Return every stage of a report's reward, oldest first."""
    rows = db.session.scalars(
        select(Award).where(Award.report_id == report_id).order_by(Award.id)
    ).all()
    return views(rows)


def award_view(report_id: int) -> AwardView | None:
    """Return the stage that matters most to the reporter now: one to claim, else the latest.

    One that was closed because it added nothing hides none that did.
    """
    found = [one for one in awards_of(report_id) if one.excluded != NOTHING_ADDED]
    open_now = [award for award in found if award.can_claim]
    best = open_now or found
    return best[-1] if best else None


def by_id(award_id: int) -> AwardView | None:
    """Return one award."""
    row = db.session.get(Award, award_id, populate_existing=True)
    return views([row])[0] if row else None


def views(rows: Sequence[Award]) -> list[AwardView]:
    """Return awards as plain values, with their appeals in one statement."""
    appeals = {
        appeal.award_id: appeal
        for appeal in db.session.scalars(
            select(Appeal).where(Appeal.award_id.in_([row.id for row in rows]))
        )
    }
    checks = checklist.views(rows)
    return [_view(row, appeals.get(row.id), checks[row.id]) for row in rows]


COPIED = (
    "id", "report_id", "case_id", "stage", "state", "version", "amount_fen", "total_fen",
    "earlier_fen", "overpaid_fen", "share_no", "share_of", "facts", "excluded", "capped_by",
    "assessed_at", "notified_at", "claim_due_at", "claimed_at", "claim_way", "voucher_no",
    "paid_at",
)  # fmt: skip


def _view(row: Award, appeal: Appeal | None, checks: tuple[CheckView, ...]) -> AwardView:
    version = rulesets.get(row.rule_set_id)
    doc = read(version.document)
    rules = RulesView(
        key=version.key, name=doc.name, version=version.version,
        valid_from=version.valid_from.isoformat(), anonymous_allowed=doc.anonymous_allowed,
    )  # fmt: skip
    return AwardView(
        **{name: getattr(row, name) for name in COPIED}, rules=rules,
        lines=tuple(LineView(**line) for line in row.lines),
        checks=checks,
        ways=claiming.ways_of(doc), appeal=_appeal(appeal), could_change=_could_change(row, doc),
    )  # fmt: skip


def _appeal(row: Appeal | None) -> AppealView | None:
    if row is None:
        return None
    return AppealView(
        words=row.words, asked_at=row.asked_at, due_at=row.due_at, upheld=row.upheld,
        answer=row.answer, decided_at=row.decided_at,
    )  # fmt: skip


COULD_CHANGE = ("appeal", "penalty", "detention", "revoked", "capped")
"""What `AwardView.could_change` may name."""


def _could_change(row: Award, doc: RuleDoc) -> tuple[str, ...]:
    """Return what would change the sum: a decision to come, detention, a revocation, the cap."""
    whens = {component.when for component in doc.components}
    facts, found = row.facts, list[str]()
    if row.excluded:
        return ("appeal",)
    if (whens & {"penalty_decision"} or doc.tiers) and not facts.get("fine_fen"):
        found.append("penalty")
    if "administrative_detention" in whens and not facts.get("detention"):
        found.append("detention")
    if facts.get("fine_fen"):
        found.append("revoked")
    if row.capped_by:
        found.append("capped")
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardRow:
    """One line of a list at the reward desk."""

    id: int
    case_number: str
    category: str
    stage: int
    state: State
    amount_fen: int
    assessed_at: datetime
    notify_by: datetime | None
    notified_at: datetime | None
    claim_due_at: datetime | None
    voucher_no: str | None
    claim_way: Way | None
    proposed_by: int | None
    to_look: tuple[str, ...]
    excluded: str | None


def count_in(states: Sequence[State], *, not_by: int | None = None) -> int:
    """Count awards in some states, without those that `not_by` had a hand in."""
    rows = select(func.count()).select_from(Award).where(*_wanted(states, not_by))
    return db.session.scalar(rows) or 0


def _wanted(states: Sequence[State], not_by: int | None) -> list[Any]:
    wanted: list[Any] = [Award.state.in_(states)]
    if not_by is not None:
        people = (Award.proposed_by, Award.reviewed_by, Award.approved_by, Award.approved2_by)
        wanted += [func.coalesce(column, 0) != not_by for column in people]
    return wanted


def in_states(
    states: Sequence[State], *, number: int = 1, size: int = 50, not_by: int | None = None
) -> Page[AwardRow]:
    """Return awards in some states, the most urgent first, without those `not_by` had a hand in."""
    wanted = _wanted(states, not_by)
    total = count_in(states, not_by=not_by)
    rows = db.session.execute(
        select(Award, Case.number, Case.category).join(Case, Case.id == Award.case_id)
        .where(*wanted)
        .order_by(func.coalesce(Award.claim_due_at, Award.notify_by), Award.id)
        .limit(size).offset((number - 1) * size)
    ).all()  # fmt: skip
    checks = checklist.views([award for award, *_ in rows])
    found = [_row(award, number, category, checks[award.id]) for award, number, category in rows]
    return Page(rows=found, number=number, size=size, total=total)


def _row(award: Award, number: str, category: str, checks: Sequence[CheckView]) -> AwardRow:
    return AwardRow(
        id=award.id, case_number=number, category=category, stage=award.stage, state=award.state,
        amount_fen=award.amount_fen, assessed_at=award.assessed_at, notify_by=award.notify_by,
        notified_at=award.notified_at, claim_due_at=award.claim_due_at,
        voucher_no=award.voucher_no, claim_way=award.claim_way, proposed_by=award.proposed_by,
        to_look=tuple(c.key for c in checks if c.holds is None) if award.state in OPEN else (),
        excluded=award.excluded,
    )  # fmt: skip


def count_by_state() -> dict[State, int]:
    """Return how many awards stand in each state."""
    rows = db.session.execute(select(Award.state, func.count()).group_by(Award.state))
    return {row[0]: row[1] for row in rows}


def rewarded_between(start: datetime, end: datetime) -> int:
    """Count the reports of [start, end) that have an approved award (domain.md §2)."""
    approved = select(Award.report_id).where(Award.state.in_(VERIFIED))
    wanted = (
        Report.received_at >= start, Report.received_at < end, Report.test.is_(False),
        Report.id.in_(approved),
    )  # fmt: skip
    return db.session.scalar(select(func.count()).select_from(Report).where(*wanted)) or 0


def last_close() -> tuple[datetime, bool, dict[str, Any]] | None:
    """Return when the ledger was last compared, whether it agreed, and the figures."""
    row = db.session.scalar(select(LedgerClose).order_by(LedgerClose.id.desc()).limit(1))
    return None if row is None else (row.at, row.ok, row.figures)

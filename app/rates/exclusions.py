"""Leave a record out of the rates by hand: one proposes, another approves; both can be undone."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from app.accounts import queries as accounts
from app.accounts.queries import Actor
from app.audit import service as audit
from app.cases import service as cases
from app.cases.models import Case
from app.core.db import claim, db
from app.core.errors import Forbidden, Invalid, NotFound, Stale
from app.rates.models import Exclusion
from app.rates.words import BY_HAND, OF_REPORT, ExclusionState

OPEN = (ExclusionState.PROPOSED, ExclusionState.APPROVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusionRow:
    """An exclusion as its list shows it."""

    id: int
    case_id: int
    number: str
    report_id: int | None
    reason: str
    note: str
    state: ExclusionState
    proposed_by: int
    proposed_at: datetime
    decided_by: int | None
    decided_at: datetime | None
    answer: str


def propose(
    case_id: int, reason: str, *, note: str, by: Actor, now: datetime, report_id: int | None = None
) -> int:
    """Ask to leave a case (or one report's rating) out of the rates of `reason`.

    Raises Invalid (unknown reason, no note, a report missing), Stale where it was asked already.
    """
    if reason not in BY_HAND:
        raise Invalid("exclusion_reason", field="reason")
    if not note.strip():
        raise Invalid("reason_missing", field="note")
    if reason in OF_REPORT and report_id is None:
        raise Invalid("exclusion_report", field="report")
    case = cases.get(case_id)
    same = Exclusion.report_id.is_(None) if report_id is None else Exclusion.report_id == report_id
    asked = db.session.scalar(
        select(Exclusion.id).where(
            Exclusion.case_id == case_id,
            Exclusion.reason == reason,
            Exclusion.state.in_(OPEN),
            same,
        )
    )
    if asked is not None:
        raise Stale("already_excluded", number=case.number)
    row = Exclusion(
        case_id=case_id, report_id=report_id, reason=reason, note=note.strip(),
        state=ExclusionState.PROPOSED, proposed_by=by.staff_id, proposed_at=now,
    )  # fmt: skip
    number = case.number
    db.session.add(row)
    db.session.flush()
    audit.record(
        actor=by.key, action="rates.exclude_proposed", subject=f"case:{number}", now=now,
        detail={"reason": reason, "exclusion": row.id},
    )  # fmt: skip
    return row.id


def decide(exclusion_id: int, *, approve: bool, answer: str, by: Actor, now: datetime) -> None:
    """Approve or refuse; never by the person who proposed (domain.md §11)."""
    row = db.session.get(Exclusion, exclusion_id)
    if row is None:
        raise NotFound("no_such_exclusion")
    if by.is_same_person(accounts.get(row.proposed_by)):
        raise Forbidden("second_person")
    if not approve and not answer.strip():
        raise Invalid("reason_missing", field="answer")
    new = ExclusionState.APPROVED if approve else ExclusionState.REFUSED
    _step(row, (ExclusionState.PROPOSED,), new, answer=answer, by=by, now=now)


def lift(exclusion_id: int, *, reason: str, by: Actor, now: datetime) -> None:
    """Let an excluded record count again, with the reason."""
    row = db.session.get(Exclusion, exclusion_id)
    if row is None:
        raise NotFound("no_such_exclusion")
    if not reason.strip():
        raise Invalid("reason_missing", field="answer")
    _step(row, (ExclusionState.APPROVED,), ExclusionState.LIFTED, answer=reason, by=by, now=now)


def _step(
    row: Exclusion, old: tuple[ExclusionState, ...], new: ExclusionState, *, answer: str,
    by: Actor, now: datetime,
) -> None:  # fmt: skip
    case_id, exclusion_id = row.case_id, row.id
    won = claim(
        update(Exclusion)
        .where(Exclusion.id == exclusion_id, Exclusion.state.in_(old))
        .values(state=new, decided_by=by.staff_id, decided_at=now, answer=answer.strip())
    )
    if not won:
        raise Stale("already_decided")
    audit.record(
        actor=by.key, action=f"rates.exclusion_{new}", subject=f"case:{cases.get(case_id).number}",
        now=now, detail={"exclusion": exclusion_id},
    )  # fmt: skip


def listed(case_id: int | None = None) -> list[ExclusionRow]:
    """Return exclusions by hand, those that wait first; of one case where given."""
    chosen = select(Exclusion, Case.number).join(Case, Case.id == Exclusion.case_id)
    if case_id is not None:
        chosen = chosen.where(Exclusion.case_id == case_id)
    rows = db.session.execute(
        chosen.order_by(Exclusion.state != ExclusionState.PROPOSED, Exclusion.id.desc())
    )
    return [
        ExclusionRow(
            number=number,
            **{name: getattr(row, name) for name in ExclusionRow.__slots__ if name != "number"},
        )
        for row, number in rows
    ]

"""Propose and set what was found; the checker's word stands on the case (domain.md §6)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.accounts import queries as accounts
from app.accounts.queries import Actor
from app.audit import service as audit
from app.cases import check
from app.cases import service as cases
from app.cases.models import Case
from app.cases.workflow import State
from app.core.db import db
from app.core.errors import Forbidden, Invalid, Stale
from app.core.events import announce
from app.enforcement.events import FindingSet
from app.enforcement.models import Finding
from app.enforcement.workflow import VERIFIED, FindingKind

PROPOSABLE = (State.ASSIGNED, State.ARRIVED, State.HANDLED)
MIN_GROUNDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingData:
    """A finding with its flags, its grounds and the numbers of the officers who saw to it."""

    kind: FindingKind | None
    grounds: str
    punishable: bool = False
    our_jurisdiction: bool = True
    offender_known: bool = False
    order_to_correct: bool = False
    on_spot_corrected: bool = False
    officers: tuple[str, ...] = ()


def of_round(case_id: int, turn: int) -> Finding | None:
    """Return the finding of a round, proposed or set."""
    return db.session.scalar(
        select(Finding).where(Finding.case_id == case_id, Finding.round == turn)
    )


def propose_finding(case_id: int, data: FindingData, *, by: Actor, now: datetime) -> None:
    """Propose a finding, again if need be until the checker sets it.

    Raises Invalid (kind, grounds or flags), Stale (the case is not being worked on, or it is set).
    """
    case = cases.get(case_id)
    if case.state not in PROPOSABLE:
        raise Stale("finding_not_now", number=case.number)
    row = of_round(case_id, case.round)
    if row is not None and row.set_at is not None:
        raise Stale("finding_is_set", number=case.number)
    kind = _check(data)
    row = _write(row, case, data, kind)
    row.proposed_by, row.proposed_at = by.staff_id, now
    db.session.flush()
    _record(case, data, "proposed", by=by, now=now)


def set_finding(case_id: int, data: FindingData, *, by: Actor, now: datetime) -> None:
    """Set the finding of a handled case: by a checker who neither handled nor proposed it.

    The case carries it for rates and lists; a filing may become due. Raises Forbidden, Invalid,
    Stale (not handled now).
    """
    check.must_be_other(case_id, by)
    case = cases.get(case_id)
    if case.state is not State.HANDLED:
        raise Stale("finding_not_now", number=case.number)
    row = of_round(case_id, case.round)
    if row is not None and row.proposed_by and by.is_same_person(accounts.get(row.proposed_by)):
        raise Forbidden("second_person")
    kind = _check(data)
    row = _write(row, case, data, kind)
    row.set_by, row.set_at = by.staff_id, now
    cases.set_finding(
        case_id,
        finding=str(kind),
        punishable=data.punishable,
        our_jurisdiction=data.our_jurisdiction,
        offender_known=data.offender_known,
    )
    _record(case, data, "set", by=by, now=now)
    announce(
        FindingSet(
            case_id=case_id,
            round=case.round,
            kind=str(kind),
            verified=kind in VERIFIED,
            punishable=data.punishable,
            our_jurisdiction=data.our_jurisdiction,
            offender_known=data.offender_known,
            by=by.key,
            now=now,
        )
    )


def _check(data: FindingData) -> FindingKind:
    if data.kind is None:
        raise Invalid("finding_missing", field="kind")
    if len(data.grounds.strip()) < MIN_GROUNDS:
        raise Invalid("grounds_missing", field="grounds")
    if data.punishable and data.kind not in VERIFIED:
        raise Invalid("punishable_unverified", field="punishable")
    return data.kind


def _write(row: Finding | None, case: Case, data: FindingData, kind: FindingKind) -> Finding:
    if row is None:
        row = Finding(case_id=case.id, round=case.round)
        db.session.add(row)
    row.kind, row.grounds = kind, data.grounds.strip()
    row.punishable, row.our_jurisdiction = data.punishable, data.our_jurisdiction
    row.offender_known, row.order_to_correct = data.offender_known, data.order_to_correct
    row.on_spot_corrected, row.officers = data.on_spot_corrected, list(data.officers)
    return row


def _record(case: Case, data: FindingData, what: str, *, by: Actor, now: datetime) -> None:
    detail = {
        "kind": str(data.kind),
        "punishable": data.punishable,
        "our_jurisdiction": data.our_jurisdiction,
        "offender_known": data.offender_known,
    }
    audit.record(
        actor=by.key,
        action=f"finding.{what}",
        subject=f"case:{case.number}",
        now=now,
        detail=detail,
    )

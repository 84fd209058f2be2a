"""What desk and dispatcher decide: accept, reject by two persons, assign, merge, close."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from app.accounts import queries as accounts
from app.accounts.models import Status
from app.accounts.permissions import Verb
from app.accounts.queries import Actor
from app.audit import service as audit
from app.cases import queries, service
from app.cases.events import CaseMoved
from app.cases.models import Case
from app.cases.workflow import OPEN, WAITS, Move, State, Urgency
from app.core.db import claim, db
from app.core.errors import Forbidden, Invalid, Refused, Stale
from app.places import queries as places

REJECT_REASONS = (
    "out_of_county", "not_environment", "too_vague", "repeat_closed", "in_litigation",
    "malicious", "test",
)  # fmt: skip
"""Why a report may be refused; never "polluter unknown" (浙江大气条例 24)."""


NOT_PROPOSED = {"reject_proposed_by": None, "reject_reason": None, "reject_note": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Triage:
    """What the desk sets when it accepts; `reason` is needed where it changes the level."""

    urgency: Urgency
    category: str
    grid_code: str
    reason: str = ""


def accept(case_id: int, triage: Triage, *, by: Actor, now: datetime, version: int) -> CaseMoved:
    """Accept a case with category, urgency and grid (move 2). Raises Invalid, Stale."""
    case = service.get(case_id)
    if case.version != version:
        raise Stale("case_changed", number=case.number)
    area = places.area(triage.grid_code)
    if area is None or area.level != "grid" or area.parent_code is None:
        raise Invalid("grid_missing", field="grid_code")
    if not triage.category:
        raise Invalid("category_missing", field="category")
    if case.grid_code != triage.grid_code:
        service.place(
            case_id, grid_code=triage.grid_code, township_code=area.parent_code, by=by.key, now=now,
            note=triage.reason,
        )  # fmt: skip
    changed = case.urgency is not triage.urgency
    if changed or case.category != triage.category:
        service.regrade(
            case_id, urgency=triage.urgency, category=triage.category, by=by.key, now=now,
            note=triage.reason or ("" if changed else "category"),
        )  # fmt: skip
    changes = NOT_PROPOSED | {"unit_code": area.parent_code}
    return service.move(case_id, Move.ACCEPT, by=by.key, now=now, changes=changes)


def assign(
    case_id: int, *, by: Actor, now: datetime, staff_id: int | None = None, reason: str = "",
    on_site: bool = True, version: int | None = None,
) -> CaseMoved:  # fmt: skip
    """Give a case to the worker on duty in its grid, or to somebody else with a reason (move 6).

    Raises Refused `nobody_on_duty` when worker and deputy are both away, Invalid for an override
    without a reason and for `on_site=False` (无需到场) without one.
    """
    case = service.get(case_id)
    usual = places.on_duty(case.grid_code) if case.grid_code else None
    chosen = staff_id or usual
    if chosen is None:
        raise Refused("nobody_on_duty", number=case.number)
    if (chosen != usual or not on_site) and not reason.strip():
        raise Invalid("reason_missing", field="reason")
    worker = worker_on_duty(chosen, field="staff_id")
    changes = {"assignee_id": chosen, "unit_code": worker.area_code, "on_site": on_site}
    facts = {"staff_id": chosen, "usual_id": usual, "on_site": on_site}
    return service.move(
        case_id, Move.ASSIGN, by=by.key, now=now, note=reason, facts=facts, changes=changes,
        version=version,
    )  # fmt: skip


def worker_on_duty(staff_id: int, *, field: str) -> Actor:
    """Return somebody who can be given a case now. Raises Invalid `worker_away` for others."""
    worker = accounts.get(staff_id)
    here = worker is not None and worker.active and worker.status is Status.WORKING
    if worker is None or not here or not worker.may(Verb.TASK_WORK):
        raise Invalid("worker_away", field=field)
    return worker


def propose_rejection(
    case_id: int, *, reason: str, note: str, by: Actor, now: datetime, version: int | None = None
) -> None:
    """Note that the desk would not accept a case; another person decides (move 3)."""
    if reason not in REJECT_REASONS:
        raise Invalid("reject_reason", field="reason")
    if not note.strip():
        raise Invalid("reason_missing", field="note")
    case = service.get(case_id)
    if reason == "too_vague" and not _was_asked(case_id):
        raise Invalid("ask_first", field="reason")
    won = (version is None or version == case.version) and claim(
        update(Case)
        .where(Case.id == case_id, Case.state == State.SUBMITTED, Case.version == case.version,
               Case.reject_proposed_by.is_(None))
        .values(reject_proposed_by=by.staff_id, reject_reason=reason, reject_note=note.strip())
    )  # fmt: skip
    if not won:
        raise Stale("case_changed", number=case.number)
    audit.record(
        actor=by.key, action="case.reject_proposed", subject=f"case:{case.number}", now=now,
        detail={"reason": reason},
    )  # fmt: skip


def _was_asked(case_id: int) -> bool:
    """Say whether the reporter had one question before "too vague" may be said (move 3)."""
    return any(step.move is Move.ASK_REPORTER for step in queries.steps(case_id))


def decide_rejection(case_id: int, *, approve: bool, note: str, by: Actor, now: datetime) -> None:
    """Approve or turn down a proposed rejection; never by its proposer (domain.md §11)."""
    case = service.get(case_id)
    number, reason, proposer = case.number, case.reject_reason, case.reject_proposed_by
    if proposer is None:
        raise Stale("case_changed", number=number)
    if by.is_same_person(accounts.get(proposer)):
        raise Forbidden("second_person")
    if approve:
        exclusion = "test" if reason == "test" else "rejected"
        changes = {"exclusion": exclusion, "exclusion_by": by.staff_id}
        service.move(
            case_id, Move.REJECT, by=by.key, now=now, note=case.reject_note or note,
            facts={"reason": reason, "proposed_by": proposer}, changes=changes,
        )  # fmt: skip
        return
    if not note.strip():
        raise Invalid("reason_missing", field="note")
    won = claim(
        update(Case)
        .where(Case.id == case_id, Case.state == State.SUBMITTED,
               Case.reject_proposed_by == proposer)
        .values(NOT_PROPOSED | {"version": Case.version + 1})
    )  # fmt: skip
    if not won:
        raise Stale("case_changed", number=number)
    audit.record(
        actor=by.key, action="case.reject_refused", subject=f"case:{number}", now=now,
        detail={"note": note},
    )  # fmt: skip


def merge(
    case_id: int, parent_number: str, *, by: Actor, note: str, now: datetime,
    version: int | None = None,
) -> CaseMoved:  # fmt: skip
    """Merge a case into an older open one (move 20): no chains; rates exclude it (decision 23)."""
    audit.take_turn()  # so that of two merges at once the second sees the first
    case = service.get(case_id)
    parent = db.session.query(Case).filter_by(number=parent_number.strip().upper()).one_or_none()
    if parent is None or parent.id == case_id:
        raise Invalid("merge_target", field="parent")
    if parent.state not in OPEN:
        raise Invalid("merge_target_closed", field="parent", number=parent.number)
    if db.session.query(Case.id).filter_by(merged_into_id=case_id).first():
        raise Invalid("merge_chain", field="parent", number=case.number)
    changes = {"merged_into_id": parent.id, "exclusion": "merged", "exclusion_by": by.staff_id}
    facts = {"into": parent.number, "number": case.number}
    return service.move(
        case_id, Move.MERGE, by=by.key, now=now, note=note, facts=facts, changes=changes,
        version=version,
    )  # fmt: skip


def unmerge(
    case_id: int, *, by: Actor, note: str, now: datetime, version: int | None = None
) -> CaseMoved:
    """Undo a merge while the parent is not closed (move 20): the case stands where it stood.

    Raises Refused `merge_parent_closed`, Invalid (no reason), Stale.
    """
    audit.take_turn()  # so that the parent does not close at the same moment
    case = service.get(case_id)
    if case.merged_into_id is not None:
        parent = queries.by_id(case.merged_into_id)
        if parent.state is State.CLOSED:
            raise Refused("merge_parent_closed", number=parent.number)
    changes = {
        "merged_into_id": None, "exclusion": None, "exclusion_by": None,
        "back_state": _stood_before_waiting(case),
    }  # fmt: skip
    return service.move(
        case_id, Move.UNMERGE, by=by.key, now=now, note=note, changes=changes, version=version
    )


def _stood_before_waiting(case: Case) -> State | None:
    """Return where a case stood before it waited, which the merge has written over."""
    began = [
        step.from_state for step in queries.steps(case.id)
        if step.to_state is case.back_state and step.move in WAITS and step.move is not Move.MERGE
    ]  # fmt: skip
    return began[-1] if began else None


def close(
    case_id: int, *, reply: str, by: Actor, now: datetime, version: int | None = None
) -> CaseMoved:
    """Send the final reply and close a checked case (move 15)."""
    if not reply.strip():
        raise Invalid("reply_missing", field="reply")
    return service.move(
        case_id, Move.CLOSE, by=by.key, now=now, facts={"reply": reply.strip()}, version=version
    )

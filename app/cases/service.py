"""Change a case: each change is a move of the table, one step, one audit entry."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, update

from app.audit import service as audit
from app.cases.events import CaseMoved, CaseRegraded
from app.cases.models import Case, CaseStep
from app.cases.rules import cell
from app.cases.workflow import MOVES, WAITS, Move, State, Urgency, target
from app.core.db import claim, db
from app.core.errors import Invalid, NotFound, Stale
from app.core.events import announce

STEPS: Table = CaseStep.__table__  # type: ignore[assignment]
STEP = insert(STEPS).inline()

STAMPS: dict[Move, str] = {
    Move.ACCEPT: "accepted_at",
    Move.ASSIGN: "assigned_at",
    Move.GRANT_HANDBACK: "assigned_at",
    Move.DEPARTMENT_RETURN: "assigned_at",
    Move.ARRIVE: "arrived_at",
    Move.HANDLE: "handled_at",
    Move.HANDLE_REMOTELY: "handled_at",
    Move.FEEDBACK: "handled_at",
    Move.PASS_CHECK: "checked_at",
    Move.CLOSE: "closed_at",
}
CLEARED_BY_REOPENING = (
    "accepted_at", "assigned_at", "arrived_at", "handled_at", "checked_at", "closed_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a new case needs; coordinates are WGS-84 degrees."""

    number: str
    urgency: Urgency
    category: str
    kinds: tuple[str, ...]
    place_words: str
    lng: float | None
    lat: float | None
    grid_code: str | None
    township_code: str | None


def open_case(opening: Opening, *, by: str, now: datetime, facts: dict[str, Any]) -> Case:
    """Make the case of a first report, in state submitted."""
    case = Case(
        number=opening.number, state=State.SUBMITTED, urgency=opening.urgency,
        category=opening.category, kinds=list(opening.kinds), place_words=opening.place_words,
        lng=opening.lng, lat=opening.lat, cell=cell(opening.lng, opening.lat),
        grid_code=opening.grid_code, township_code=opening.township_code,
        unit_code=opening.township_code or "", opened_at=now, round=1, version=1,
    )  # fmt: skip
    db.session.add(case)
    db.session.flush()
    step = CaseMoved(
        case_id=case.id, number=case.number, move=Move.SUBMIT, old=None, new=State.SUBMITTED,
        actor=by, now=now, round=1, facts=facts,
    )  # fmt: skip
    _write(step, seq=1)
    return case


def move(
    case_id: int,
    step: Move,
    *,
    by: str,
    now: datetime,
    note: str = "",
    facts: dict[str, Any] | None = None,
    changes: dict[str, Any] | None = None,
    version: int | None = None,
) -> CaseMoved:
    """Take one step of the table with the columns that change beside it.

    `version` is the one the reader saw; an older one is refused. Raises NotFound, Stale (somebody
    was quicker, or the table does not allow it from here), Invalid (a reason is missing).
    """
    case = get(case_id)
    old, seen, number, turn = case.state, case.version, case.number, case.round
    if version is not None and version != seen:
        raise Stale("case_changed", number=number)
    new = target(step, old, case.back_state)
    if new is None:
        raise Stale("move_not_allowed", number=number, state=str(old), move=str(step))
    if MOVES[step].needs_reason and not note.strip():
        raise Invalid("reason_missing", field="reason")
    values = _values(step, old=old, new=new, version=seen, turn=turn, now=now) | (changes or {})
    won = claim(
        update(Case).where(Case.id == case_id, Case.state == old, Case.version == seen)
        .values(**values)
    )  # fmt: skip
    if not won:
        raise Stale("case_changed", number=number)
    moved = CaseMoved(
        case_id=case_id, number=number, move=step, old=old, new=new, actor=by, now=now,
        round=values.get("round", turn), reason=note.strip(), facts=facts or {},
    )  # fmt: skip
    _write(moved, seq=values["version"])
    return moved


def _values(
    step: Move, *, old: State, new: State, version: int, turn: int, now: datetime
) -> dict[str, Any]:
    values: dict[str, Any] = {"state": new, "version": version + 1}
    if step in STAMPS:
        values[STAMPS[step]] = now
    if step in WAITS:
        values["back_state"] = old
    if step is Move.REOPEN:
        values |= dict.fromkeys(CLEARED_BY_REOPENING) | {"round": turn + 1, "finding": None}
    return values


def _write(moved: CaseMoved, *, seq: int) -> None:
    db.session.execute(
        STEP,
        {
            "case_id": moved.case_id,
            "seq": seq,
            "move": moved.move,
            "from_state": moved.old,
            "to_state": moved.new,
            "actor": moved.actor,
            "at": moved.now,
            "reason": moved.reason,
            "round": moved.round,
            "facts": moved.facts,
        },
    )
    detail = {"from": moved.old, "to": moved.new, "round": moved.round}
    audit.record(
        actor=moved.actor, action=f"case.{moved.move}", subject=f"case:{moved.number}",
        now=moved.now, detail=detail,
    )  # fmt: skip
    announce(moved)


def get(case_id: int) -> Case:
    """Return the case. Raises NotFound."""
    case = db.session.get(Case, case_id)
    if case is None:
        raise NotFound("no_such_case")
    return case


def regrade(
    case_id: int, *, urgency: Urgency, category: str, by: str, now: datetime, note: str
) -> None:
    """Change urgency or category; clocks recompute from their original start (domain.md §4.1)."""
    case = get(case_id)
    before = {"urgency": str(case.urgency), "category": case.category}
    after = {"urgency": str(urgency), "category": category}
    if before == after:
        return
    if case.category and not note.strip():
        raise Invalid("reason_missing", field="reason")
    case.urgency, case.category = urgency, category
    db.session.flush()
    audit.record(
        actor=by, action="case.regrade", subject=f"case:{case.number}", now=now,
        detail={"before": before, "after": after, "reason": note},
    )  # fmt: skip
    announce(
        CaseRegraded(
            case_id=case.id,
            number=case.number,
            urgency=str(urgency),
            category=category,
            old_urgency=before["urgency"],
            old_category=before["category"],
            actor=by,
            now=now,
        )
    )


def reassign(
    case_id: int, *, staff_id: int, unit_code: str, by: str, now: datetime, reason: str = ""
) -> None:
    """Give a case to another person where it stands (move 7): no state changes."""
    case = get(case_id)
    before = case.assignee_id
    case.assignee_id, case.unit_code = staff_id, unit_code
    db.session.flush()
    audit.record(
        actor=by, action="case.reassigned", subject=f"case:{case.number}", now=now,
        detail={"before": before, "after": staff_id} | ({"reason": reason} if reason else {}),
    )  # fmt: skip


def set_finding(
    case_id: int, *, finding: str, punishable: bool, our_jurisdiction: bool, offender_known: bool
) -> None:
    """Copy a set finding onto the case, where rates and lists read it (enforcement audits it)."""
    case = get(case_id)
    case.finding, case.punishable = finding, punishable
    case.our_jurisdiction, case.offender_known = our_jurisdiction, offender_known
    db.session.flush()


def place(
    case_id: int, *, grid_code: str, township_code: str, by: str, now: datetime, note: str
) -> None:
    """Correct the grid that a case belongs to; the reason is kept."""
    case = get(case_id)
    before = case.grid_code
    case.grid_code, case.township_code = grid_code, township_code
    case.unit_code = case.unit_code or township_code
    audit.record(
        actor=by, action="case.place", subject=f"case:{case.number}", now=now,
        detail={"before": before, "after": grid_code, "reason": note},
    )  # fmt: skip

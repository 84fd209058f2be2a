"""Why a record is left out, as expressions: by what became of its case, or by two persons."""

from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, String, case, cast, func, literal, null, or_
from sqlalchemy import select as sql_select

from app.cases.models import Case
from app.cases.workflow import Move, State
from app.rates.models import Exclusion
from app.rates.words import ExclusionState, by_hand
from app.sla.kinds import ClockState, EntryKind
from app.sla.models import Clock, ClockEntry

VOIDED: dict[str, str] = {
    Move.GRANT_HANDBACK: "handed_back",
    Move.HAND_OVER: "handed_over",
    Move.DEPARTMENT_RETURN: "handed_over",
    Move.HANDLE_REMOTELY: "no_visit",
}
"""Moves that take a clock out of the figures, and what the list of left-out records says."""


def of_case(*kept: str) -> ColumnElement[Any]:
    """Return the reason that the case's own end gives, passing over those that a rate keeps in.

    It follows the state, not a mark that was once set: undone, it counts again.
    """
    reasons = (
        (State.MERGED, literal("merged")),
        (State.WITHDRAWN, literal("withdrawn")),
        (State.REJECTED, func.coalesce(Case.exclusion, "rejected")),
    )
    told = [(Case.state == state, said) for state, said in reasons if state not in kept]
    return case(*told, else_=null())


def _last_line(column: Any) -> ScalarSelect[Any]:
    return (
        sql_select(column)
        .where(
            ClockEntry.clock_id == Clock.id,
            ClockEntry.seq == Clock.entries,
            ClockEntry.kind == EntryKind.VOID,
        )
        .correlate_except(ClockEntry)
        .scalar_subquery()
    )


def of_clock() -> ColumnElement[Any]:
    """Return why a void clock is left out; NULL for one that never mattered."""
    move = _last_line(ClockEntry.reason)
    said = case(*((move == str(name), reason) for name, reason in VOIDED.items()), else_=null())
    return case((Clock.state == ClockState.VOID, said), else_=null())


def _approved(rate: str, column: Any, report_id: Any) -> ScalarSelect[Any]:
    about = Exclusion.report_id.is_(None)
    return (
        sql_select(column)
        .where(
            Exclusion.case_id == Case.id,
            Exclusion.state == ExclusionState.APPROVED,
            Exclusion.reason.in_(by_hand(rate)),
            about if report_id is None else or_(about, Exclusion.report_id == report_id),
        )
        .order_by(Exclusion.id)
        .limit(1)
        .correlate_except(Exclusion)
        .scalar_subquery()
    )


def by_people(rate: str, report_id: Any = None) -> ColumnElement[Any]:
    """Return the reason that two persons agreed on for this rate."""
    return _approved(rate, Exclusion.reason, report_id)


def by_whom(rate: str, report_id: Any = None) -> ColumnElement[Any]:
    """Return who left it out: who approved the exclusion, or decided on the case."""
    return func.coalesce(
        literal("staff:").concat(cast(_approved(rate, Exclusion.decided_by, report_id), String)),
        case(
            (Case.state.in_((State.MERGED, State.REJECTED)),
             literal("staff:").concat(cast(Case.exclusion_by, String))),
            else_=null(),
        ),
    )  # fmt: skip


def by_move() -> ColumnElement[Any]:
    """Return the actor of the move that made a clock void."""
    return case((Clock.state == ClockState.VOID, _last_line(ClockEntry.actor)), else_=null())

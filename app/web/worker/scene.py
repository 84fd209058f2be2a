"""What the pages of one case have in common: place, clocks, words, photos, history."""

from typing import Any

from app.cases import queries as cases
from app.cases.queries import CaseView
from app.core import clock
from app.fieldwork import queries as fieldwork
from app.fieldwork.queries import ReplyView
from app.intake import queries as intake
from app.places import queries as places
from app.sla import queries as sla
from app.sla.kinds import ClockKind, ClockState
from app.sla.queries import ClockView
from app.web import access
from app.web.clocks import day_cells
from app.web.worker import history, pictures

NEAR = 3
WORKER_CLOCKS = (ClockKind.SIGN_FOR, ClockKind.ARRIVE, ClockKind.ARRIVE_OFFICER)


def about(row: CaseView) -> dict[str, Any]:
    """Return where the case is, its clocks with their account, and what happened."""
    grid = row.grid_code or ""
    clocks = sla.clocks_of(row.id)
    arrivals = fieldwork.check_ins(row.id)
    closure = _running(clocks, ClockKind.CLOSURE, row.round)
    explained = sla.explain(closure) if closure else None
    tasks = fieldwork.tasks_of(row.id)
    return {
        "place": row.place_words or places.names((grid,)).get(grid, "") or row.number,
        "closure": closure,
        "nearest": _nearest(clocks),
        "cells": day_cells(closure, explained.days) if closure and explained else [],
        "arrival": _arrival(arrivals, tasks, row),
        "history": history.lines(cases.steps(row.id), tasks, arrivals, clocks),
    }


def _arrival(
    arrivals: list[fieldwork.CheckInView], tasks: list[fieldwork.TaskView], row: CaseView
) -> fieldwork.CheckInView | None:
    """Return the arrival of the latest turn, or the one that was refused before it."""
    latest = next((one for one in arrivals if _is_of(one.task_id, tasks, row)), None)
    refused = arrivals and arrivals[-1].refused
    return latest or (arrivals[-1] if refused else None)


def _is_of(task_id: int, tasks: list[fieldwork.TaskView], row: CaseView) -> bool:
    """Say whether a task is the latest turn of the running round."""
    turns = [task for task in tasks if task.round == row.round]
    return bool(turns) and turns[-1].id == task_id


def _running(clocks: list[ClockView], kind: ClockKind, turn: int) -> ClockView | None:
    found = [one for one in clocks if one.kind is kind and one.round == turn]
    return found[-1] if found else None


def _nearest(clocks: list[ClockView]) -> ClockView | None:
    running = [one for one in clocks if one.state is ClockState.RUNNING and one.due_at]
    mine = [one for one in running if one.kind in WORKER_CLOCKS]
    return min(mine, key=lambda one: (one.due_at is None, one.due_at), default=None)


def told_of(row: CaseView) -> dict[str, Any]:
    """Return what reporters said and showed, what workers showed, and other cases around."""
    near = []
    if row.lng is not None and row.lat is not None:
        found = cases.near(row.lng, row.lat, since=clock.now() - cases.NEARBY_DAYS)
        near = [other for other in found if other.id != row.id and _mine_to_see(other)][:NEAR]
    return {
        "reports": intake.of_case(row.id),
        "before": pictures.of_reports(row.id),
        "after": pictures.of_work(row.id),
        "near": near,
    }


def _mine_to_see(row: CaseView) -> bool:
    return access.actor().sees(row.township_code)


def replies_of_round(case: CaseView) -> list[ReplyView]:
    """Return the replies of the running round, oldest first."""
    told = fieldwork.replies([case.id]).get(case.id, [])
    return [one for one in told if one.round == case.round]


def first_words(case: CaseView, before: list[ReplyView]) -> dict[str, Any]:
    """Return what a form starts with: the day of acceptance, or the last reply."""
    if before:
        last = before[-1]
        return {
            "accepted_on": last.accepted_on,
            "talked_to": last.talked_to,
            "measure": last.measure,
            "time_limit": last.time_limit,
        }
    accepted = case.accepted_at or case.opened_at
    return {"accepted_on": clock.local(accepted).date()}

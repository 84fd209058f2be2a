"""The reply clock of every report: its own, whatever becomes of its case (decision 23)."""

from sqlalchemy import or_, select, update

from app.cases import service as cases
from app.cases.models import Case
from app.core.db import db
from app.intake.events import ReportReceived
from app.intake.models import Report
from app.sla.kinds import ClockKind, ClockState
from app.sla.ledger import CLOCKS
from app.sla.scene import Scene, draft, scene_of, stop_one

REPLY = (ClockKind.FIRST_REPLY,)


def is_accepted(case: Case) -> bool:
    """Say whether the case has been accepted; a reopened one was, in an earlier round."""
    return case.accepted_at is not None or case.round > 1


def follow_report(event: ReportReceived) -> None:
    """Start the reply clock of a report that joined a case already accepted."""
    if not event.joined:
        return
    case = cases.get(event.case_id)
    if not is_accepted(case):
        return
    scene = scene_of(case, now=event.now, actor=event.actor, reason="joined")
    answered = _is_answered(scene)
    start_for(scene, [event.report_id])
    if answered:  # the reply already stands on the page that this reporter opens
        again = scene_of(case, now=event.now, actor="system", reason="answered_before")
        for clock in again.open(REPLY):
            if clock.report_id == event.report_id:
                stop_one(again, clock)
        again.book.write()


def _is_answered(scene: Scene) -> bool:
    return any(
        clock.kind is ClockKind.FIRST_REPLY
        and clock.round == scene.case.round
        and clock.present.state is ClockState.STOPPED
        for clock in scene.book.clocks
    )


def start_for(scene: Scene, report_ids: list[int]) -> None:
    """Start and write the reply clocks of reports that have none."""
    there = {clock.report_id for clock in scene.book.clocks if clock.kind in REPLY}
    for report_id in report_ids:
        made = draft(scene, ClockKind.FIRST_REPLY, report_id=report_id)
        if made is not None and report_id not in there:
            scene.book.start(made)
    scene.book.write()


def start_replies(scene: Scene) -> None:
    """Start the clocks of the reports of an accepted case and of the cases merged into it.

    A case merged before its acceptance starts them when its parent is accepted already.
    """
    case = scene.case
    parent = cases.get(case.merged_into_id) if case.merged_into_id else None
    if parent is not None and not is_accepted(parent):
        return
    rows = db.session.scalars(
        select(Report.id)
        .join(Case, Case.id == Report.case_id)
        .where(
            or_(Case.id == case.id, Case.merged_into_id == case.id),
            Report.withdrawn_at.is_(None),
        )
        .order_by(Report.id)
    )
    start_for(scene, list(rows))


def rehome(case: Case) -> None:
    """Let the reply clocks of a merged case count with its parent, and come back when undone."""
    reports = select(Report.id).where(Report.case_id == case.id).scalar_subquery()
    db.session.execute(
        update(CLOCKS)
        .where(CLOCKS.c.report_id.in_(reports), CLOCKS.c.kind == ClockKind.FIRST_REPLY)
        .values(case_id=case.merged_into_id or case.id)
    )

"""What follows when a task begins again, with somebody else or with its own worker."""

from app.cases import queries as cases
from app.fieldwork.events import ArrivalRefused, TaskPassedOn
from app.notify import service as notify
from app.sla import service as sla
from app.sla.kinds import ClockKind

THEIRS = (
    ClockKind.SIGN_FOR, ClockKind.ARRIVE, ClockKind.HAND_BACK, ClockKind.FIRST_REPLY,
    ClockKind.CLOSURE,
)  # fmt: skip


def follow_passed_on(event: TaskPassedOn) -> None:
    """Charge what runs to the new worker, without a new beginning; tell him and the old one."""
    for kind in THEIRS:
        sla.charge(
            event.case_id, kind, event.now, unit_code=event.unit_code, staff_id=event.staff_id,
            actor=event.by,
        )  # fmt: skip
    number = cases.by_id(event.case_id).number
    for template, staff_id in (("task", event.staff_id), ("task_gone", event.before)):
        notify.enqueue(
            key=f"{number}:{template}:{event.task_id}", recipient=f"staff:{staff_id}",
            template=template, facts={"number": number}, now=event.now,
        )  # fmt: skip


def follow_refused(event: ArrivalRefused) -> None:
    """Let the arrival clock go on where the worker arrives again, else it failed; tell him."""
    sla.confirm(
        event.case_id, event.now, accepted=False, again=event.again, actor=event.by,
        reason="refused",
    )  # fmt: skip
    if event.again:
        number = cases.by_id(event.case_id).number
        notify.enqueue(
            key=f"{number}:arrival:{event.check_in_id}", recipient=f"staff:{event.staff_id}",
            template="rework", facts={"number": number}, now=event.now,
        )  # fmt: skip

"""When this happens, do that: the whole process of the service on one page (ADR 1).

Reactions to an event run in the order of the table, in the transaction of what happened.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.cases.events import CaseMoved, CaseRegraded
from app.cases.workflow import Move
from app.core.events import Reaction
from app.enforcement.events import (
    ConsequenceAdded,
    FindingSet,
    HearingAsked,
    NoPenaltyDecided,
    PenaltyDecided,
    PenaltyFiled,
    PenaltyNotified,
    PenaltyRevoked,
    PenaltyServed,
    PublicationWithdrawn,
)
from app.feedback import calls
from app.feedback.events import (
    CallEnded,
    CallWanted,
    ObjectionDecided,
    ObjectionRaised,
    Rated,
    ReopenAsked,
    ReopenDecided,
    ReviewAnswered,
    ReviewAsked,
)
from app.fieldwork import queries as tasks
from app.fieldwork import service as fieldwork
from app.fieldwork.events import (
    ArrivalConfirmed,
    ArrivalRefused,
    CheckedIn,
    FirstReplySent,
    TaskPassedOn,
    TaskSigned,
)
from app.flags import photos as flags
from app.intake import queries as intake
from app.intake.events import ReportReceived
from app.media.events import PhotoCompared
from app.notify import service as notify
from app.passed_on import follow_passed_on, follow_refused
from app.penalty_clocks import (
    follow_decision,
    follow_filing,
    follow_no_penalty,
    follow_revocation,
    start_filing,
    start_hearing,
)
from app.rewards import queries as awards
from app.rewards import service as rewards
from app.rewards.events import AwardMoved, ClaimReminder
from app.rewards.states import NOTHING_ADDED
from app.rewards.states import State as AwardState
from app.rewards.states import Step as AwardStep
from app.sla import service as sla
from app.sla.events import ClocksBreached, ClockStopped, ExtensionGranted
from app.sla.kinds import ClockKind
from app.spotchecks import service as spotchecks
from app.supervision import service as supervision
from app.supervision.events import HandedOver, HandOverReceived, OrderAnswered, OrderIssued
from app.worktime.events import CalendarLoaded

TOLD_TO_REPORTERS: dict[Move, str] = {
    Move.ACCEPT: "accepted",
    Move.REJECT: "rejected",
    Move.UPHOLD_OBJECTION: "accepted",
    Move.HAND_OVER: "news",
    Move.FEEDBACK: "news",
    Move.DEPARTMENT_RETURN: "news",
    Move.ARRIVE: "arrived",
    Move.ASK_REPORTER: "question",
    Move.SUSPEND: "news",
    Move.RESUME: "news",
    Move.CLOSE: "closed",
    Move.REOPEN: "news",
    Move.MERGE: "news",
    Move.UNMERGE: "news",
}
"""Which moves send a message, and which text; no text names the matter (R-A12)."""

TOLD_TO_WORKER: dict[Move, str] = {
    Move.ASSIGN: "task",
    Move.GRANT_HANDBACK: "task",
    Move.DEPARTMENT_RETURN: "task",
    Move.FAIL_CHECK: "rework",
}


def _tell(report_id: int, template: str, *, event: str, now: datetime, **facts: object) -> None:
    notify.enqueue(
        key=f"{event}:report:{report_id}", recipient=f"report:{report_id}", template=template,
        facts=facts, now=now,
    )  # fmt: skip


def tell_reporters(moved: CaseMoved) -> None:
    """Queue the message that a move has for every reporter of the case."""
    template = TOLD_TO_REPORTERS.get(moved.move)
    if template:
        event = f"{moved.number}:{moved.move}:{moved.now.isoformat()}"
        for report in intake.of_matter(moved.case_id):
            _tell(report.id, template, event=event, now=moved.now)


def tell_worker(moved: CaseMoved) -> None:
    """Queue the message that a move has for the worker who got the case."""
    template = TOLD_TO_WORKER.get(moved.move)
    task = tasks.current(moved.case_id) if template else None
    if template and task is not None:
        notify.enqueue(
            key=f"{moved.number}:{template}:{task.id}", recipient=f"staff:{task.staff_id}",
            template=template, facts={"number": moved.number}, now=moved.now,
        )  # fmt: skip


def starts(kind: ClockKind) -> Reaction:
    """Start a clock with an event, of what it is about."""

    def start(event: Any) -> None:
        subject = getattr(event, "subject", "")
        sla.start(event.case_id, kind, event.now, subject=subject)

    return start


def stops(kind: ClockKind) -> Reaction:
    """Stop a clock with an event, at the time at which it happened."""

    def stop(event: Any) -> None:
        at, subject = getattr(event, "at", None), getattr(event, "subject", None)
        sla.stop(event.case_id, kind, event.now, at=at, subject=subject, actor=event.by)

    return stop


def tell_answer(event: ReopenDecided | ObjectionDecided | ReviewAnswered) -> None:
    """Tell the reporter that a wish of his is answered."""
    _tell(event.report_id, "news", event=event.subject, now=event.now)


def stop_arrival(event: CheckedIn) -> None:
    """End the arrival clock at the time it happened; a grade C waits for its word."""
    sla.stop(
        event.case_id, ClockKind.ARRIVE, event.now, at=event.at, actor=event.by,
        pending=not event.counts,
    )  # fmt: skip


def count_arrival(event: ArrivalConfirmed) -> None:
    """Settle a grade C by the duty officer's word."""
    sla.confirm(event.case_id, event.now, accepted=True, actor=event.by, reason="confirmed")


def stop_first_reply(event: FirstReplySent) -> None:
    """End the reply clock: it stands on the status page and is handed to the channel."""
    sla.stop(event.case_id, ClockKind.FIRST_REPLY, event.now, actor=event.by)
    for report in intake.of_matter(event.case_id):
        _tell(report.id, "replied", event=f"reply:{event.reply_id}", now=event.now)


def end_call_back(event: CallEnded) -> None:
    """End that clock; a call that nobody needed any more counts nowhere."""
    if not event.spared:
        stops(ClockKind.CALL_BACK)(event)
        return
    sla.void(
        event.case_id, ClockKind.CALL_BACK, event.now, actor=event.by, reason="spared",
        subject=event.subject,
    )  # fmt: skip


def start_order_reply(event: OrderIssued) -> None:
    """Start the clock of the answer to a supervision order."""
    sla.start(
        event.case_id, ClockKind.SUPERVISION_REPLY, event.now, actor=event.actor,
        subject=event.subject, unit_code=event.unit_code, staff_id=event.staff_id,
    )  # fmt: skip


def tell_department(event: HandedOver) -> None:
    """Queue the message for the people of the department that got a case."""
    for staff_id in event.staff_ids:
        notify.enqueue(
            key=f"hand_over:{event.hand_over_id}:{staff_id}", recipient=f"staff:{staff_id}",
            template="hand_over", facts={"number": event.number}, now=event.now,
        )  # fmt: skip


def tell_of_extension(event: ExtensionGranted) -> None:
    """Tell every reporter of more time before the old limit is over."""
    for report in intake.of_matter(event.case_id):
        _tell(report.id, "extended", event=f"extension:{event.clock_id}", now=event.now)


AWARD_CLOCKS: dict[ClockKind, AwardState] = {
    ClockKind.REWARD_NOTICE: AwardState.ASSESSED,
    ClockKind.CLAIM: AwardState.NOTIFIED,
    ClockKind.REWARD_APPEAL: AwardState.APPEALED,
}
"""What runs from which state of an award on; the way to the notice has states between."""
ON_THE_WAY = frozenset({AwardState.PROPOSED, AwardState.REVIEWED, AwardState.APPROVED})


def follow_award(event: AwardMoved) -> None:
    """Run notice, claim and appeal clocks of an award, each until its state is left.

    Of an award that never was worth anything no notice was due.
    """
    subject = f"award:{event.award_id}"
    if event.step is AwardStep.DROP:
        sla.void(event.case_id, ClockKind.REWARD_NOTICE, event.now, actor=event.actor,
                 reason=NOTHING_ADDED, subject=subject)  # fmt: skip
    for kind, state in AWARD_CLOCKS.items():
        if event.new is state:
            award = awards.by_id(event.award_id)
            until = award.claim_due_at if award and kind is ClockKind.CLAIM else None
            sla.start(
                event.case_id, kind, event.now, actor=event.actor, subject=subject, until=until
            )
        elif not (kind is ClockKind.REWARD_NOTICE and event.new in ON_THE_WAY):
            sla.stop(event.case_id, kind, event.now, actor=event.actor, subject=subject)


def tell_of_award(event: AwardMoved) -> None:
    """Tell the reporter that a reward can be claimed."""
    if event.new is AwardState.NOTIFIED:
        event_key = f"award:{event.award_id}:notified:{event.now.isoformat()}"
        _tell(event.report_id, "reward", event=event_key, now=event.now)


def remind_of_claim(event: ClaimReminder) -> None:
    """Tell the reporter that the claim window ends."""
    event_key = f"award:{event.award_id}:remind:{event.days_left}"
    _tell(event.report_id, "reward_reminder", event=event_key, now=event.now, days=event.days_left)


AFTER_A_MOVE: tuple[Reaction, ...] = (
    fieldwork.follow, sla.follow, spotchecks.follow, tell_reporters, tell_worker,
    rewards.consider, calls.follow,
)  # fmt: skip
REACTIONS: Mapping[type, tuple[Reaction, ...]] = {
    CaseMoved: AFTER_A_MOVE,
    CaseRegraded: (sla.follow_regrade,),
    ReportReceived: (sla.follow_report,),
    TaskSigned: (stops(ClockKind.SIGN_FOR),),
    TaskPassedOn: (follow_passed_on,),
    CheckedIn: (stop_arrival,),
    ArrivalConfirmed: (count_arrival,),
    ArrivalRefused: (follow_refused,),
    FirstReplySent: (stop_first_reply,),
    FindingSet: (start_filing,),
    PenaltyFiled: (follow_filing,),
    PenaltyDecided: (follow_decision, rewards.consider),
    NoPenaltyDecided: (follow_no_penalty, rewards.consider),
    ConsequenceAdded: (rewards.consider,),
    PenaltyRevoked: (follow_revocation, rewards.consider),
    PenaltyNotified: (start_hearing,),
    HearingAsked: (stops(ClockKind.HEARING),),
    PenaltyServed: (stops(ClockKind.SERVE),),
    PublicationWithdrawn: (stops(ClockKind.WITHDRAW_PUBLICATION),),
    Rated: (calls.follow_rating,),
    CallWanted: (starts(ClockKind.CALL_BACK),),
    CallEnded: (end_call_back,),
    ReopenAsked: (starts(ClockKind.REOPEN_ANSWER),),
    ReopenDecided: (stops(ClockKind.REOPEN_ANSWER), tell_answer),
    ObjectionRaised: (starts(ClockKind.OBJECTION),),
    ObjectionDecided: (stops(ClockKind.OBJECTION), tell_answer),
    ReviewAsked: (starts(ClockKind.REVIEW),),
    ReviewAnswered: (stops(ClockKind.REVIEW), tell_answer),
    AwardMoved: (follow_award, tell_of_award),
    ClaimReminder: (remind_of_claim,),
    CalendarLoaded: (sla.follow_calendar,),
    ClocksBreached: (supervision.on_breaches,),
    ClockStopped: (supervision.on_end,),
    ExtensionGranted: (tell_of_extension,),
    OrderIssued: (start_order_reply,),
    OrderAnswered: (stops(ClockKind.SUPERVISION_REPLY),),
    HandedOver: (tell_department,),
    HandOverReceived: (stops(ClockKind.DEPARTMENT_RECEIPT),),  # from then on closure is theirs
    PhotoCompared: (flags.consider,),
}

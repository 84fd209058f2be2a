"""Who is told when a limit expired and nobody acted (domain.md §4.1); pure."""

from dataclasses import dataclass
from enum import StrEnum

from app.accounts.permissions import Role


class UrgeLevel(StrEnum):
    """How far the pressure on one expired clock has gone."""

    BREACH = "breach"  # 催办, at once
    ORDER = "order"  # 督办单 to the leader
    NOTICE = "notice"  # 通报


class OrderState(StrEnum):
    """How far a supervision order is."""

    OPEN = "open"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a level tells whom, and what follows how many working days after the expiry."""

    template: str
    then: UrgeLevel | None = None
    after_working_days: int = 0


STEPS: dict[UrgeLevel, Step] = {
    UrgeLevel.BREACH: Step(template="urge", then=UrgeLevel.ORDER, after_working_days=1),
    UrgeLevel.ORDER: Step(
        template="supervision_order", then=UrgeLevel.NOTICE, after_working_days=5
    ),
    UrgeLevel.NOTICE: Step(template="public_notice"),
}
REPLY_WORKING_DAYS = 2
QUIET = frozenset({"hand_back", "claim", "hearing"})
"""Windows of a right: their end urges nobody."""

UNORDERED = frozenset({"recheck_30", "recheck_90"})
"""A second look is its inspector's: an order would go to the unit that handled the case."""

OFFICES: dict[str, tuple[Role, ...]] = {
    "accept": (Role.DESK, Role.DESK_LEAD),
    "accept_outer": (Role.DESK_LEAD,),
    "dispatch": (Role.DISPATCHER, Role.DUTY_OFFICER),
    "check": (Role.CHECKER,),
    "close": (Role.DESK_LEAD,),
    "filing": (Role.OFFICER,),
    "decision": (Role.OFFICER,),
    "serve": (Role.OFFICER,),
    "withdraw_publication": (Role.OFFICER,),
    "call_back": (Role.CALLER,),
    "reward_notice": (Role.REWARD_CLERK,),
    "reward_appeal": (Role.APPROVER,),
    "reopen_answer": (Role.SUPERVISOR,),
    "objection": (Role.SUPERVISOR,),
    "review": (Role.SUPERVISOR,),
    "department_receipt": (Role.DEPARTMENT, Role.DISPATCHER),
    "department_feedback": (Role.DEPARTMENT, Role.DISPATCHER),
}
UNIT_LEADS = (Role.GRID_LEAD,)
LOCAL = frozenset({Role.GRID_LEAD, Role.DEPARTMENT})
"""Roles that are told of their own unit's clocks only."""


def roles_told(level: UrgeLevel, kind: str) -> tuple[Role, ...]:
    """Return who is told of an expired clock of the kind when no person holds it, or above him."""
    if level is UrgeLevel.BREACH:
        return OFFICES.get(kind, UNIT_LEADS)
    if level is UrgeLevel.ORDER:
        return (*UNIT_LEADS, Role.APPROVER)
    return (*UNIT_LEADS, Role.APPROVER, Role.SUPERVISOR)


def tells_holder(level: UrgeLevel) -> bool:
    """Say whether the person who holds the clock is told as well, or instead of his office."""
    return level in (UrgeLevel.BREACH, UrgeLevel.ORDER)

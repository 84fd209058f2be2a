"""Who may do what: one pure table of roles and verbs (domain.md §11); what is not here is refused.

The table cannot say that one *person* must not do two things to the same matter (handler and
checker, two of proposer, approver and payer, requester and custodian): the service that owns the
matter compares `Staff.person_index`, because one person may hold two accounts.
"""

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """What a member of staff is; one may hold several."""

    DESK = "desk"
    DESK_LEAD = "desk_lead"
    DISPATCHER = "dispatcher"
    DUTY_OFFICER = "duty_officer"
    GRID_WORKER = "grid_worker"
    GRID_LEAD = "grid_lead"
    STEWARD = "steward"
    OFFICER = "officer"
    DEPARTMENT = "department"
    CHECKER = "checker"
    CALLER = "caller"
    LEGAL = "legal"
    REWARD_CLERK = "reward_clerk"
    APPROVER = "approver"
    FINANCE = "finance"
    SUPERVISOR = "supervisor"
    CUSTODIAN = "custodian"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"


class Verb(StrEnum):
    """One thing that a page or an action needs leave for."""

    SELF = "self"
    # worker
    TASK_READ = "task_read"
    TASK_WORK = "task_work"
    TASK_REASSIGN = "task_reassign"
    PATROL = "patrol"
    ASSIST = "assist"
    # desk
    CASE_READ = "case_read"
    DESK_READ = "desk_read"
    REPORT_ENTER = "report_enter"
    REPORT_IMPORT = "report_import"
    CASE_ACCEPT = "case_accept"
    CASE_ASK = "case_ask"
    CASE_REJECT_PROPOSE = "case_reject_propose"
    CASE_REJECT_APPROVE = "case_reject_approve"
    CASE_MERGE = "case_merge"
    CASE_RELEASE = "case_release"
    CASE_ASSIGN = "case_assign"
    CASE_HAND_OVER = "case_hand_over"
    CASE_CHECK = "case_check"
    CASE_CLOSE = "case_close"
    CASE_CLOSE_URGENT = "case_close_urgent"
    CALL_BACK = "call_back"
    DEPARTMENT_WORK = "department_work"
    APPROVALS_READ = "approvals_read"
    ARRIVAL_CONFIRM = "arrival_confirm"
    HANDBACK_DECIDE = "handback_decide"
    STORM_SUSPEND = "storm_suspend"
    EXTENSION_DECIDE = "extension_decide"
    SUSPENSION_DECIDE = "suspension_decide"
    # enforcement
    ENF_READ = "enf_read"
    FINDING_PROPOSE = "finding_propose"
    FINDING_SET = "finding_set"
    PENALTY_RECORD = "penalty_record"
    LEGAL_REVIEW = "legal_review"
    EVIDENCE_READ = "evidence_read"
    # rewards
    REWARD_READ = "reward_read"
    REWARD_PROPOSE = "reward_propose"
    REWARD_REVIEW = "reward_review"
    REWARD_APPROVE = "reward_approve"
    VOUCHER_CHECK = "voucher_check"
    APPEAL_DECIDE = "appeal_decide"
    # flags
    FLAG_READ = "flag_read"
    FLAG_ANSWER = "flag_answer"
    # custody
    PAYOUT_READ = "payout_read"
    REWARD_PAY = "reward_pay"
    IDENTITY_READ = "identity_read"
    IDENTITY_REQUEST = "identity_request"
    IDENTITY_APPROVE = "identity_approve"
    IDENTITY_OPEN = "identity_open"
    # supervisor
    RATES_READ = "rates_read"
    OVERDUE_READ = "overdue_read"
    ORDER_SEND = "order_send"
    REOPEN_DECIDE = "reopen_decide"
    OBJECTION_DECIDE = "objection_decide"
    REVIEW_DECIDE = "review_decide"
    EXCLUDE_PROPOSE = "exclude_propose"
    EXCLUDE = "exclude"
    SPOT_CHECK = "spot_check"
    SPOT_REDRAW = "spot_redraw"
    PATROL_PLAN = "patrol_plan"
    BRIEFING_READ = "briefing_read"
    BRIEFING_MAKE = "briefing_make"
    EXPORT = "export"
    # administrators
    STAFF_READ = "staff_read"
    STAFF_ADMIN = "staff_admin"
    AREAS_ADMIN = "areas_admin"
    CATEGORIES_ADMIN = "categories_admin"
    TEXTS_ADMIN = "texts_admin"
    JOBS_READ = "jobs_read"
    POLICY_READ = "policy_read"
    POLICY_ADMIN = "policy_admin"
    POLICY_ACTIVATE = "policy_activate"
    CALENDAR_ADMIN = "calendar_admin"
    RULES_READ = "rules_read"
    RULES_PROPOSE = "rules_propose"
    RULES_ACTIVATE = "rules_activate"
    AUDIT_READ = "audit_read"
    AUDIT_VERIFY = "audit_verify"


R, V = Role, Verb
ROLES: dict[Role, frozenset[Verb]] = {
    R.DESK: frozenset({
        V.SELF, V.DESK_READ, V.CASE_READ, V.REPORT_ENTER, V.REPORT_IMPORT, V.CASE_ACCEPT,
        V.CASE_ASK, V.CASE_REJECT_PROPOSE, V.CASE_RELEASE, V.FLAG_READ,
    }),
    R.DESK_LEAD: frozenset({
        V.SELF, V.DESK_READ, V.CASE_READ, V.REPORT_ENTER, V.REPORT_IMPORT, V.CASE_ACCEPT,
        V.CASE_ASK, V.CASE_REJECT_APPROVE, V.CASE_MERGE, V.CASE_RELEASE, V.CASE_CLOSE,
        V.APPROVALS_READ, V.EXCLUDE_PROPOSE, V.RATES_READ, V.FLAG_READ, V.FLAG_ANSWER,
    }),
    R.DISPATCHER: frozenset({
        V.SELF, V.DESK_READ, V.CASE_READ, V.CASE_ASSIGN, V.CASE_HAND_OVER, V.EXCLUDE_PROPOSE,
    }),
    R.DUTY_OFFICER: frozenset({
        V.SELF, V.DESK_READ, V.CASE_READ, V.CASE_ASSIGN, V.CASE_HAND_OVER, V.APPROVALS_READ,
        V.ARRIVAL_CONFIRM, V.HANDBACK_DECIDE, V.STORM_SUSPEND,
    }),
    R.GRID_WORKER: frozenset({V.SELF, V.TASK_READ, V.TASK_WORK, V.PATROL}),
    R.GRID_LEAD: frozenset({V.SELF, V.TASK_READ, V.TASK_WORK, V.PATROL, V.TASK_REASSIGN}),
    R.STEWARD: frozenset({V.SELF, V.ASSIST}),
    R.OFFICER: frozenset({
        V.SELF, V.CASE_READ, V.ENF_READ, V.FINDING_PROPOSE, V.PENALTY_RECORD, V.EVIDENCE_READ,
        V.TASK_READ, V.TASK_WORK,
    }),
    R.DEPARTMENT: frozenset({V.SELF, V.DEPARTMENT_WORK}),
    R.CHECKER: frozenset({
        V.SELF, V.DESK_READ, V.CASE_READ, V.CASE_CHECK, V.FINDING_SET, V.ENF_READ,
        V.FLAG_READ, V.FLAG_ANSWER,
    }),
    R.CALLER: frozenset({V.SELF, V.DESK_READ, V.CASE_READ, V.CALL_BACK}),
    R.LEGAL: frozenset({
        V.SELF, V.CASE_READ, V.ENF_READ, V.LEGAL_REVIEW, V.EVIDENCE_READ, V.REWARD_READ,
        V.REWARD_REVIEW, V.FLAG_READ, V.FLAG_ANSWER,
    }),
    R.REWARD_CLERK: frozenset({
        V.SELF, V.CASE_READ, V.REWARD_READ, V.REWARD_PROPOSE, V.VOUCHER_CHECK, V.RULES_READ,
        V.RULES_PROPOSE, V.FLAG_READ, V.FLAG_ANSWER,
    }),
    R.APPROVER: frozenset({
        V.SELF, V.CASE_READ, V.DESK_READ, V.APPROVALS_READ, V.EXTENSION_DECIDE,
        V.SUSPENSION_DECIDE, V.CASE_CLOSE_URGENT, V.REWARD_READ, V.REWARD_APPROVE, V.APPEAL_DECIDE,
        V.POLICY_READ, V.POLICY_ACTIVATE, V.RULES_READ, V.RULES_ACTIVATE, V.RATES_READ,
        V.OVERDUE_READ, V.BRIEFING_READ, V.SPOT_REDRAW, V.FLAG_READ, V.FLAG_ANSWER,
    }),
    R.FINANCE: frozenset({V.SELF, V.PAYOUT_READ, V.REWARD_PAY}),
    R.SUPERVISOR: frozenset({
        V.SELF, V.CASE_READ, V.RATES_READ, V.OVERDUE_READ, V.ORDER_SEND, V.REOPEN_DECIDE,
        V.OBJECTION_DECIDE, V.REVIEW_DECIDE, V.EXCLUDE, V.SPOT_CHECK, V.SPOT_REDRAW,
        V.PATROL_PLAN, V.BRIEFING_READ, V.BRIEFING_MAKE, V.EXPORT, V.FLAG_READ, V.FLAG_ANSWER,
    }),
    R.CUSTODIAN: frozenset({
        V.SELF, V.IDENTITY_READ, V.IDENTITY_REQUEST, V.IDENTITY_APPROVE, V.IDENTITY_OPEN,
    }),
    R.SYSTEM_ADMIN: frozenset({
        V.SELF, V.STAFF_READ, V.STAFF_ADMIN, V.AREAS_ADMIN, V.CATEGORIES_ADMIN, V.TEXTS_ADMIN,
        V.JOBS_READ,
    }),
    R.SECURITY_ADMIN: frozenset({
        V.SELF, V.POLICY_READ, V.POLICY_ADMIN, V.CALENDAR_ADMIN, V.RULES_READ, V.RULES_PROPOSE,
    }),
    R.AUDIT_ADMIN: frozenset({V.SELF, V.STAFF_READ, V.AUDIT_READ, V.AUDIT_VERIFY, V.JOBS_READ}),
}  # fmt: skip

FRESH: frozenset[Verb] = frozenset({
    V.IDENTITY_REQUEST, V.IDENTITY_APPROVE, V.IDENTITY_OPEN, V.REWARD_APPROVE, V.REWARD_PAY,
    V.EXPORT, V.STAFF_ADMIN, V.POLICY_ACTIVATE, V.RULES_ACTIVATE,
})  # fmt: skip
"""What asks for a second factor not older than five minutes (R-S9)."""

LOCAL: frozenset[Role] = frozenset({R.GRID_WORKER, R.GRID_LEAD, R.STEWARD, R.DEPARTMENT})
"""Roles that see their own township (or department) only."""

TOWNSHIP_DIGITS = 9


def verbs_of(roles: Iterable[Role]) -> frozenset[Verb]:
    """Return all that these roles may do together."""
    return frozenset().union(*(ROLES[role] for role in roles))


def may(roles: Iterable[Role], verb: Verb) -> bool:
    """Say whether one of the roles grants the verb."""
    return any(verb in ROLES[role] for role in roles)


def who_may(verb: Verb) -> tuple[Role, ...]:
    """Return the roles that hold the verb, so that a refusal can name them."""
    return tuple(role for role, verbs in ROLES.items() if verb in verbs)


def covers(roles: Iterable[Role], own_area: str, area: str | None) -> bool:
    """Say whether a person of these roles sees matters of `area` (a township, grid or department).

    The county's offices see all; local roles their own township or department.
    """
    if any(role not in LOCAL for role in roles):
        return True
    if not area or not own_area:
        return False
    return own_area[:TOWNSHIP_DIGITS] == area[:TOWNSHIP_DIGITS]

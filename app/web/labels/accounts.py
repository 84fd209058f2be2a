"""Words for roles and states of staff (domain.md §11), and for heads of the audit chain."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

LABELS: dict[str, dict[str, LazyString]] = {
    "HeadWord": {
        "agrees": _l("agrees"),
        "differs": _l("differs from the chain"),
        "missing": _l("the chain does not reach so far"),
        "forged": _l("not signed by this service"),
    },
    "Role": {
        "desk": _l("Intake clerk"),
        "desk_lead": _l("Desk lead"),
        "dispatcher": _l("Dispatcher"),
        "duty_officer": _l("Duty officer"),
        "grid_worker": _l("Grid worker"),
        "grid_lead": _l("Grid lead"),
        "steward": _l("Environmental steward"),
        "officer": _l("Enforcement officer"),
        "department": _l("Partner department"),
        "checker": _l("Checker"),
        "caller": _l("Call-back clerk"),
        "legal": _l("Legal reviewer"),
        "reward_clerk": _l("Reward clerk"),
        "approver": _l("Approver"),
        "finance": _l("Finance"),
        "supervisor": _l("Supervisor"),
        "custodian": _l("Identity custodian"),
        "system_admin": _l("System administrator"),
        "security_admin": _l("Security administrator"),
        "audit_admin": _l("Audit administrator"),
    },
    "Status": {
        "working": _l("On duty"),
        "detached": _l("Lent out"),
        "leave": _l("On leave"),
        "other": _l("Otherwise away"),
    },
}

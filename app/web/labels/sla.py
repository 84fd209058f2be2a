"""Words for clocks (domain.md §4.1)."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

LABELS: dict[str, dict[str, LazyString]] = {
    "ClockKind": {
        "accept": _l("Acceptance"),
        "dispatch": _l("Dispatch"),
        "sign_for": _l("Sign-for"),
        "arrive": _l("Arrival"),
        "first_reply": _l("First reply"),
        "closure": _l("Closure"),
        "check": _l("Check"),
        "close": _l("Final reply"),
        "hand_back": _l("Hand-back"),
        "department_receipt": _l("Department receipt"),
        "department_feedback": _l("Department feedback"),
        "call_back": _l("Call-back"),
        "filing": _l("Filing"),
        "decision": _l("Decision"),
        "reopen": _l("Reopen request"),
        "order": _l("Supervision order"),
    },
}

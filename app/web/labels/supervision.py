"""Words for urging and orders."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

LABELS: dict[str, dict[str, LazyString]] = {
    "UrgeLevel": {
        "breach": _l("Reminder"),
        "order": _l("Supervision order"),
        "notice": _l("Public notice"),
    },
    "JobAction": {
        "clock.urge": _l("Reminder"),
        "clock.supervision_order": _l("Supervision order"),
        "clock.public_notice": _l("Public notice"),
        "clock.again": _l("Looked at again"),
        "urge.again": _l("Looked at again"),
        "storm.begin": _l("Clocks stopped by a storm"),
        "storm.end": _l("Clocks run again after a storm"),
    },
    "Department": {
        "d-law": _l("Urban management and law enforcement"),
        "d-build": _l("Housing and construction"),
        "d-police": _l("Police"),
        "d-water": _l("Water resources"),
        "d-farm": _l("Agriculture"),
        "d-road": _l("Transport"),
        "d-land": _l("Natural resources and planning"),
        "d-market": _l("Market supervision"),
        "d-health": _l("Health"),
        "d-port": _l("Maritime and port affairs"),
        "d-park": _l("Industrial park office"),
    },
    "HandOverState": {
        "open": _l("Not yet received"),
        "received": _l("Received, works on it"),
        "answered": _l("Feedback is in"),
        "returned": _l("Returned"),
        "called_back": _l("Called back"),
    },
    "OrderState": {"open": _l("Waits for its answer"), "answered": _l("Answered")},
}

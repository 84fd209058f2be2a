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
    "OrderState": {"open": _l("Waits for its answer"), "answered": _l("Answered")},
}

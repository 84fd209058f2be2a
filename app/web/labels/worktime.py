"""Words for days and units of time limits."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

LABELS: dict[str, dict[str, LazyString]] = {
    "DayKind": {
        "workday": _l("Working day"),
        "rest": _l("Day of rest"),
        "holiday": _l("Public holiday"),
        "makeup": _l("Made-up working day"),
    },
    "TimeUnit": {
        "min": _l("minutes"),
        "h": _l("hours"),
        "wh": _l("office hours"),
        "wd": _l("working days"),
        "nd": _l("natural days"),
    },
}

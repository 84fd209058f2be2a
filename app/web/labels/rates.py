"""Words for the five rates, in their order."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

LABELS: dict[str, dict[str, LazyString]] = {
    "Rate": {
        "arrival": _l("Arrival rate"),
        "reply": _l("Reply rate"),
        "closure": _l("Closure rate"),
        "penalty": _l("Penalty rate"),
        "satisfaction": _l("Satisfaction rate"),
    },
}

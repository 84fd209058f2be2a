"""Words for the five rates, in their order: names, what is counted, why a record is left out."""

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
    "RateGood": {
        "arrival": _l("Arrived in time"),
        "reply": _l("Replied in time"),
        "closure": _l("Closed in time"),
        "penalty": _l("Measure taken in time"),
        "satisfaction": _l("Satisfied"),
    },
    "RateAll": {
        "arrival": _l("Visits due"),
        "reply": _l("Replies due"),
        "closure": _l("Closures due"),
        "penalty": _l("Punishable, due"),
        "satisfaction": _l("Valid ratings"),
    },
    "Exclusion": {
        "no_visit": _l("No visit needed"),
        "test": _l("Test report"),
        "withdrawn": _l("Withdrawn by the reporter"),
        "refuses_reply": _l("Reporter wants no reply"),
        "rejected": _l("Not accepted, with a second person"),
        "merged": _l("Merged into another case"),
        "no_penalty": _l("No penalty by law"),
    },
}

"""Words for ratings and call-backs."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

LABELS: dict[str, dict[str, LazyString]] = {
    "Solved": {"yes": _l("Solved"), "partly": _l("Partly solved"), "no": _l("Not solved")},
    "Satisfaction": {
        "very": _l("Very satisfied"),
        "satisfied": _l("Satisfied"),
        "mostly": _l("Mostly satisfied"),
        "dissatisfied": _l("Dissatisfied"),
        "very_dissatisfied": _l("Very dissatisfied"),
    },
}

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
    "RatingReason": {
        "nobody_came": _l("Nobody came"),
        "not_solved": _l("It is not solved"),
        "partly": _l("Partly solved"),
        "came_back": _l("It came back"),
        "reply_unclear": _l("The reply is not clear"),
    },
    "RequestState": {
        "open": _l("Waits for an answer"),
        "granted": _l("Granted"),
        "refused": _l("Refused"),
    },
}

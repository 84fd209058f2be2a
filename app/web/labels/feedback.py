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
    "CallReason": {
        "urgent": _l("Urgent case"),
        "dissatisfied": _l("Dissatisfied"),
        "sample": _l("Drawn for this month"),
    },
    "CallState": {
        "open": _l("To be called"),
        "answered": _l("Answered"),
        "not_reached": _l("Not reached"),
        "declined": _l("Did not want to talk"),
        "spared": _l("Rated by code, or taken up again"),
    },
    "CallOutcome": {
        "answered": _l("Answered"),
        "no_answer": _l("Nobody answered, or busy"),
        "declined": _l("Did not want to talk"),
        "wrong_number": _l("Wrong number"),
    },
}

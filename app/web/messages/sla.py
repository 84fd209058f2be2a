"""Sentences for what `sla` refuses."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

MESSAGES: dict[str, LazyString] = {
    "no_such_clock": _l("There is no such time limit."),
    "no_such_extension": _l("There is no such request."),
    "extension_length": _l("An extension is at least 1 and at most %(most)s."),
    "extension_once": _l("An extension was asked for before; there is only one."),
    "storm_warning": _l("Please write the number of the warning."),
    "storm_area": _l("Please choose at least one township."),
    "clock_expired": _l("The time limit is over; it cannot be extended any more."),
    "no_such_suspension": _l("There is no such request."),
    "not_restable": _l("Case %(number)s cannot rest at this step."),
    "suspension_asked": _l("Somebody asked for this already; it waits for a decision."),
    "pause_reason": _l("Please choose why it rests."),
    "pause_words": _l("Please write what the reporter is told, at least %(least)s characters."),
    "pause_evidence": _l("Please name the paper that shows it."),
    "no_such_policy": _l("There is no such version."),
    "policy_day": _l("The first day has to lie ahead: tomorrow or later."),
    "policy_same": _l("These limits are the ones that hold on that day; nothing would change."),
    "policy_changed": _l("This version was put in force or taken back meanwhile."),
    "feedback_day": _l("Please choose a day from tomorrow to %(last)s."),
    "review_on": _l("Please choose a day from tomorrow to %(last)s."),
}

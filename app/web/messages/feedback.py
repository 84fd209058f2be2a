"""Sentences for what `feedback` refuses."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

MESSAGES: dict[str, LazyString] = {
    "no_such_request": _l("There is no such request."),
    "solved_missing": _l("Please say whether the problem is solved."),
    "satisfaction_missing": _l("Please say how satisfied you are."),
    "rating_not_open": _l("Case %(number)s cannot be rated now."),
    "reopen_asked": _l("You have asked for this already. The answer will come."),
    "no_such_call": _l("There is no such call-back."),
    "call_over": _l("This call-back is over; nobody need call again."),
    "call_first": _l("Please let yourself be connected first."),
    "no_such_objection": _l("There is no such objection."),
    "objection_words": _l("Please write why it should be taken up, at least %(least)s characters."),
    "objection_not_open": _l("The rejection of case %(number)s cannot be objected to now."),
    "objected_before": _l("You have objected before. It is possible once."),
    "objection_own": _l("Who had a part in the rejection does not answer the objection."),
    "answer_missing": _l("Please write an answer to the reporter."),
}

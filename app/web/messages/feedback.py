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
    "answer_missing": _l("Please write an answer to the reporter."),
}

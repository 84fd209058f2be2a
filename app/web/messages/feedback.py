"""Sentences for what `feedback` refuses."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

MESSAGES: dict[str, LazyString] = {
    "solved_missing": _l("Say whether it is solved."),
    "satisfaction_missing": _l("Say how satisfied you are."),
    "rating_not_open": _l("This case can be rated for 30 days after it is closed."),
    "reopen_asked": _l("You have asked for this already; the answer is on its way."),
    "no_such_request": _l("There is no such request."),
    "answer_missing": _l("Write the answer that the reporter will read."),
}

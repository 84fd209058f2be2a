"""Sentences for what `supervision` refuses."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

MESSAGES: dict[str, LazyString] = {
    "requirement_missing": _l("Please write what is required."),
    "cases_missing": _l("Please choose 1 to %(most)s cases."),
    "no_such_order": _l("There is no such supervision order."),
    "no_such_hand_over": _l("There is no such hand-over, or it is not for this account."),
    "hand_over_changed": _l("This hand-over is at another step by now. Please look at it again."),
    "matter_missing": _l(
        "Please write what the department is to do, at least %(least)s characters."
    ),
    "feedback_missing": _l("Please write what was found and done, at least %(least)s characters."),
    "return_reason": _l(
        "Please write why it is not this department's, at least %(least)s characters."
    ),
    "paper_missing": _l("Please write the number of the document that shows it."),
    "department_return_late": _l(
        "A department may return a case until %(until)s; after that it gives its feedback."
    ),
    "nobody_for_return": _l(
        "Nobody is on duty for case %(number)s. Please give its grid a worker first."
    ),
    "already_answered": _l("This order was answered before."),
}

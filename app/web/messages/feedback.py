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
    "no_such_review": _l("There is no such review."),
    "review_words": _l("Please write what you do not agree with, at least %(least)s characters."),
    "review_not_open": _l("A review of case %(number)s cannot be asked for now."),
    "review_before": _l("You have asked for this review before. Each is possible once."),
    "review_own": _l("Who had a part in the outcome does not answer the review."),
    "review_authority": _l("Please enter the authority that reviewed it."),
    "review_paper": _l("Please enter the number of its document."),
    "answer_missing": _l("Please write an answer to the reporter."),
}

"""Sentences for what `enforcement` refuses."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

MESSAGES: dict[str, LazyString] = {
    "no_such_penalty": _l("This case has no penalty record."),
    "penalty_not_from_here": _l("The record is not at the step where this can be done."),
    "penalty_changed": _l("Somebody changed the record in the meantime. Please look at it again."),
    "not_punishable": _l("Case %(number)s was not found punishable in our competence."),
    "already_filed": _l("This round of case %(number)s has a record already."),
    "no_such_round": _l("Case %(number)s has no such round."),
    "already_recorded": _l("This was recorded already."),
    "measure_missing": _l("Please choose the measure."),
    "filing_no_missing": _l("Please enter the filing number."),
    "filing_no_used": _l("This filing number belongs to another record."),
    "document_no_missing": _l("Please enter the number of the document."),
    "document_no_used": _l("This number belongs to another document."),
    "cause_missing": _l("Please enter the cause of action."),
    "party_missing": _l("Please enter the party."),
    "legal_basis_missing": _l("Please enter the legal basis."),
    "credit_code_wrong": _l(
        "The credit code does not fit its check digit. Please compare it again."
    ),
    "two_officers": _l("Two certified officers are needed."),
    "limitation_over": _l("The time within which this can be punished is over."),
    "amount_missing": _l("Please enter the amount."),
    "amount_too_big": _l("The amount is too large. Please check the zeros."),
    "kinds_missing": _l("Please choose at least one kind of penalty."),
    "fine_and_amount": _l("An amount and the penalty “fine” belong together."),
    "notice_first": _l(
        "The party has to be told of its rights before a decision. Please record the notice on the "
        "page of the case, then the decision."
    ),
    "notice_needed": _l("Please record what the party is told with the form of the notice."),
    "hearing_word_missing": _l("Please say why you decide on the hearing against the rule."),
    "hearing_open": _l(
        "The party may ask for a hearing until %(until)s. Please wait, or confirm that it waived "
        "the hearing or was heard."
    ),
    "statement_open": _l(
        "The party may state its case until %(until)s. Please wait, or confirm that it waived this "
        "or was heard."
    ),
    "hearing_asked": _l(
        "The party asked for a hearing. Please hold it first, or confirm that it waived the "
        "hearing or was heard."
    ),
    "heavier_amount": _l(
        "The fine is higher than what the party was told. Please give it a new notice on the page "
        "of the case first, then decide."
    ),
    "heavier_kinds": _l(
        "The party was not told of one of these kinds of penalty. Please give it a new notice on "
        "the page of the case first, then decide."
    ),
    "notice_reason": _l(
        "Please say in %(least)s characters or more what was wrong in the notice before."
    ),
    "notice_changed": _l(
        "Somebody told the party something else in the meantime. Please look at the notice again."
    ),
    "service_way_missing": _l("Please choose how it was served."),
    "service_needed": _l("Please record the day and the way of the service."),
    "day_missing": _l("Please enter the day."),
    "day_too_early": _l("The day lies before %(first)s. Please correct it."),
    "nothing_published": _l("Nothing of a revoked decision is published in this case."),
    "decision_needed": _l("A decision must be recorded first."),
    "finding_not_now": _l("A finding cannot be proposed for case %(number)s at this step."),
    "finding_is_set": _l("The finding of case %(number)s is set already."),
    "grounds_missing": _l("Please write the grounds."),
    "punishable_unverified": _l("What was not verified cannot be punishable."),
}

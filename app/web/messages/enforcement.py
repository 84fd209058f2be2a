"""Sentences for what `enforcement` refuses."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

MESSAGES: dict[str, LazyString] = {
    "finding_not_now": _l("A finding cannot be set while the case stands like this."),
    "finding_is_set": _l("The finding of this round is set already."),
    "grounds_missing": _l("Write what the finding rests on."),
    "punishable_unverified": _l("What was not confirmed cannot be punishable."),
    "not_punishable": _l("The finding does not say that this is ours to punish."),
    "measure_missing": _l("Choose the measure that was taken."),
    "filing_no_missing": _l("Enter the filing number, or the receipt of the police."),
    "party_missing": _l("Enter the party."),
    "cause_missing": _l("Enter the cause."),
    "legal_basis_missing": _l("Enter the article."),
    "two_officers": _l("Enter the numbers of at least two officers."),
    "credit_code_wrong": _l("This credit code is not right: compare all 18 signs."),
    "date_in_future": _l("This day is still to come."),
    "limitation_over": _l("The limitation for this violation is over."),
    "already_filed": _l("There is a record for this case already."),
    "filing_no_used": _l("This filing number is used by another case."),
    "document_no_used": _l("This document number is used by another case."),
    "decision_needed": _l("This step needs a decision with its document."),
    "amount_missing": _l("Enter the fine in yuan; 0 where there is none."),
    "amount_too_big": _l("This amount is too big: compare the digits."),
    "kinds_missing": _l("Choose the kind of penalty."),
    "fine_and_amount": _l("A fine and its amount go together."),
    "document_no_missing": _l("Enter the document number."),
    "no_such_penalty": _l("There is no enforcement record for this case."),
    "penalty_not_from_here": _l("The record does not allow this step now."),
    "penalty_changed": _l("Somebody else changed this record meanwhile."),
    "already_recorded": _l("This is recorded already."),
}

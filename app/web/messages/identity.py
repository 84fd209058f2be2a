"""Sentences for what `identity` refuses."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

MESSAGES: dict[str, LazyString] = {
    "no_such_target": _l("There is no case and no voucher with this number. Please compare it."),
    "claim_secret_easy": _l("This is too easy to guess; please choose other digits"),
    "claim_secret_form": _l("Please enter six digits"),
    "claim_secret_locked": _l("Five wrong tries: the claim secret is closed for a day."),
    "claim_secret_missing": _l("No claim secret is set yet. Please set one first."),
    "claim_secret_set": _l("A claim secret is set already; it cannot be changed."),
    "claim_secret_wrong": _l(
        "The claim secret is wrong. After five wrong tries it is closed for a day."
    ),
    "code_not_drawn": _l("No code could be made. Nothing was stored; please send it again."),
    "custodian_only": _l("Only a custodian may do this."),
    "custody_missing": _l(
        "This service has no custodian's key yet, so it keeps no bank details. "
        "Please choose another way."
    ),
    "payee_minor": _l("Below 14 years a guardian collects: please enter the guardian's details."),
    "identity_number_invalid": _l("This identity number does not add up; please check it"),
    "no_contact": _l("No contact was left for this report."),
    "no_payee": _l("Nobody is to be paid for this award."),
    "no_such_opening": _l("There is no such request."),
    "opening_decided": _l("This request was already decided."),
    "opening_of_another": _l("Only who asked may open it."),
    "opening_over": _l("The time to open it is over. Please ask again."),
    "no_such_relative": _l("There is no such declaration."),
    "relative_declared": _l("This number stands in your declarations already."),
    "relative_is_self": _l("This is your own number; staff are known already."),
    "relative_missing": _l("Please enter an identity number or a phone number."),
    "relative_withdrawn": _l("This declaration was withdrawn before."),
    "relatives_full": _l("You have declared %(n)s people; please withdraw who is wrong first."),
    "payee_is_near": _l(
        "Staff and their near relatives cannot collect a reward, for others neither. "
        "Please let somebody else collect it; the reward stands."
    ),
    "payee_is_staff": _l("Staff cannot collect a reward."),
    "payee_missing": _l("Please enter who is to be paid and where."),
    "phone_invalid": _l("This is not a mobile number; please check it"),
    "reason_short": _l("Please give a reason of at least %(shortest)s characters."),
    "unsealable": _l("This can no longer be opened."),
}  # fmt: skip

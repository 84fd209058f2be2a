"""Sentences for what `rewards` refuses."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

MESSAGES: dict[str, LazyString] = {
    "no_such_award": _l("There is no such award."),
    "no_such_rule_set": _l("There is no such rule set."),
    "no_such_level": _l("There is no such rung of the ladder."),
    "award_already": _l("Already handled: somebody was quicker. Please look at it again."),
    "checks_open": _l(
        "%(n)s conditions are not answered or do not hold. Please answer the list first."
    ),
    "check_not_yours": _l("This condition comes from the records and is not answered by hand."),
    "check_missing": _l("Please say whether this condition holds."),
    "check_words_missing": _l("Please write by what it is shown, or a link."),
    "check_words_long": _l("Please use %(most)s characters at most."),
    "report_gone": _l("The report was withdrawn or stands in another case now."),
    "nothing_to_pay": _l("There is nothing to pay."),
    "clerk_day_full": _l("One clerk proposes at most %(n)s awards or 100,000 yuan a day."),
    "fact_not_yours": _l("%(name)s comes from the records and is not stated by hand."),
    "facts_fault": _l("The facts cannot be read: %(fault)s"),
    "bar_reason": _l("Please choose a reason."),
    "level_too_low": _l("The amount needs a higher rung of the approval ladder."),
    "review_missing": _l("The amount needs a review before its approval."),
    "minutes_missing": _l("Please enter the number of the meeting's minutes."),
    "approval_void": _l(
        "Payee, amount or rules have changed since the approval: it has to be approved anew."
    ),
    "second_approver_needed": _l(
        "More than %(n)s payouts to one payee in a month need a second approver."
    ),
    "claim_over": _l("The time to collect is over."),
    "claim_secret_wrong": _l("The claim secret is wrong."),
    "way_not_allowed": _l("The rules do not allow this way."),
    "appealed_before": _l("An objection was made before; it is heard once."),
    "ledger_differs": _l(
        "The last daily close shows a difference: nothing more can be paid until one agrees."
    ),
    "bank_contradicts": _l(
        "The bank's answers contradict one another: nothing more can be paid until somebody has"
        " settled it."
    ),
    "settle_first": _l("Please note first what was found out."),
    "settle_second_person": _l("You noted it: another person has to confirm it."),
    "no_such_batch": _l("There is no such batch."),
    "batch_empty": _l("Nothing that is claimed can go into a batch now."),
    "batch_not_asked": _l("Please ask another custodian first."),
    "batch_not_sent": _l("The file for the bank was not made yet."),
    "batch_file_differs": _l(
        "The file would differ from the one that was made first. Please tell the system's"
        " administrator; do not pay by hand."
    ),
    "in_batch": _l("It stands in a batch as %(reference)s: only the bank's answer moves it on."),
    "result_large": _l("The file is too large."),
    "result_no_csv": _l("A CSV file with these columns is expected: %(columns)s."),
    "result_word": _l("Line %(n)s: the result is one of %(words)s."),
    "result_bank_ref": _l("Line %(n)s: a payment needs the bank's number, 60 signs at most."),
    "result_foreign": _l("Line %(n)s: %(reference)s is not in this batch."),
    "result_amount": _l("Line %(n)s: the amount is not that of the batch, %(yuan)s yuan."),
    "reference_missing": _l("Please enter the number of the payment."),
    "reference_used": _l("This number was used before, for voucher %(voucher)s."),
    "idem_key_reused": _l("This form was sent before with other content."),
    "key_missing": _l("Please load the page again and send it once more."),
    "rule_cases_fail": _l("%(n)s of the version's own test cases fail."),
    "rule_cases_missing": _l(
        "The version has no test cases of its own. Please add test_cases to the file and import it"
        " again."
    ),
    "rule_set_past": _l(
        "The first day must not be past: reports already received keep the rules of their day."
    ),
    "rule_set_no_json": _l("This is no JSON file: %(fault)s"),
    "rule_set_active": _l("This version is in force already."),
    "rule_set_fault": _l("The rule set cannot be read: %(fault)s"),
}

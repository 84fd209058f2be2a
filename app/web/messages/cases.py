"""Sentences for what `cases` refuses."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

MESSAGES: dict[str, LazyString] = {
    "no_such_case": _l("There is no such case, or it is not for this account."),
    "case_changed": _l(
        "Somebody changed case %(number)s in the meantime. Please look at it again."
    ),
    "move_not_allowed": _l("Case %(number)s is not at the step where this can be done."),
    "reason_missing": _l("Please write the reason."),
    "decision_missing": _l("Please decide."),
    "reject_reason": _l("Please choose a reason from the list."),
    "second_person": _l("A second person must decide this: not the one who asked for it."),
    "own_case": _l("Who handled a case does not check it. Please leave it to a colleague."),
    "finding_missing": _l("Please choose a finding."),
    "grid_missing": _l("Please choose a village grid."),
    "category_missing": _l("Please choose a category."),
    "nobody_on_duty": _l(
        "Nobody is on duty in the grid of case %(number)s. Please choose a worker."
    ),
    "worker_away": _l("This worker is away. Please choose somebody else."),
    "merge_target": _l("Please enter the number of another open case."),
    "merge_target_closed": _l("Case %(number)s is closed; nothing more can be joined to it."),
    "merge_chain": _l(
        "Other cases were joined to case %(number)s, so it cannot go into another one."
    ),
    "merge_parent_closed": _l(
        "Case %(number)s is closed with it; the merge cannot be undone any more."
    ),
    "ask_first": _l("Please ask the reporter one question before a report counts as too vague."),
    "reply_missing": _l("The final reply is missing. Please write it before closing."),
    "words_too_long": _l("At most %(most)s characters. Please shorten it."),
    "date_in_future": _l("The date lies in the future. Please correct it."),
    "already_decided": _l("This was decided already. Please look at it again."),
    "leader_closes": _l("An urgent or supervised case is closed by the leader."),
}

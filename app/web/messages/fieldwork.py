"""Sentences for what `fieldwork` refuses."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

MESSAGES: dict[str, LazyString] = {
    "no_such_task": _l("There is no such task."),
    "task_of_another": _l("This task is another worker's."),
    "task_changed": _l("This task has changed meanwhile: somebody else took it, or it is done."),
    "sign_first": _l("Sign for the task first."),
    "arrive_first": _l("Arrive first: without an arrival the case cannot be handed in."),
    "case_waits": _l("The case waits for something else just now. Nothing was sent."),
    "arrival_reason": _l("Write in a few words why the place or the time cannot be shown."),
    "no_such_check_in": _l("There is no such arrival."),
    "reply_element_missing": _l("Needed: without it the reply does not count."),
    "site_facts_missing": _l("Write what you found and what was done."),
    "outcome_missing": _l("Choose how it stands now."),
    "after_photo_missing": _l("Add at least one photo taken afterwards."),
    "handback_reason": _l("Write the reason in at least %(least)s characters."),
    "handback_late": _l("The time to hand this case back is over."),
    "no_such_hand_back": _l("There is no such request."),
    "new_worker_missing": _l("Choose who gets the case now."),
}

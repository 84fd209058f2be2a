"""Sentences for what `fieldwork` refuses."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

MESSAGES: dict[str, LazyString] = {
    "no_such_task": _l("There is no such task, or it is not yours."),
    "no_such_check_in": _l("There is no such arrival."),
    "no_such_hand_back": _l("There is no such request to hand back."),
    "task_of_another": _l("This task is somebody else's."),
    "task_changed": _l("The task has changed in the meantime. Please look at it again."),
    "patrol_runs": _l("You are on patrol already."),
    "patrol_over": _l("No patrol is running. Please begin one."),
    "no_such_patrol": _l("There is no such patrol."),
    "plan_worker": _l("Please choose a grid worker."),
    "plan_week": _l("Please choose this week or the next."),
    "plan_number": _l("Please enter a number of patrols from 0 to %(most)s."),
    "patrol_words": _l("Please write what is wrong here."),
    "arrival_reason": _l(
        "Please say why place or photo do not fit, so that the duty officer can confirm."
    ),
    "handback_reason": _l("Please write at least %(least)s characters of reason."),
    "handback_late": _l("Handing back was possible until %(until)s."),
    "new_worker_missing": _l("Please choose the worker who takes over."),
    "sign_first": _l("Please sign for case %(number)s first."),
    "worker_missing": _l("Please choose another worker."),
    "worker_elsewhere": _l("This worker is of another township."),
    "no_task_to_pass": _l("There is no open task left to give."),
    "hand_back_first": _l("Case %(number)s is asked back: please decide on that first."),
    "arrive_first": _l("Please record your arrival at case %(number)s first."),
    "case_waits": _l("Case %(number)s is not in your hands now."),
    "site_facts_missing": _l("Please describe what you found on site."),
    "outcome_missing": _l("Please choose the outcome."),
    "after_photo_missing": _l("A photo after the work is needed."),
    "reply_element_missing": _l("The reply needs this: acceptance, talks, measure and time limit."),
}

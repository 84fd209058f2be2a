"""Sentences for what `rates` refuses."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

MESSAGES: dict[str, LazyString] = {
    "exclusion_reason": _l("Please choose one of the reasons for leaving out."),
    "exclusion_report": _l("Please name the report whose rating is meant."),
    "already_excluded": _l("This has been asked for case %(number)s before. See the list."),
    "no_such_exclusion": _l("This request to leave out does not exist."),
    "month_wrong": _l("Please write a month like 2026-10."),
    "month_not_over": _l("%(month)s is not over yet. It can be published after its last day."),
    "month_published": _l("%(month)s is published already; a published month never changes."),
    "month_unknown": _l("%(month)s has not been published."),
}

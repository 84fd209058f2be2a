"""Sentences for what the flags' service refuses."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

MESSAGES: dict[str, LazyString] = {
    "no_such_flag": _l("There is no such flag."),
    "flag_reason_missing": _l("Please write the reason in a few words."),
    "flag_changed": _l(
        "Somebody has answered, or more has come to light. Please read the flag again."
    ),
}

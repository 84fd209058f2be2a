"""Sentences for what `notify` refuses."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

MESSAGES: dict[str, LazyString] = {
    "no_such_channel": _l("There is no such channel: %(channel)s"),
}

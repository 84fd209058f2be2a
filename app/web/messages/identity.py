"""Sentences for what `identity` refuses."""

from flask_babel import lazy_gettext as _l  # noqa: F401
from flask_babel.speaklater import LazyString

MESSAGES: dict[str, LazyString] = {}

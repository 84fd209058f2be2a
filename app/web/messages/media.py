"""Sentences for what `media` refuses: its own table of reasons, in the catalogue `photos`."""

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from app.media.reasons import REASONS

MESSAGES: dict[str, LazyString] = {key: lazy_gettext(words) for key, words in REASONS.items()}

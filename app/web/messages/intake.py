"""Sentences for what `intake` refuses."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

MESSAGES: dict[str, LazyString] = {
    "already_withdrawn": _l("This report was already withdrawn."),
    "area_unknown": _l("There is no such village. Please choose one of the list."),
    "consent_missing": _l("Please tick that we may keep the number, or stay anonymous"),
    "kind_missing": _l("Please choose a kind; “Can't say” will do"),
    "kind_unknown": _l("There is no such kind. Please choose one of the list."),
    "no_such_report": _l("There is no such report."),
    "phone_reports_today": _l(
        "Ten reports came with this number today. Please send the next one without it, or tomorrow."
    ),
    "photo_or_words": _l("Please add a photo, or write at least 5 characters"),
    "place_missing": _l("Please write the place, or tap “Locate me”"),
    "report_already_received": _l(
        "This report was already received as %(number)s; what was changed later does not count."
    ),
    "words_missing": _l("Please write something, or choose a photo"),
}  # fmt: skip

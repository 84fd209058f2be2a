"""Sentences for what `worktime` refuses."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

MESSAGES: dict[str, LazyString] = {
    "calendar_columns": _l("The file needs the columns date and kind."),
    "calendar_json": _l("The JSON file needs a list of objects with date and kind."),
    "calendar_choose": _l("Please choose a file or paste its lines."),
    "calendar_line": _l("Line %(line)s cannot be read."),
    "calendar_twice": _l("Line %(line)s: %(day)s stands there twice."),
    "calendar_makeup_weekday": _l(
        "Line %(line)s: %(day)s is no weekend, so it cannot be a make-up day."
    ),
    "calendar_too_long": _l("The file has too many days."),
    "calendar_document": _l("Please enter the number of the notice."),
    "calendar_empty": _l("The file holds no days."),
}

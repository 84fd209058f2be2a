"""Sentences for what `places` refuses."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

MESSAGES: dict[str, LazyString] = {
    "areas_invalid": _l("The file has %(more)s faults: %(faults)s"),
    "duty_rank": _l("Please choose worker or deputy."),
    "staff_missing": _l("There is no such account."),
    "no_such_area": _l("There is no such area."),
    "areas_no_json": _l("This file is not GeoJSON. Please choose another one."),
}

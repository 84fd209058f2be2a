"""Sentences for what `spotchecks` refuses."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

MESSAGES: dict[str, LazyString] = {
    "no_such_sample": _l("There is no such sample."),
    "no_such_spot_check": _l("There is no such second look, or it is not yours."),
    "spot_check_changed": _l("This second look is settled already. Please look at it again."),
    "spot_result": _l("Please choose how it is there now."),
    "spot_photo": _l("Please take a photo of the place as it is now."),
    "spot_words": _l("Please write what you saw, or why place or photo do not fit."),
    "spot_not_falsified": _l("Only what was never solved can be a falsified disposal."),
    "sample_month_not_over": _l("%(month)s is not over yet. Draw after its last day."),
    "sample_empty": _l("In %(month)s no case was closed that still is closed."),
    "sample_drawn": _l(
        "%(month)s was drawn already. Ask for another draw on the page of that draw."
    ),
    "redraw_not_drawn": _l("%(month)s was not drawn yet. Draw it."),
    "redraw_asked": _l("Somebody asked already to draw %(month)s again. It waits for a decision."),
    "no_such_redraw": _l("There is no such wish to draw again."),
}

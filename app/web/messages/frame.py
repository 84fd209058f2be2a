"""Sentences for what any page may answer."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

MESSAGES: dict[str, LazyString] = {
    "not_found": _l("There is no such page, or it is not for this account."),
    "no_permission": _l("Your account may not do this."),
    "stale": _l("Somebody changed this in the meantime. Please look at the newest state first."),
    "token": _l("This page was open for too long. What you wrote is kept; please send it again."),
    "signed_out": _l("You were signed out. Please sign in and send it again."),
    "confirm": _l("Please confirm that it is you first."),
    "sign_in": _l("Please sign in first."),
    "too_large": _l("This is too large to be received. Please send fewer or smaller photos."),
    "not_allowed": _l("This address does not answer to such a request."),
    "bad_request": _l("The request could not be read. Please go back and try again."),
    "database_busy": _l("The database is busy. Nothing was stored; please try again in a moment."),
    "form_incomplete": _l("Please fill in the whole form."),
    "server_error": _l("Something broke on our side. Nothing that was confirmed is lost."),
}

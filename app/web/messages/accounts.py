"""Sentences for what `accounts` refuses."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

MESSAGES: dict[str, LazyString] = {
    "sign_in_wrong": _l("Name or password is wrong, or the account is closed. Please try again."),
    "factor_wrong": _l("This code is wrong or was used already. Please enter the newest one."),
    "too_many_tries": _l("Too many tries. Please wait a little and try again."),
    "busy": _l("Many people are signing in at this moment. Please try again in ten seconds."),
    "password_wrong": _l("The present password is wrong. Please enter it again."),
    "password_differs": _l("The two new passwords differ. Please enter the same one twice."),
    "password_short": _l("Use at least %(shortest)s characters. A sentence is easy to remember."),
    "password_long": _l("Use at most %(longest)s characters."),
    "password_common": _l("This password is easy to guess. Please choose another one."),
    "username_taken": _l("The name %(username)s is taken. Please choose another one."),
    "name_length": _l("A name has 1 to %(most)s characters that can be read."),
    "no_such_staff": _l("There is no such account."),
    "not_on_duty": _l("%(name)s is not on duty. Please choose somebody else."),
}

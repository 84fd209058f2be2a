"""Sentences for what `supervision` refuses."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

MESSAGES: dict[str, LazyString] = {
    "requirement_missing": _l("Please write what is required."),
    "cases_missing": _l("Please choose 1 to %(most)s cases."),
    "no_such_order": _l("There is no such supervision order."),
    "already_answered": _l("This order was answered before."),
}

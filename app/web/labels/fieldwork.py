"""Words for tasks and arrivals."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

LABELS: dict[str, dict[str, LazyString]] = {
    "Grade": {"A": _l("grade A"), "B": _l("grade B"), "C": _l("grade C")},
    "TaskState": {
        "open": _l("To be signed for"),
        "signed": _l("Signed for"),
        "arrived": _l("On site"),
        "done": _l("Done"),
        "cancelled": _l("Cancelled"),
    },
}

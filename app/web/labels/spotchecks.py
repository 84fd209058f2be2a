"""Words for second looks."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

LABELS: dict[str, dict[str, LazyString]] = {
    "SpotState": {
        "open": _l("Waits for the second look"),
        "done": _l("Looked at"),
        "overtaken": _l("Reopened before the second look"),
        "dropped": _l("Dropped: drawn again"),
    },
    "SpotResult": {
        "solved": _l("Really solved"),
        "back": _l("It was solved and is back"),
        "never": _l("It was never solved"),
        "unseen": _l("Could not be seen"),
    },
    "ResultAfter": {
        "solved": _l("Still in order"),
        "back": _l("Is back"),
        "unseen": _l("Could not be seen"),
    },
    "Occasion": {
        "drawn": _l("Drawn by lot"),
        "after_30": _l("30 days after closing"),
        "after_90": _l("90 days after closing"),
    },
    "RedrawState": {
        "asked": _l("Waits for a decision"),
        "drawn": _l("Drawn again"),
        "refused": _l("The draw stays"),
    },
    "SpotAnswer": {
        "reopened": _l("Taken up again"),
        "left": _l("Left closed"),
    },
}

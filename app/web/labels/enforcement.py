"""Words for findings and penalties (domain.md §6)."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

LABELS: dict[str, dict[str, LazyString]] = {
    "FindingKind": {
        "true": _l("Confirmed"),
        "partly": _l("Partly confirmed"),
        "mostly": _l("Mostly confirmed"),
        "untrue": _l("Not confirmed"),
        "unverifiable": _l("Could not be verified"),
    },
    "Measure": {
        "filing": _l("Case filed"),
        "on_spot": _l("Punished on the spot"),
        "correct_and_seal": _l("Ordered to correct, sealed or seized"),
        "transfer": _l("Handed to the police"),
    },
}

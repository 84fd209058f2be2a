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
    "PenaltyKind": {
        "warning": _l("Warning"),
        "fine": _l("Fine"),
        "confiscation": _l("Confiscation"),
        "shutdown": _l("Order to stop production"),
        "licence": _l("Licence withdrawn"),
        "detention": _l("Handed over for detention"),
    },
    "HearingChoice": {
        "rule": _l("As the rule says"),
        "offer": _l("Offer a hearing"),
        "none": _l("Offer none"),
    },
    "Ground": {
        "fine": _l("a fine of a larger amount"),
        "confiscation": _l("a confiscation; its value is not in the file"),
        "shutdown": _l("an order to stop production"),
        "licence": _l("a licence withdrawn"),
    },
    "Consequence": {
        "detention": _l("Administrative detention"),
        "arrest": _l("Arrest approved"),
        "verdict": _l("Guilty verdict"),
        "seal": _l("Sealed or seized"),
    },
    "ServiceWay": {
        "direct": _l("Handed over in person"),
        "left": _l("Left with witnesses"),
        "mail": _l("By post"),
        "entrusted": _l("Through another authority"),
        "electronic": _l("Electronically, as agreed"),
        "announced": _l("By public announcement"),
    },
    "PenaltyState": {
        "filed": _l("Filed"),
        "investigated": _l("Investigated"),
        "legal_reviewed": _l("Legal review passed"),
        "notified": _l("Party told of its rights"),
        "decided": _l("Decided"),
        "served": _l("Served"),
        "executed": _l("Carried out"),
        "archived": _l("Filed away"),
        "not_filed": _l("Measure taken, not filed"),
        "no_penalty": _l("No penalty by law"),
        "transferred": _l("Handed to the police"),
        "in_review": _l("In review or before court"),
        "revoked": _l("Revoked"),
        "changed": _l("Changed"),
    },
}

"""Words for states of a reward (domain.md §5)."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

LABELS: dict[str, dict[str, LazyString]] = {
    "AwardState": {
        "assessed": _l("Assessed"),
        "proposed": _l("Proposed"),
        "approved": _l("Approved"),
        "notified": _l("Reporter told"),
        "claimed": _l("Claimed"),
        "instructed": _l("Payment ordered"),
        "paid": _l("Paid"),
        "archived": _l("Filed away"),
        "not_eligible": _l("Not eligible"),
        "declined": _l("Declined"),
        "donated": _l("Donated"),
        "lapsed": _l("Lapsed"),
        "appealed": _l("Appealed"),
        "clawback_due": _l("To be paid back"),
        "recovered": _l("Paid back"),
    },
}

"""Words for states of a reward (domain.md §5)."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

LABELS: dict[str, dict[str, LazyString]] = {
    "AwardState": {
        "assessed": _l("Assessed"),
        "proposed": _l("Proposed"),
        "reviewed": _l("Reviewed"),
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
    "PayoutState": {
        "intent": _l("Drawn"),
        "sent": _l("File made"),
        "confirmed": _l("Confirmed by the bank"),
        "failed": _l("Refused by the bank"),
        "unknown": _l("Not known yet"),
    },
    "Way": {
        "voucher": _l("Voucher, no name"),
        "bank": _l("Bank account"),
        "phone_credit": _l("Phone credit"),
    },
    "Relation": {
        "self": _l("The reporter"),
        "guardian": _l("Guardian"),
        "proxy": _l("Proxy"),
        "heir": _l("Heir"),
    },
    "AwardCheck": {
        "verified": _l("Facts confirmed?"),
        "first": _l("First report?"),
        "not_known": _l("Known before?"),
        "not_in_media": _l("In the media?"),
        "no_other_scheme": _l("Paid elsewhere?"),
        "not_staff": _l("Staff?"),
        "photos_new": _l("Old photo?"),
    },
    "Vault": {
        "contact": _l("Contact"),
        "payee": _l("Payee"),
    },
    "OpeningState": {
        "asked": _l("Asked"),
        "refused": _l("Refused"),
        "approved": _l("Approved"),
        "lapsed": _l("Lapsed"),
        "opened": _l("Opened"),
    },
}

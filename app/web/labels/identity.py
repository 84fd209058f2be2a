"""Words for how somebody is near to staff (domain.md §7)."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

LABELS: dict[str, dict[str, LazyString]] = {
    "Kinship": {
        "spouse": _l("Husband or wife"),
        "parent": _l("Parent"),
        "child": _l("Child"),
        "sibling": _l("Brother or sister"),
        "grandparent": _l("Grandparent"),
        "grandchild": _l("Grandchild"),
        "other": _l("Another near relative"),
    },
    "Tie": {
        "staff": _l("member of staff"),
        "relative": _l("registered relative of a member of staff"),
    },
}

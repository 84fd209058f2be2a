"""Words for levels of areas and for what is wrong with a position."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

LABELS: dict[str, dict[str, LazyString]] = {
    "AreaLevel": {
        "county": _l("County"),
        "township": _l("Township"),
        "grid": _l("Village grid"),
    },
    "PlaceFlag": {
        "outside": _l("The position lies outside the county."),
        "swapped": _l("Longitude and latitude seem to be swapped."),
        "other_crs": _l("The position seems to come from another map system."),
        "sea": _l("The position lies at sea."),
        "no_grid": _l("The position lies in no village grid."),
        "invalid": _l("The position cannot be read."),
    },
}

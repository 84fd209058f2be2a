"""Words for flags and what people say to them."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

LABELS: dict[str, dict[str, LazyString]] = {
    "FlagKind": {
        "photo_used": _l("Photo used before"),
        "taken_later": _l("Photo taken after the report"),
        "taken_long_before": _l("Photo taken long before"),
        "older_than_camera": _l("Photo older than its camera"),
        "place_off": _l("Photo taken elsewhere"),
        "edited": _l("Photo edited"),
        "thumbnail_differs": _l("Another picture inside the photo"),
        "payee_ring": _l("One payee, several codes"),
        "reporter_and_worker": _l("Same reporter, same worker"),
        "spot_again": _l("Same place again and again"),
    },
    "Verdict": {
        "false_alarm": _l("False alarm"),
        "explained": _l("Odd, but explained"),
        "suspicious": _l("Suspicious"),
    },
}

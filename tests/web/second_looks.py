"""A worker looks a second time at a closed case: drawn by lot, or so many days after closing."""

from app.spotchecks import queries
from tests.infra.clock import moment
from tests.web.field_pages import hidden, inside

LOOKED = moment("2026-11-04 10:00")


def look(worker, row, **given):
    """Go there and say that it is back, with the proof of an arrival."""
    page = worker.get(f"/w/recheck/{row.id}", at=LOOKED)
    told = {
        "challenge": hidden(page, "challenge"), "idem_key": hidden(page, "idem_key"),
        "lng": str(row.lng), "lat": str(row.lat), "accuracy": "20", "words": "地上又有新烧的痕迹",
        "device_at": str(int(LOOKED.timestamp() * 1000)), "result": "back",
    } | given  # fmt: skip
    return worker.post(f"/w/recheck/{row.id}", told, at=LOOKED, photo=["now"])


def check(app, row):
    """Return the second look as it is stored."""
    with inside(app):
        return queries.check(row.id)

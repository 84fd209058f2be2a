"""A visit to one's own report: a random name in the address, the report sealed in the cookie.

The name is worth nothing in another browser and nothing after 30 idle minutes, so neither code nor
case number stands in an address, a history or a log (screens.md C6, R-T4).
"""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import session

from app.core.errors import Refused
from app.web.sealing import seal, unseal

IDLE = timedelta(minutes=30)
MOST = 5
SLOT = "visits"


class VisitOver(Refused):
    """The visit ended; the code must be entered again."""

    status = 410

    def __init__(self) -> None:
        super().__init__("visit_over")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One open visit; `client_key` is there only in the browser that sent the report."""

    name: str
    report_id: int
    client_key: str | None


def begin(report_id: int, *, now: datetime, client_key: str | None = None) -> str:
    """Open a visit and return its name; the oldest one goes when there are too many."""
    visits = _load(now)
    for name, row in visits.items():
        if row["report"] == report_id and (client_key is None or row["key"] == client_key):
            row["seen"] = now.timestamp()
            _store(visits)
            return name
    name = secrets.token_urlsafe(9)
    visits[name] = {"report": report_id, "key": client_key, "seen": now.timestamp()}
    _store(dict(list(visits.items())[-MOST:]))
    return name


def find(name: str, *, now: datetime) -> Visit:
    """Return an open visit and keep it open. Raises VisitOver."""
    visits = _load(now)
    row = visits.get(name)
    if row is None:
        raise VisitOver
    row["seen"] = now.timestamp()
    _store(visits)
    return Visit(name=name, report_id=row["report"], client_key=row["key"])


def report_ids(*, now: datetime) -> frozenset[int]:
    """Return the reports that this browser may look at right now."""
    return frozenset(row["report"] for row in _load(now).values())


def end(name: str, *, now: datetime) -> None:
    """Forget a visit."""
    visits = _load(now)
    visits.pop(name, None)
    _store(visits)


def _load(now: datetime) -> dict[str, dict[str, Any]]:
    words = unseal(session.get(SLOT, ""), purpose=SLOT)
    rows = json.loads(words) if words else {}
    limit = (now - IDLE).timestamp()
    return {name: row for name, row in rows.items() if row["seen"] >= limit}


def _store(visits: dict[str, dict[str, Any]]) -> None:
    session[SLOT] = seal(json.dumps(visits, separators=(",", ":")), purpose=SLOT)

"""Calls that were not finished: kept for a day under their clerk's name, the number sealed."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.intake import queries, service
from app.intake.service import receipt_of
from app.web import access
from app.web.desk.forms import EntryForm
from app.web.sealing import seal, unseal

KEPT = ("source", "consent", "place_words", "grid_code", "kinds", "happening", "words", "suspect")
TOLD = ("place_words", "words", "suspect")
NAME = re.compile(r"[0-9a-f]{32}")
PURPOSE = "desk.phone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """One call to come back to."""

    name: str
    at: datetime
    words: str


def _key(name: str) -> str:
    """Return where a draft lies; whoever is signed in reaches only his own."""
    return f"desk:{access.actor().staff_id}:{name if NAME.fullmatch(name) else ''}"


def own() -> list[Unfinished]:
    """Return what this person has not finished."""
    return [
        Unfinished(
            name=row.key.rpartition(":")[2], at=row.updated_at,
            words=next((row.fields[name] for name in TOLD if row.fields.get(name)), "")[:40],
        )
        for row in queries.drafts(_key(""))
    ]  # fmt: skip


def keep(form: EntryForm, *, now: datetime) -> bool:
    """Keep what was typed, in the caller's transaction; nothing that is empty or sent already."""
    name, phone = str(form.draft.data), (form.phone.data or "").strip()
    typed = phone or any((form[field].data or "").strip() for field in TOLD)
    if not NAME.fullmatch(name) or not typed or receipt_of(str(form.idem_key.data), now=now):
        return False
    fields: dict[str, Any] = {field: form[field].data for field in KEPT}
    fields["phone"] = seal(phone, purpose=PURPOSE) if phone else ""
    service.save_draft(_key(name), fields, now=now)
    return True


def load(name: str) -> dict[str, Any] | None:
    """Return the fields of one's own unfinished call, None where it is gone."""
    fields = queries.load_draft(_key(name)) if NAME.fullmatch(name) else None
    if fields is None:
        return None
    phone = unseal(fields.get("phone", ""), purpose=PURPOSE) or ""
    return fields | {"phone": phone, "draft": name}


def drop(name: str) -> None:
    """Forget an unfinished call, in the caller's transaction."""
    service.drop_draft(_key(name))

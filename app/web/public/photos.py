"""Photos that come with a form: each is taken or refused by itself, the rest goes on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from werkzeug.datastructures import FileStorage

from app.core.errors import Refused as Refusal
from app.core.tx import transaction
from app.media import service
from app.web.messages import sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """One photo that was not taken: which, and why."""

    n: int
    key: str
    facts: dict[str, Any]

    @property
    def words(self) -> str:
        """Return the reason in the reader's language."""
        return sentence(self.key, self.facts)

    def kept(self) -> dict[str, Any]:
        """Return it as a draft keeps it."""
        return {"n": self.n, "key": self.key, "facts": self.facts}

    @classmethod
    def read(cls, row: dict[str, Any]) -> Self:
        """Return what a draft kept."""
        return cls(n=row["n"], key=row["key"], facts=row["facts"])


def take(files: Sequence[FileStorage], *, key: str, now: datetime, held: int) -> list[Refused]:
    """Take photos into a draft that holds `held` of them already; return what was refused.

    The decoder works outside of any transaction; only the row is written in one.
    """
    refused: list[Refused] = []
    for n, file in enumerate(files, start=1):
        try:
            prepared = service.prepare(file.stream, n=n)
            with transaction():
                service.record(prepared, draft_key=key, now=now, position=held + n - 1)
        except Refusal as refusal:
            facts = {name: value for name, value in refusal.facts.items() if name != "n"}
            refused.append(Refused(n=n, key=refusal.key, facts=facts))
    return refused


def give(
    files: Sequence[FileStorage], *, kind: str, holder: int, key: str, now: datetime
) -> list[Refused]:
    """Take photos and give them to their holder at once."""
    refused: list[Refused] = []
    for n, file in enumerate(files, start=1):
        try:
            prepared = service.prepare(file.stream, n=n)
            with transaction():
                photo = service.record(prepared, draft_key=key, now=now, position=n - 1)
                service.hold([photo.id], draft_key=key, holder_kind=kind, holder_id=holder)
        except Refusal as refusal:
            facts = {name: value for name, value in refusal.facts.items() if name != "n"}
            refused.append(Refused(n=n, key=refusal.key, facts=facts))
    return refused


def drop(photo_id: str, *, key: str) -> None:
    """Take a photo out of its draft."""
    with transaction():
        service.drop(photo_id, draft_key=key)

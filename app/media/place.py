"""The process's own stores and decoder, at the place that `settings.configure` chose."""

import atexit
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from app.media.decoder import Decoder
from app.media.rules import SIZES
from app.media.settings import MediaSettings, current
from app.media.store import FolderStore, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """Originals as received, copies by size, and folders for what is not finished."""

    originals: Store
    copies: dict[int, Store]
    temporary: Path
    parts: Path

    def all(self) -> tuple[Store, ...]:
        """Return every store; a photo has one file under the same key in each."""
        return (self.originals, *self.copies.values())


def stores() -> Stores:
    """Return the stores of this process."""
    return _stores(current())


@lru_cache(maxsize=8)
def _stores(settings: MediaSettings) -> Stores:
    uploads = settings.uploads
    temporary = uploads / "tmp"
    return Stores(
        originals=FolderStore(uploads / "originals", temporary),
        copies={size: FolderStore(uploads / "copies" / str(size), temporary) for size in SIZES},
        temporary=temporary,
        parts=uploads / "parts",
    )


def decoder() -> Decoder:
    """Return the decoder of this process; its own process starts with the first photo."""
    return _decoder(current().decoders)


@lru_cache(maxsize=1)
def _decoder(slots: int) -> Decoder:
    made = Decoder(slots=slots)
    atexit.register(made.close)
    return made

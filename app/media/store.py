"""Where files lie: named by the SHA-256 of their content, durable before `put` returns.

A folder now; an S3-compatible store later, behind the same protocol (decisions 17). A user's
file name never comes here: a key is 64 hex digits, nothing else.
"""

import errno
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from app.core.errors import Refused

KEY: Final = re.compile(r"[0-9a-f]{64}")
PREFIXES: Final = tuple(f"{number:02x}" for number in range(256))
MODE: Final = 0o440
FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


class StoreFull(Refused):
    """Nothing was received: there is no room for it (R-K3)."""

    status = 507

    def __init__(self) -> None:
        super().__init__("store_full")


@contextmanager
def telling_when_full() -> Iterator[None]:
    """Turn a full disk into the refusal that tells the sender to try again."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StoreFull from error
        raise


class Store(Protocol):
    """Files by key. `put` and `adopt` return when the file would survive a power cut."""

    def put(self, key: str, content: bytes) -> None:
        """Keep `content` under `key`."""

    def adopt(self, key: str, path: Path) -> None:
        """Take over a finished local file; `path` is gone afterwards."""

    def open(self, key: str) -> BinaryIO:
        """Open for reading; raises FileNotFoundError."""

    def exists(self, key: str) -> bool:
        """Say whether there is a file under `key`."""

    def delete(self, key: str, *, unless_after: datetime) -> bool:
        """Delete the file unless it was put after that moment; say whether it is gone."""

    def keys(self, prefix: str) -> Iterator[str]:
        """Name the keys that begin with these two digits."""


class FolderStore:
    """`root/ab/ab12…`: written beside, made durable, then moved to its name in one step."""

    def __init__(self, root: Path, temporary: Path) -> None:
        self._root = root
        self._temporary = temporary

    def path(self, key: str) -> Path:
        """Return where a key's file lies; the only place that makes a path."""
        if not KEY.fullmatch(key):
            raise ValueError("a key of the store is 64 hex digits")
        return self._root / key[:2] / key

    def put(self, key: str, content: bytes) -> None:
        with temporary_file(self._temporary) as (path, file), telling_when_full():
            write_all(file, content)
            self.adopt(key, path)

    def adopt(self, key: str, path: Path) -> None:
        target = self.path(key)
        with telling_when_full():
            _make_durable(path)
            if not target.parent.is_dir():
                target.parent.mkdir(parents=True, exist_ok=True)
                _sync_folder(target.parent.parent)
            # Also over an equal file: its new time tells the sweep that somebody wants it.
            path.rename(target)
            _sync_folder(target.parent)

    def open(self, key: str) -> BinaryIO:
        return self.path(key).open("rb")

    def exists(self, key: str) -> bool:
        return self.path(key).is_file()

    def delete(self, key: str, *, unless_after: datetime) -> bool:
        """Delete by moving aside first: a file that was put anew meanwhile is noticed and kept."""
        target = self.path(key)
        if _changed(target) > unless_after.timestamp():
            return False
        aside = self._temporary / f"gone-{secrets.token_hex(16)}"
        try:
            target.rename(aside)
        except FileNotFoundError:
            return False
        if _changed(aside) > unless_after.timestamp():
            aside.rename(target)
            return False
        aside.unlink()
        _sync_folder(target.parent)
        return True

    def keys(self, prefix: str) -> Iterator[str]:
        folder = self._root / prefix
        if prefix in PREFIXES and folder.is_dir():
            yield from sorted(entry.name for entry in folder.iterdir() if KEY.fullmatch(entry.name))


@contextmanager
def temporary_file(folder: Path) -> Iterator[tuple[Path, int]]:
    """Give an exclusive new file, gone at the end of the block unless it was moved away."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / secrets.token_hex(16)
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        yield path, descriptor
    finally:
        os.close(descriptor)
        with suppress(FileNotFoundError):
            path.unlink()


def write_all(descriptor: int, content: bytes) -> None:
    """Write every byte; a nearly full disk takes a part first and complains only then."""
    left = memoryview(content)
    while left:
        left = left[os.write(descriptor, left) :]


def clear_older(folder: Path, before: datetime) -> int:
    """Remove what was left lying since before that moment; return how many."""
    count = 0
    for path in folder.iterdir() if folder.is_dir() else ():
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before.timestamp():
                path.unlink()
                count += 1
    return count


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")


def _make_durable(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fchmod(descriptor, MODE)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

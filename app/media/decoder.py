"""The service's side of decoding: hands a photo to the decoder's process and reads the answer.

This process never decodes. The other may die at any moment: that refuses one photo, and the next
one starts another.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, Final

from app.core.errors import Refused
from app.media import likeness
from app.media.likeness import Print
from app.media.rules import SIZES, Caps, PhotoKind, Unfit
from app.media.wire import COPY, END, FACTS, READY, WALL_SECONDS, frames

BOOT: Final = (sys.executable, "-I", str(Path(__file__).with_name("boot.py")))
# No secret of the service. One arena, or threads reserve address space for nothing. Memory in
# huge pages that is kept until the end: a fifth of the time went into faults for single pages.
ENVIRONMENT: Final = {
    "PATH": os.defpath,
    "LANG": "C.UTF-8",
    "GLIBC_TUNABLES": "glibc.malloc.arena_max=1:glibc.malloc.hugetlb=1"
    ":glibc.malloc.mmap_threshold=1073741824:glibc.malloc.trim_threshold=1073741824"
    ":glibc.malloc.top_pad=67108864",
    "MALLOC_ARENA_MAX": "1",
}
START_SECONDS: Final = 30
QUEUE_SECONDS: Final = 60
LARGEST_ANSWER: Final = 16 * 1024 * 1024
MOST_PRINTS: Final = 2
JPEG_START: Final = b"\xff\xd8\xff"


class Busy(Refused):
    """All decoders were taken for too long."""

    status = 503


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the child saw in a picture: claims as written, and the bytes of the clean copies."""

    format: str
    width: int
    height: int
    copy_width: int
    copy_height: int
    dhash: str
    prints: tuple[Print, ...] = field(repr=False)
    thumbnail: tuple[Print, ...] = field(repr=False)
    camera: str | None
    editor: str | None
    taken: str | None
    offset: str | None
    lng: float | None
    lat: float | None
    flags: tuple[str, ...]
    copies: dict[int, bytes] = field(repr=False)
    peak_mb: int
    cpu_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSeen:
    """Why there is nothing to see, and what the child took to find out."""

    unfit: Unfit
    peak_mb: int = 0


class Zygote:
    """One decoder's process and the socket to it."""

    def __init__(self, command: Sequence[str]) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self.process = subprocess.Popen(
                [*command, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=ENVIRONMENT,
                cwd="/",
            )
        ours.settimeout(START_SECONDS)
        if ours.recv(64) != READY:
            self.process.wait(START_SECONDS)
            raise RuntimeError("the photo decoder does not start: see the lines above")
        self.control = ours
        self.owner = os.getpid()

    def ask(self, message: bytes, photo: int) -> socket.socket:
        """Hand a photo over and return the socket on which its answer comes."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self.control, [message], [theirs.fileno(), photo])
            except BaseException:
                ours.close()
                raise
        return ours

    def close(self) -> None:
        """Let the process end; its children end by their own limits."""
        self.control.close()
        if self.owner != os.getpid():
            self.process.returncode = 0  # a fork before us started it and waits for it
            return
        self.process.kill()
        self.process.wait()


class Decoder:
    """Looks at photos, a bounded number at once, from any thread; survives a fork of its owner."""

    def __init__(
        self, *, slots: int, command: Sequence[str] = BOOT, caps: Caps | None = None
    ) -> None:
        self._command = command
        self._caps = asdict(caps or Caps())
        self._slots = threading.BoundedSemaphore(slots)
        self._lock = threading.Lock()
        self._zygote: Zygote | None = None

    def look(self, photo: int, kind: PhotoKind) -> Seen | NotSeen:
        """Decode the open file `photo` in a child and return what it saw.

        Raises Busy when no decoder became free in time.
        """
        if not self._slots.acquire(timeout=QUEUE_SECONDS):
            raise Busy("photo_busy")
        try:
            message = json.dumps({"kind": kind, "caps": self._caps}).encode()
            # A decoder's process that has gone is started anew, once for this photo.
            answer = self._exchange(message, photo) or self._exchange(message, photo)
            return _understand(answer)
        finally:
            self._slots.release()

    @property
    def pid(self) -> int | None:
        """Return the decoder's process, where one runs."""
        return self._zygote.process.pid if self._zygote else None

    def close(self) -> None:
        """End the decoder's process; the next photo would start another."""
        with self._lock:
            self._drop()

    def _exchange(self, message: bytes, photo: int) -> list[tuple[bytes, bytes]]:
        """Return the frames of one answer; none where the decoder's process has gone."""
        zygote = self._running()
        try:
            with zygote.ask(message, photo) as answer:
                data, ended = _read(answer)
        except ConnectionError:
            data, ended = b"", True
        found = frames(data)
        if ended and not (found and found[-1][0] == END):
            self._abandon(zygote)
            return []
        return found

    def _abandon(self, zygote: Zygote) -> None:
        with self._lock:
            if self._zygote is zygote:
                self._drop()

    def _running(self) -> Zygote:
        with self._lock:
            if self._zygote is None or not self._is_ours(self._zygote):
                self._drop()
                self._zygote = Zygote(self._command)
            return self._zygote

    @staticmethod
    def _is_ours(zygote: Zygote) -> bool:
        return zygote.owner == os.getpid() and zygote.process.poll() is None

    def _drop(self) -> None:
        if self._zygote is not None:
            self._zygote.close()
        self._zygote = None


def _read(answer: socket.socket) -> tuple[bytes, bool]:
    """Read at most so long and so much as an honest child can need; say whether it was all."""
    deadline = monotonic() + WALL_SECONDS + 3
    parts: list[bytes] = []
    size = 0
    while size <= LARGEST_ANSWER:
        answer.settimeout(max(0.01, deadline - monotonic()))
        try:
            part = answer.recv(256 * 1024)
        except TimeoutError:
            break
        if not part:
            return b"".join(parts), True
        parts.append(part)
        size += len(part)
    return b"".join(parts), False


def _understand(answer: list[tuple[bytes, bytes]]) -> Seen | NotSeen:
    """Judge an answer; the child may have been taken over, so nothing in it is believed unread."""
    tags = b"".join(tag for tag, _ in answer)
    end = _fields(answer[-1][1]) if tags.endswith(END) else {}
    peak_mb = -(-int(end.get("peak_kb", 0)) // 1024)
    cpu_ms = 1000 * float(end.get("cpu_s", 0))
    facts = _fields(answer[0][1]) if tags.startswith(FACTS) else {}
    code = facts.get("code")
    if isinstance(code, str) and code.startswith("photo_"):
        unfit = Unfit(code=code, facts=dict(facts.get("facts", {})))
        return NotSeen(unfit=unfit, peak_mb=peak_mb)
    copies = [content for tag, content in answer if tag == COPY]
    whole = tags == FACTS + COPY * len(SIZES) + END
    if not whole or not all(copy.startswith(JPEG_START) for copy in copies):
        # The wall clock ended it before the CPU limit did: the machine was busy, not the photo.
        code = "photo_busy" if end.get("signal") == signal.SIGALRM else "photo_too_hard"
        return NotSeen(unfit=Unfit(code=code), peak_mb=peak_mb)
    try:
        return _seen(facts, copies, peak_mb=peak_mb, cpu_ms=cpu_ms)
    except (KeyError, TypeError, ValueError):
        return NotSeen(unfit=Unfit(code="photo_damaged"), peak_mb=peak_mb)


def _fields(content: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(content)
    except ValueError:
        return {}
    return fields if isinstance(fields, dict) else {}


def _seen(facts: dict[str, Any], copies: list[bytes], *, peak_mb: int, cpu_ms: float) -> Seen:
    taken, offset = facts.get("taken"), facts.get("offset")
    camera, editor = facts.get("camera"), facts.get("editor")
    prints = tuple(likeness.read(told) for told in facts["prints"][:MOST_PRINTS])
    if not prints:
        raise ValueError("a picture has a print")
    return Seen(
        format=str(PhotoKind(facts["format"])),
        width=int(facts["width"]),
        height=int(facts["height"]),
        copy_width=int(facts["copy"][0]),
        copy_height=int(facts["copy"][1]),
        dhash=f"{int(facts['dhash'], 16):016x}"[-16:],
        prints=prints,
        thumbnail=tuple(likeness.read(told) for told in facts.get("thumbnail", [])[:MOST_PRINTS]),
        camera=str(camera)[:40] if camera else None,
        editor=str(editor)[:40] if editor else None,
        taken=str(taken)[:40] if taken else None,
        offset=str(offset)[:10] if offset else None,
        lng=None if facts.get("lng") is None else float(facts["lng"]),
        lat=None if facts.get("lat") is None else float(facts["lat"]),
        flags=tuple(str(flag)[:40] for flag in facts["flags"]),
        copies=dict(zip(SIZES, copies, strict=True)),
        peak_mb=peak_mb,
        cpu_ms=cpu_ms,
    )

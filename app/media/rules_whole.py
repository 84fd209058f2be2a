"""Tell a file that was cut off on its way from one that is whole, by its own structure.

Only lengths are followed; nothing is decoded. A reader who is told "please send it again" is
helped, one who is told "damaged" is not.
"""

from io import SEEK_END, SEEK_SET
from typing import BinaryIO, Final

from app.media.rules import PhotoKind

SOI: Final = b"\xff\xd8"
EOI: Final = b"\xff\xd9"
BARE: Final = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length
BASELINE: Final = frozenset({0xC0, 0xC1})
FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
START_OF_SCAN: Final = 0xDA
MOST_PARTS: Final = 100_000


def length_of(file: BinaryIO) -> int:
    """Return the file's length; the position moves to its end."""
    return file.seek(0, SEEK_END)


def is_cut_off(kind: PhotoKind, file: BinaryIO) -> bool:
    """Say whether the structure promises more bytes than there are."""
    size = length_of(file)
    file.seek(0, SEEK_SET)
    if kind is PhotoKind.JPEG:
        return scan_of(file) is None or not _has_end(file)
    if kind is PhotoKind.WEBP:
        return int.from_bytes(file.read(8)[4:], "little") + 8 > size + 1
    if kind is PhotoKind.PNG:
        return not _png_has_end(file, size)
    return not boxes_are_whole(file, 0, size)


class Scan:
    """The first scan of a JPEG: where its data starts, and whether the picture is plain baseline.

    Plain means baseline *and* in one scan: only then does the decoder keep no copy of the whole.
    """

    def __init__(self, start: int, *, baseline: bool) -> None:
        self.start = start
        self.baseline = baseline


def scan_of(file: BinaryIO) -> Scan | None:
    """Walk a JPEG's segments to its first scan; None where the file ends before."""
    file.seek(2, SEEK_SET)
    frame, components = 0, 0
    for _ in range(MOST_PARTS):
        marker = _next_marker(file)
        if marker is None:
            return None
        if marker in BARE:
            continue
        size = int.from_bytes(file.read(2), "big")
        body = file.read(min(6, max(0, size - 2)))
        if marker in FRAMES and len(body) == 6:
            frame, components = marker, body[5]
        if marker == START_OF_SCAN and body:
            baseline = frame in BASELINE and body[0] == components
            return Scan(file.tell() - len(body) + size - 2, baseline=baseline)
        file.seek(max(0, size - 2) - len(body), 1)
    return None


def _next_marker(file: BinaryIO) -> int | None:
    """Skip to the next marker; stray bytes between segments are jumped over as decoders do."""
    for _ in range(MOST_PARTS):
        byte = file.read(1)
        if not byte:
            return None
        if byte != b"\xff":
            continue
        while byte == b"\xff":
            byte = file.read(1)
        if byte and byte != b"\0":
            return byte[0]
    return None


def _has_end(file: BinaryIO) -> bool:
    return EOI in file.read()


def tail_is_cut(file: BinaryIO) -> bool:
    """Say whether what follows a JPEG's own picture (a second picture, a film) was cut off.

    Unknown tails pass: phones append what they like.
    """
    size = length_of(file)
    file.seek(max(0, size - 64))
    if file.read().rstrip(b"\0").endswith(EOI):
        return False
    scan = scan_of(file)
    if scan is None:
        return True
    file.seek(scan.start)
    data = file.read()
    end = data.find(EOI)
    tail = data[end + 2 :].lstrip(b"\0") if end >= 0 else b""
    if tail.startswith(SOI):
        return not tail.rstrip(b"\0").endswith(EOI) and b"SEFT" not in tail[-64:]
    start = data.find(b"ftyp", end) - 4
    if start >= end >= 0 and start - end < 64:
        return not boxes_are_whole(file, scan.start + start, size)
    return False


def _png_has_end(file: BinaryIO, size: int) -> bool:
    at = 8
    for _ in range(MOST_PARTS):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            return False
        at += 12 + int.from_bytes(head[:4], "big")
        if at > size:
            return False
        if head[4:] == b"IEND":
            return True
    return True


def boxes_are_whole(file: BinaryIO, start: int, size: int) -> bool:
    """Follow the boxes of an ISO media file from `start`; each must end within `size`."""
    at = start
    for _ in range(MOST_PARTS):
        if at >= size:
            return True
        file.seek(at)
        head = file.read(16)
        length = int.from_bytes(head[:4], "big")
        if len(head) < 8 or not head[4:8].isascii():
            return at != start
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        if length == 0:
            return True
        if length < 8 or at + length > size:
            return False
        at += length
    return True

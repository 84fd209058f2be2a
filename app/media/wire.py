"""How the service and the decoder's process talk: frames of a tag, a length and content.

The child sends J (facts as JSON) and one B for each copy; the decoder's process adds E (how the
child ended). Importable without any decoder, so the service carries none.
"""

import struct
from typing import Final

READY: Final = b"ready"
WALL_SECONDS: Final = 15
FACTS: Final = b"J"
COPY: Final = b"B"
END: Final = b"E"
_HEAD: Final = struct.Struct("!cI")


def frame(tag: bytes, content: bytes) -> bytes:
    """Wrap content for sending."""
    return _HEAD.pack(tag, len(content)) + content


def frames(data: bytes) -> list[tuple[bytes, bytes]]:
    """Unwrap what was received; a broken last frame is shorter than it says."""
    found, at = [], 0
    while at + _HEAD.size <= len(data):
        tag, size = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        found.append((tag, data[at : at + size]))
        at += size
    return found

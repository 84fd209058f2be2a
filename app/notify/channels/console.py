"""Written to standard output, for trying things out."""

import sys

from app.notify.rules import Outgoing


def send(message: Outgoing) -> None:
    """Write one line; line breaks in it are shown, not obeyed (R-H6)."""
    text = message.text.encode("unicode_escape").decode() if _has_control(message.text) else None
    sys.stdout.write(f"[{message.recipient}] {text or message.text}\n")
    sys.stdout.flush()


def _has_control(text: str) -> bool:
    return any(not letter.isprintable() for letter in text)

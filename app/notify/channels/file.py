"""Appended to `messages.jsonl` in the outbox folder, one JSON a line, fsynced before it counts."""

import json
import os
from collections.abc import Mapping

from app.notify import outlet
from app.notify.rules import Outgoing

NAME = "messages.jsonl"


def send(message: Outgoing) -> None:
    """Append one message."""
    append(NAME, {
        "key": message.key, "recipient": message.recipient, "template": message.template,
        "text": message.text, "at": message.at.isoformat(),
    })  # fmt: skip


def append(name: str, line: Mapping[str, str]) -> None:
    """Append one line and fsync it; after a crash a reader may meet the same key twice."""
    folder = outlet.current().folder
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
    try:
        os.write(descriptor, f"{json.dumps(line, ensure_ascii=False)}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

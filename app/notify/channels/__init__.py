"""The ways a message can leave: one file a channel, one line here."""

from collections.abc import Callable

from app.notify.channels import call, console, file, in_app
from app.notify.rules import Outgoing

CHANNELS: dict[str, Callable[[Outgoing], None]] = {
    "call": call.send,
    "in_app": in_app.send,
    "file": file.send,
    "console": console.send,
}

"""Orders for the telephone bridge, appended to `calls.jsonl` in the outbox folder.

The bridge stands in the custodian's zone: it knows which number belongs to a report and rings that
and the desk of who calls. So a number never passes here, and nobody at the desk sees one.
"""

from app.notify.channels.file import append
from app.notify.rules import Outgoing

NAME = "calls.jsonl"


def send(message: Outgoing) -> None:
    """Append one order; the bridge knows an order by its key and rings once."""
    append(NAME, {
        "key": message.key, "report": message.recipient, "desk": str(message.facts["desk"]),
        "at": message.at.isoformat(),
    })  # fmt: skip

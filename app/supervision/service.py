"""What reactions, jobs and pages call: pressure on late clocks, orders, hand-overs."""

from app.supervision.handing import call_back, feed_back, give_back, hand_over, receive
from app.supervision.orders import answer, issue
from app.supervision.pressure import ASIDE, escalate_batch, on_breaches, on_end

__all__ = [
    "ASIDE", "answer", "call_back", "escalate_batch", "feed_back", "give_back", "hand_over",
    "issue", "on_breaches", "on_end", "receive",
]  # fmt: skip

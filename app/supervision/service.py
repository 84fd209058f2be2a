"""What reactions, jobs and pages call: pressure on late clocks, supervision orders."""

from app.supervision.orders import answer, issue
from app.supervision.pressure import escalate_batch, look_again, on_breaches, on_end

__all__ = ["answer", "escalate_batch", "issue", "look_again", "on_breaches", "on_end"]

"""What reactions, jobs and pages call: pressure on late clocks, supervision orders."""

from app.supervision.orders import answer, issue
from app.supervision.pressure import ASIDE, escalate_batch, on_breaches, on_end

__all__ = ["ASIDE", "answer", "escalate_batch", "issue", "on_breaches", "on_end"]

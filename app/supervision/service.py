"""What reactions, jobs and pages call: pressure on late clocks, supervision orders."""

from app.supervision.orders import answer, issue
from app.supervision.pressure import escalate_batch, on_breach, on_breaches, on_end

__all__ = ["answer", "escalate_batch", "issue", "on_breach", "on_breaches", "on_end"]

"""Pages of desk, dispatcher, checker and approver (screens.md §5.3)."""

from app.web.desk import (
    approvals,
    callbacks,
    checks,
    entry,
    handovers,
    inbox,
    limits,
    released,
    rests,
    triage,
)
from app.web.desk.blueprint import blueprint

VIEWS = (inbox, triage, checks, approvals, entry, limits, handovers, rests, released, callbacks)
BLUEPRINTS = (blueprint,)

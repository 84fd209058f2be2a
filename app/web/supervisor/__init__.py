"""Pages of supervisors and leaders: five rates, what is late, reopen requests (screens.md §5.6)."""

from app.web.supervisor import (
    case,
    drill,
    leaving_out,
    months,
    objections,
    overdue,
    patrolling,
    patterns,
    ranking,
    rates,
    rechecks,
    reviews,
    samples,
    watch,
)
from app.web.supervisor.blueprint import blueprint

VIEWS = (
    rates,
    drill,
    overdue,
    objections,
    reviews,
    watch,
    ranking,
    case,
    months,
    patterns,
    leaving_out,
    samples,
    rechecks,
    patrolling,
)
BLUEPRINTS = (blueprint,)

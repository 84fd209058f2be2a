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
    planning,
    ranking,
    rates,
    rechecks,
    redraws,
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
    redraws,
    rechecks,
    patrolling,
    planning,
)
BLUEPRINTS = (blueprint,)

"""Pages of supervisors and leaders: five rates, what is late, reopen requests (screens.md §5.6)."""

from app.web.supervisor import case, drill, overdue, ranking, rates, watch
from app.web.supervisor.blueprint import blueprint

VIEWS = (rates, drill, overdue, watch, ranking, case)
BLUEPRINTS = (blueprint,)

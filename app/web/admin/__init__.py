"""Pages of the three administrators: staff, areas, calendar, rules, audit (screens.md §5.7)."""

from app.web.admin import areas, audit, jobs, limits, rule_sets, staff, years
from app.web.admin.blueprint import blueprint

VIEWS = (staff, areas, limits, years, rule_sets, audit, jobs)
BLUEPRINTS = (blueprint,)

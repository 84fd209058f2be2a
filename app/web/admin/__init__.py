"""Pages of the three administrators: staff, areas, calendar, rules, audit (screens.md §5.7)."""

from app.web.admin import areas, audit, jobs, rules, staff, years
from app.web.admin.blueprint import blueprint

VIEWS = (staff, areas, years, rules, audit, jobs)
BLUEPRINTS = (blueprint,)

"""Pages of the three administrators: staff, areas, calendar, audit, jobs (screens.md §5.7)."""

from app.web.admin import areas, audit, jobs, staff, years
from app.web.admin.blueprint import blueprint

VIEWS = (staff, areas, years, audit, jobs)
BLUEPRINTS = (blueprint,)

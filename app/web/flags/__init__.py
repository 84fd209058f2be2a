"""Pages of flags: what looks odd, shown with its evidence and answered by a person."""

from app.web.flags import pages
from app.web.flags.blueprint import blueprint

VIEWS = (pages,)
BLUEPRINTS = (blueprint,)

"""Sign-in of staff: L1."""

from app.web.auth import relatives
from app.web.auth.views import blueprint

VIEWS = (relatives,)
BLUEPRINTS = (blueprint,)

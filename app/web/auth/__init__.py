"""Sign-in of staff: L1."""

from app.web.auth.views import blueprint

BLUEPRINTS = (blueprint,)

"""Pages of custodians and finance: opening identities, recording payments (screens.md §5.5)."""

from app.web.custody import batches, export, openings, payouts
from app.web.custody.blueprint import blueprint

VIEWS = (openings, payouts, batches, export)
BLUEPRINTS = (blueprint,)

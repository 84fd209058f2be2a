"""Pages of enforcement officers and legal review (screens.md §5.4)."""

from app.web.enforcement import afterwards, cases, decision, filing, verify
from app.web.enforcement.blueprint import blueprint

VIEWS = (afterwards, cases, verify, filing, decision)
BLUEPRINTS = (blueprint,)

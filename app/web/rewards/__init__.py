"""Pages of the reward desk: assess, review, approve, unclaimed (screens.md §5.5)."""

from app.web.rewards import counter, decide, downloads, lists, sheet
from app.web.rewards.blueprint import blueprint

VIEWS = (lists, sheet, decide, counter, downloads)
BLUEPRINTS = (blueprint,)

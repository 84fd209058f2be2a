"""What citizens see: report, check, receipt, track, rate, reward; nothing here needs an account."""

from app.web.public import (
    case,
    check,
    home,
    later,
    nearby,
    objection,
    papers,
    pictures,
    rate,
    receipt,
    report,
    review,
    reward,
    steps,
    track,
    uploads,
)
from app.web.public.site import blueprint

BLUEPRINTS = (blueprint,)
VIEWS = (
    home, nearby, report, steps, check, receipt, track, case, later, objection, review, rate,
    reward, papers, uploads, pictures,
)  # fmt: skip

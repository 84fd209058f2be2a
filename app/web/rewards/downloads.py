"""R2 on paper: the approval form and the notice as PDF."""

from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.core import clock
from app.core.errors import NotFound
from app.rewards import sheets
from app.web.access import needs
from app.web.rewards import papers
from app.web.rewards.blueprint import blueprint


@blueprint.get("/<int:award_id>/form.pdf")
@needs(Verb.REWARD_READ)
def form(award_id: int) -> ResponseReturnValue:
    """Hand out the approval form; no reporter in it."""
    found = sheets.sheet(award_id, now=clock.now())
    return papers.download(papers.approval(found), f"approval-{found.case_number}-{award_id}")


@blueprint.get("/<int:award_id>/notice.pdf")
@needs(Verb.REWARD_READ)
def notice(award_id: int) -> ResponseReturnValue:
    """Hand out the notice once the reporter was told; before that there is none."""
    found = sheets.sheet(award_id, now=clock.now())
    if found.award.notified_at is None:
        raise NotFound
    raw = papers.notice(found.award, found.case_number)
    return papers.download(raw, f"notice-{found.case_number}-{award_id}")

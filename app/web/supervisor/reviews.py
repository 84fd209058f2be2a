"""What the authority answered to a review; its form stands on the page of what is late."""

from functools import partial

from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.core import clock
from app.feedback import reviews
from app.web import access
from app.web.access import needs
from app.web.i18n import gettext as _
from app.web.supervisor import overdue
from app.web.supervisor.blueprint import blueprint
from app.web.supervisor.forms import Answer, ReviewForm


@blueprint.post("/review/<int:review_id>")
@needs(Verb.REVIEW_DECIDE)
def review(review_id: int) -> ResponseReturnValue:
    """Record the answer, with words that the reporter reads."""
    form = ReviewForm(prefix=f"v{review_id}-")
    return overdue.decided(
        form, partial(_decide, review_id, form), yes=_("The case is reopened."),
        no=_("The answer to the review is kept."),
    )  # fmt: skip


def _decide(review_id: int, form: ReviewForm, answer: Answer) -> None:
    told = reviews.Answer(
        uphold=answer.grant, words=answer.words, authority=form.authority.data or "",
        paper=form.paper.data or "",
    )  # fmt: skip
    reviews.decide(review_id, told, by=access.actor(), now=clock.now())

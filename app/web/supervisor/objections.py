"""The answer to an objection against a rejection; its form stands on the page of what is late."""

from functools import partial

from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.core import clock
from app.feedback import objections
from app.web import access
from app.web.access import needs
from app.web.i18n import gettext as _
from app.web.supervisor import overdue
from app.web.supervisor.blueprint import blueprint
from app.web.supervisor.forms import Answer, ObjectionForm


@blueprint.post("/objection/<int:objection_id>")
@needs(Verb.OBJECTION_DECIDE)
def objection(objection_id: int) -> ResponseReturnValue:
    """Uphold an objection or refuse it, with words that the reporter reads."""
    return overdue.decided(
        ObjectionForm(prefix=f"o{objection_id}-"), partial(_decide, objection_id),
        yes=_("The report is taken up again."), no=_("The objection is answered."),
    )  # fmt: skip


def _decide(objection_id: int, answer: Answer) -> None:
    objections.decide(
        objection_id, uphold=answer.grant, answer=answer.words, by=access.actor(), now=clock.now()
    )

"""W6: hand a case back with a reason; until it is granted the time stays the unit's."""

from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.cases.workflow import State
from app.core import clock
from app.fieldwork import queries as fieldwork
from app.fieldwork import service
from app.fieldwork.handback import until
from app.web import access
from app.web.access import needs
from app.web.i18n import gettext as _
from app.web.worker import asking, own
from app.web.worker.blueprint import blueprint
from app.web.worker.forms import HandBackForm

TEMPLATE = "worker/handback.html"


@blueprint.route("/<number>/handback", methods=["GET", "POST"])
@needs(Verb.TASK_WORK)
def handback(number: str) -> ResponseReturnValue:
    """Ask to hand a case back; while that waits, show the request."""
    case, task = own.to_work(number)
    form = HandBackForm()
    context = {
        "case": case,
        "asked": fieldwork.hand_backs_of(case.id),
        "waits": case.state is State.HANDBACK,
        "until": until(task.assigned_at, case.urgency),
    }
    return asking.asked(
        TEMPLATE, form,
        lambda: service.hand_back(
            task.id, reason=form.reason.data or "",
            suggested_unit=form.suggested_unit.data or "", by=access.actor(), now=clock.now(),
        ),
        said=_("Asked. Until it is granted the time is yours."), number=number, **context,
    )  # fmt: skip


@blueprint.post("/<number>/handback/back")
@needs(Verb.TASK_WORK)
def take_back(number: str) -> ResponseReturnValue:
    """Withdraw one's own request."""
    _case, task = own.to_work(number)
    return asking.done(
        lambda: service.take_back(task.id, by=access.actor(), now=clock.now()),
        said=_("The request is withdrawn."), number=number,
    )  # fmt: skip

"""Ask to let one's own case rest: a laboratory, a court, a disaster; go on with it by hand."""

from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.cases.workflow import State
from app.core import clock
from app.sla import suspensions
from app.sla.kinds import SuspensionState
from app.web import access
from app.web.access import needs
from app.web.i18n import gettext as _
from app.web.resting import RestForm
from app.web.worker import asking, own
from app.web.worker.blueprint import blueprint

TEMPLATE = "worker/rest.html"


@blueprint.route("/<number>/rest", methods=["GET", "POST"])
@needs(Verb.TASK_WORK)
def rest(number: str) -> ResponseReturnValue:
    """Ask to let a case rest; while that waits, and while it rests, show the request."""
    case, _task = own.to_work(number)
    asked = suspensions.of_case(case.id)
    context = {
        "case": case,
        "asked": asked,
        "waits": bool(asked) and asked[0].state is SuspensionState.OPEN,
        "rests": case.state is State.SUSPENDED,
    }
    form = RestForm()
    return asking.asked(
        TEMPLATE, form,
        lambda: suspensions.ask(case.id, form.wish(), by=access.actor(), now=clock.now()),
        said=_("Asked. Until it is granted every clock runs on."), number=number, **context,
    )  # fmt: skip


@blueprint.post("/<number>/rest/back")
@needs(Verb.TASK_WORK)
def rest_back(number: str) -> ResponseReturnValue:
    """Withdraw one's own request."""
    case, _task = own.to_work(number)
    return asking.done(
        lambda: suspensions.take_back(case.id, by=access.actor(), now=clock.now()),
        said=_("Your request is taken back."), number=number,
    )  # fmt: skip


@blueprint.post("/<number>/rest/over")
@needs(Verb.TASK_WORK)
def rest_over(number: str) -> ResponseReturnValue:
    """Go on with a case that rested."""
    case, _task = own.to_work(number)
    return asking.done(
        lambda: suspensions.resume(case.id, by=access.actor().key, now=clock.now()),
        said=_("The case goes on; its clocks run again."), number=number,
    )  # fmt: skip

"""Ask for more time on the closure of one's own case: once, and before it is over."""

from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.cases.queries import CaseView
from app.core import clock
from app.core.errors import NotFound
from app.sla import extensions
from app.sla import queries as sla
from app.sla.kinds import ClockKind, ClockState
from app.sla.queries import ClockView
from app.web import access
from app.web.access import needs
from app.web.i18n import gettext as _
from app.web.worker import asking, own
from app.web.worker.blueprint import blueprint
from app.web.worker.forms import ExtendForm

TEMPLATE = "worker/extend.html"


@blueprint.route("/<number>/extend", methods=["GET", "POST"])
@needs(Verb.TASK_WORK)
def extend(number: str) -> ResponseReturnValue:
    """Ask for more time; while that waits and after, show the request."""
    case, _task = own.to_work(number)
    closure, form = _closure(case), ExtendForm()
    asked = [row for row in extensions.of_case(case.id) if row.clock_id == closure.id]
    context = {"case": case, "closure": closure, "asked": asked}
    return asking.asked(
        TEMPLATE, form,
        lambda: extensions.ask(
            closure.id, length=form.length.data or 0, reason=form.reason.data or "",
            by=access.actor(), now=clock.now(),
        ),
        said=_("Asked. Until it is granted the old limit holds."), number=number, **context,
    )  # fmt: skip


def _closure(case: CaseView) -> ClockView:
    """Return the running closure clock of the case. Raises NotFound."""
    found = [
        one
        for one in sla.clocks_of(case.id)
        if one.kind is ClockKind.CLOSURE
        and one.round == case.round
        and one.state in (ClockState.RUNNING, ClockState.PAUSED)
    ]
    if not found:
        raise NotFound("no_such_clock")
    return found[-1]

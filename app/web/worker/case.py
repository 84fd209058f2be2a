"""W2: one case in the field: clock, words, photos, what to do, history; never the reporter."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.accounts.permissions import Verb
from app.fieldwork import queries as fieldwork
from app.intake.kinds import medium
from app.web.access import needs
from app.web.worker import actions, advice, own, scene
from app.web.worker.blueprint import blueprint


@blueprint.get("/<number>")
@needs(Verb.TASK_READ)
def case(number: str) -> ResponseReturnValue:
    """Show a case to its worker, and to colleagues of the township without any action."""
    found = own.find(number)
    row = found.case
    told = fieldwork.replies([row.id]).get(row.id, [])
    replied = any(reply.round == row.round for reply in told)
    holder = accounts.get(found.task.staff_id) if found.task and not found.mine else None
    return render_template(
        "worker/case.html",
        found=found,
        case=row,
        task=found.task,
        holder=holder,
        todo=actions.of(found, replied=replied),
        replies=told,
        advice=advice.lines(row.category),
        medium=medium(row.category),
        **scene.about(row),
        **scene.told_of(row),
    )

"""Looks 30 and 90 days after closing (跟踪复查): what came back waits for the decision."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.spotchecks import queries
from app.web.access import needs
from app.web.requests import page_number
from app.web.supervisor import samples
from app.web.supervisor.blueprint import blueprint


@blueprint.get("/rechecks")
@needs(Verb.RATES_READ)
def rechecks() -> ResponseReturnValue:
    """List the looks after closing: those to decide, those to come, those made."""
    page = queries.after_closing(number=page_number())
    return render_template("supervisor/rechecks.html", page=page, lines=samples.lines(page.rows))

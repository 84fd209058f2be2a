"""A8: what the jobs could not handle, and what is missing for them; to be read only."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.audit import queries as audit
from app.core import clock
from app.media import queries as media
from app.sla import queries as sla
from app.supervision import queries as supervision
from app.web.access import needs
from app.web.admin.blueprint import blueprint
from app.worktime import queries as worktime


@blueprint.get("/jobs")
@needs(Verb.JOBS_READ)
def jobs() -> ResponseReturnValue:
    """Show clocks that were set aside, late clocks, the calendar, the last entries of the jobs."""
    now = clock.now()
    return render_template(
        "admin/jobs.html",
        aside=sla.set_aside(),
        urges=supervision.set_aside(),
        photos=media.set_aside(),
        to_print=media.without_print(),
        late=sla.overdue(now=now, size=1).total,
        missing=worktime.missing_year(now),
        entries=audit.page(subject="clocks", size=10).rows,
    )

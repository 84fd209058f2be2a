"""A8: what the jobs could not handle, and what is missing for them; to be read only."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.audit import queries as audit
from app.core import clock, work
from app.media import queries as media
from app.sla import queries as sla
from app.supervision import queries as supervision
from app.web.access import needs
from app.web.admin.blueprint import blueprint
from app.worktime import queries as worktime


@blueprint.get("/jobs")
@needs(Verb.JOBS_READ)
def jobs() -> ResponseReturnValue:
    """Show who drives the jobs, which of them fail, rows set aside, what the jobs did last."""
    now = clock.now()
    return render_template(
        "admin/jobs.html",
        standing=work.standing(),
        failures=work.failures(),
        aside=sla.set_aside(),
        urges=supervision.set_aside(),
        photos=media.set_aside(),
        to_print=media.without_print(),
        late=sla.overdue(now=now, size=1).total,
        missing=worktime.missing_year(now),
        entries=audit.page(subject="clocks", size=10).rows,
    )

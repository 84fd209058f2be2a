"""A7: who did what to which subject; the chain is verified by a button."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.accounts.permissions import Verb
from app.audit import queries as audit
from app.audit import service as audit_service
from app.core import clock
from app.core.tx import transaction
from app.web import access
from app.web.access import needs
from app.web.admin.blueprint import blueprint
from app.web.i18n import gettext as _
from app.web.requests import page_number


@blueprint.get("/audit", endpoint="audit")
@needs(Verb.AUDIT_READ)
def entries() -> ResponseReturnValue:
    """Show entries, the newest first, of one subject or all."""
    subject = request.args.get("subject", "").strip()
    number = page_number()
    page = audit.page(number=number, subject=subject)
    return render_template(
        "admin/audit.html",
        page=page,
        subject=subject,
        names=_names([row.actor for row in page.rows]),
        count=audit.page(size=1).total,
    )


@blueprint.post("/audit/verify")
@needs(Verb.AUDIT_VERIFY)
def verify() -> ResponseReturnValue:
    """Recompute the chain; that it was done is written down as well."""
    verdict = audit.verify()
    with transaction():
        audit_service.record(
            actor=access.actor().key, action="audit.verified", subject="audit", now=clock.now(),
            detail={"entries": verdict.count, "first_bad": verdict.bad_seq},
        )  # fmt: skip
    if verdict.bad_seq is None:
        flash(_("All %(n)s entries hold; the chain is whole.", n=verdict.count))
    else:
        flash(_("The chain is broken: entry %(n)s is the first bad one.", n=verdict.bad_seq))
    return redirect(url_for("admin.audit"), 303)


def _names(actors: list[str]) -> dict[str, str]:
    ids = {int(key.removeprefix("staff:")) for key in actors if key.startswith("staff:")}
    names = {person.key: person.name for person in accounts.by_ids(ids).values()}
    return names | {"reporter": _("Reporter"), "system": _("System")}

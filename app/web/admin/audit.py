"""A7: who did what to which subject; the chain is verified, and compared with what left it."""

from datetime import datetime, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.accounts.permissions import Verb
from app.audit import heads
from app.audit import queries as audit
from app.audit import service as audit_service
from app.audit.rules_heads import HeadWord, first_wrong
from app.core import clock
from app.core.tx import transaction
from app.web import access
from app.web.access import needs
from app.web.admin.blueprint import blueprint
from app.web.i18n import gettext as _
from app.web.requests import page_number

SHOWN, OVERDUE = 14, timedelta(days=2)


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
        **_outside(),
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


@blueprint.post("/audit/compare")
@needs(Verb.AUDIT_VERIFY)
def compare() -> ResponseReturnValue:
    """Compare the chain with the heads that left it; that it was done is written down as well."""
    try:
        rows = heads.compare()
    except OSError:
        flash(_("The folder of the heads cannot be read."), "warn")
        return redirect(url_for("admin.audit"), 303)
    bad, wrong = [row for row in rows if row.word is not HeadWord.AGREES], first_wrong(rows)
    with transaction():
        audit_service.record(
            actor=access.actor().key, action="audit.compared", subject="audit", now=clock.now(),
            detail={"heads": len(rows), "bad": len(bad), "from": wrong},
        )  # fmt: skip
    if not bad:
        flash(_("All %(n)s heads that left agree with the chain.", n=len(rows)))
    elif wrong is None:
        flash(_("%(n)s heads are not signed by this service: see below.", n=len(bad)), "warn")
    else:
        flash(
            _("This is not the chain that left: it differs from entry %(n)s on.", n=wrong), "warn"
        )
    return redirect(url_for("admin.audit", _anchor="heads"), 303)


def _outside() -> dict[str, object]:
    """Return the newest heads that left, how they compare, and whether one is overdue."""
    try:
        rows = heads.compare(most=SHOWN)
    except OSError:
        rows = []
    last = rows[0].head if rows else None
    late = last is None or clock.now() - datetime.fromisoformat(last.at) > OVERDUE
    return {"heads": rows, "overdue": late}


def _names(actors: list[str]) -> dict[str, str]:
    ids = {int(key.removeprefix("staff:")) for key in actors if key.startswith("staff:")}
    names = {person.key: person.name for person in accounts.by_ids(ids).values()}
    return names | {"reporter": _("Reporter"), "system": _("System")}

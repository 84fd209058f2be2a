"""C5: the receipt, its picture, and what can be added to it: claim secret and phone number."""

from datetime import datetime
from io import BytesIO
from typing import Any

from flask import redirect, render_template, request, send_file, url_for
from werkzeug import Response

from app.cases import queries as cases
from app.core import clock
from app.core.errors import Invalid, NotFound, Refused
from app.core.tx import transaction
from app.identity import service as identity
from app.intake import queries as reports
from app.intake import service as intake
from app.web.forms import unfinished
from app.web.public import promises, slip, visits
from app.web.public.case_forms import PhoneForm, SecretForm
from app.web.public.forms import digits
from app.web.public.site import blueprint
from app.web.public.visits import Visit


@blueprint.get("/t/<name>/receipt")
def receipt(name: str) -> str:
    """Show number, code and what is promised; the code only where the report was sent."""
    visit = visits.find(name, now=clock.now())
    return render_template("public/receipt.html", **context(visit, now=clock.now()))


@blueprint.get("/t/<name>/receipt.png")
def receipt_picture(name: str) -> Response:
    """Give the receipt as a picture to keep."""
    visit = visits.find(name, now=clock.now())
    facts = context(visit, now=clock.now())
    if not facts["code"]:
        raise NotFound
    drawn = slip.draw(
        code=facts["code"], number=facts["number"], address=facts["address"],
        received_at=facts["report"].received_at,
    )  # fmt: skip
    return send_file(
        BytesIO(drawn), mimetype="image/png", as_attachment=True,
        download_name=f"eco110-{facts['number']}.png",
    )  # fmt: skip


def context(visit: Visit, *, now: datetime) -> dict[str, Any]:
    """Return what the receipt shows."""
    report = reports.by_id(visit.report_id)
    case = cases.by_id(report.case_id)
    first = intake.receipt_of(visit.client_key, now=now) if visit.client_key else None
    code = first.query_code if first else None
    address = f"{request.url_root}t#{code}" if code else ""
    return {
        "name": visit.name, "report": report, "number": case.number, "code": code,
        "address": address, "qr": slip.qr_path(address) if code else None,
        "promises": promises.ahead(case, now=now), "accept_due": promises.accept_due(case),
        "exact": f"{clock.local(report.received_at):%H:%M:%S}", "draft_key": visit.client_key,
        "has_secret": identity.has_claim_secret(report.id),
        "has_phone": identity.has_phone(report.id),
    }  # fmt: skip


@blueprint.route("/t/<name>/secret", methods=["GET", "POST"])
def secret(name: str) -> str | Response:
    """Set the six digits that collect a reward without a name."""
    now, form = clock.now(), SecretForm()
    visit = visits.find(name, now=now)
    if form.validate_on_submit():
        try:
            made = identity.hash_secret(digits(form.secret.data))
            with transaction():
                identity.set_claim_secret(visit.report_id, made, now=now)
            return redirect(url_for("public.case", name=name, done="secret"), 303)
        except Refused as refusal:
            form.refuse(Invalid(refusal.key, field="secret", **refusal.facts))
    if form.is_bad:
        return unfinished("public/secret.html", form=form, name=name)
    return render_template("public/secret.html", form=form, name=name)


@blueprint.route("/t/<name>/phone", methods=["GET", "POST"])
def phone(name: str) -> str | Response:
    """Leave a phone number for messages and for a lost code."""
    now, form = clock.now(), PhoneForm()
    visit = visits.find(name, now=now)
    if form.validate_on_submit():
        try:
            with transaction():
                identity.leave_phone(visit.report_id, digits(form.phone.data), now=now)
            return redirect(url_for("public.case", name=name, done="phone"), 303)
        except Invalid as refusal:
            form.refuse(refusal)
    if form.is_bad:
        return unfinished("public/phone.html", form=form, name=name)
    return render_template("public/phone.html", form=form, name=name)

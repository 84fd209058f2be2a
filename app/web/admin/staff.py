"""A4: who works here, in which roles and where; who is on leave."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.accounts import service
from app.accounts.permissions import Verb
from app.accounts.status import Status
from app.core import clock
from app.core.errors import Invalid, NotFound
from app.core.tx import transaction
from app.fieldwork import service as fieldwork
from app.fieldwork.service import Relieved
from app.places import queries as places
from app.web import access
from app.web.access import needs
from app.web.admin.blueprint import blueprint
from app.web.admin.forms import StatusForm
from app.web.forms import unfinished
from app.web.i18n import gettext as _

DIGITS = 12
"""Digits of an area code; an office's code may be shorter."""


@blueprint.get("/staff", endpoint="staff")
@needs(Verb.STAFF_READ)
def people() -> ResponseReturnValue:
    """Show all accounts, the closed ones too."""
    rows = accounts.everybody()
    return render_template(
        "admin/staff.html",
        rows=rows,
        names=places.names(row.area_code.ljust(DIGITS, "0") for row in rows),
    )


@blueprint.route("/staff/<int:staff_id>", methods=["GET", "POST"])
@needs(Verb.STAFF_ADMIN)
def status(staff_id: int) -> ResponseReturnValue:
    """Say that somebody is away, and his cases go to the deputy, or that he is back."""
    person = accounts.get(staff_id)
    if person is None:
        raise NotFound("no_such_staff")
    form = StatusForm(status=str(person.status))
    if not form.validate_on_submit():
        if form.is_submitted():
            return unfinished("admin/status.html", form=form, person=person)
        return render_template("admin/status.html", form=form, person=person)
    try:
        with transaction():
            relieved = _change(staff_id, form.chosen())
    except Invalid as error:
        form.refuse(error)
        return unfinished("admin/status.html", form=form, person=person)
    flash(_("Stored: %(name)s.", name=person.name))
    if relieved is not None and relieved.passed:
        flash(_("Open tasks passed to who is on duty: %(n)s.", n=relieved.passed))
    if relieved is not None and relieved.stayed:
        flash(_("Open tasks that stay, as nobody is on duty there: %(n)s.", n=relieved.stayed))
    return redirect(url_for("admin.staff"), 303)


def _change(staff_id: int, status: Status) -> Relieved | None:
    """Store the status; whoever is away now passes his open tasks on."""
    who, now = access.actor(), clock.now()
    service.change_staff(staff_id, status=status, by=who.key, now=now)
    if status is Status.WORKING:
        return None
    return fieldwork.pass_on(staff_id, by=who, now=now)

"""A4: who works here, in which roles and where; who is on leave."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.accounts import service
from app.accounts.permissions import Verb
from app.core import clock
from app.core.errors import Invalid, NotFound
from app.core.tx import transaction
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
    """Say that somebody is away or back; new cases then go to the deputy or to the worker again."""
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
            service.change_staff(
                staff_id, status=form.chosen(), by=access.actor().key, now=clock.now()
            )
    except Invalid as error:
        form.refuse(error)
        return unfinished("admin/status.html", form=form, person=person)
    flash(_("Stored: %(name)s.", name=person.name))
    return redirect(url_for("admin.staff"), 303)

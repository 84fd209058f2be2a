"""A3: the tree of areas in words; a GeoJSON file is tried first and stored once confirmed."""

import json
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.core import clock
from app.core.errors import Invalid
from app.core.tx import transaction
from app.places import queries as places
from app.places import service
from app.places.service import ImportReport
from app.web import access
from app.web.access import needs
from app.web.admin.blueprint import blueprint
from app.web.admin.forms import AreasForm
from app.web.forms import unfinished
from app.web.i18n import gettext as _

MOST_LINES = 30


@blueprint.route("/areas", methods=["GET", "POST"])
@needs(Verb.AREAS_ADMIN)
def areas() -> ResponseReturnValue:
    """Show the tree; a sent file is only tried unless `store` confirms it."""
    form = AreasForm()
    if request.method == "GET":
        return render_template("admin/areas.html", form=form, report=None, **_shown())
    store = request.form.get("step") == "store"
    try:
        if not form.validate():
            return unfinished("admin/areas.html", form=form, report=None, **_shown())
        report = _import(form, store=store)
    except Invalid as error:
        form.refuse(_plain(error))
        return unfinished("admin/areas.html", form=form, report=None, **_shown())
    if not store:
        return render_template("admin/areas.html", form=form, report=report, **_shown())
    flash(_("Stored: %(new)s added, %(changed)s changed.", new=report.added,
            changed=report.changed))  # fmt: skip
    return redirect(url_for("admin.areas"), 303)


def _import(form: AreasForm, *, store: bool) -> ImportReport:
    with transaction():
        return service.import_areas(
            _document(form.file.data.read()), by=access.actor().key, now=clock.now(),
            source=form.file.data.filename or "", replace=bool(form.replace.data),
            trial=not store,
        )  # fmt: skip


def _document(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Invalid("areas_no_json", field="file") from error


def _plain(error: Invalid) -> Invalid:
    """Return the refusal with its faults in one line each."""
    faults = error.facts.get("faults")
    if not isinstance(faults, list):
        return error
    lines = [f"{fault.number}: {fault.key} {fault.about}".strip() for fault in faults[:5]]
    return Invalid(error.key, field="file", faults="; ".join(lines), more=error.facts.get("more"))


def _shown() -> dict[str, object]:
    tree = places.tree()
    codes = [grid.code for grid in places.grids()]
    return {"tree": tree, "duties": places.grid_workers(codes), "most": MOST_LINES}

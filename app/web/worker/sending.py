"""A form of the field is sent once, by hand or by the phone's outbox (screens.md §4.4).

A page with scripts asks for JSON: an answer that names the form's own key is a receipt, and only
a receipt takes a row out of the outbox. Without scripts the same address answers with pages.
"""

from flask import flash, jsonify, redirect
from flask.typing import ResponseReturnValue

from app.fieldwork import receipts
from app.web import access
from app.web.forms import StaffForm, unfinished
from app.web.i18n import gettext as _
from app.web.requests import prefers_json


def taken_before(form: StaffForm, address: str) -> ResponseReturnValue | None:
    """Answer a form that was taken already; None for one that is new."""
    if not receipts.taken(str(form.idem_key.data or ""), by=access.actor()):
        return None
    return _answered(form, address, _("That was sent already; it is stored once."))


def taken(form: StaffForm, address: str, said: str) -> ResponseReturnValue:
    """Answer a form that has just been stored: a receipt for scripts, the next page for hands."""
    return _answered(form, address, said)


def _answered(form: StaffForm, address: str, said: str) -> ResponseReturnValue:
    if prefers_json():
        return jsonify({"idem_key": form.idem_key.data, "next": address, "message": said})
    flash(said)
    return redirect(address, 303)


def refused(template: str, form: StaffForm, **context: object) -> ResponseReturnValue:
    """Return the form with its errors; for scripts their first sentence (status 422)."""
    if not prefers_json():
        return unfinished(template, form=form, **context)
    return jsonify({"message": _first(form)}), 422


def _first(form: StaffForm) -> str:
    said = [*form.form_errors, *(words for field in form for words in field.errors)]
    return str(said[0]) if said else ""

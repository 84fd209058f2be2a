"""Pages on which a worker asks for something about his own case, and takes it back."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.errors import Forbidden, NotFound, Refused
from app.core.tx import transaction
from app.web.forms import StaffForm, refused, unfinished


def asked(
    template: str, form: StaffForm, ask: Callable[[], object], *, said: str, number: str,
    **context: object,
) -> ResponseReturnValue:  # fmt: skip
    """Show the form; send what it asks for, or show it again with what was written."""
    if request.method == "GET":
        return render_template(template, form=form, **context)
    if not form.validate_on_submit():
        return unfinished(template, form=form, **context)
    try:
        return done(ask, said=said, number=number)
    except (Forbidden, NotFound):
        raise
    except Refused as error:
        form.refuse(error)
        return refused(template, error.status, form=form, **context)


def done(act: Callable[[], object], *, said: str, number: str) -> ResponseReturnValue:
    """Carry a step out, say so, and go back to the case."""
    with transaction():
        act()
    flash(said)
    return redirect(url_for("worker.case", number=number), 303)

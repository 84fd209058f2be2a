"""Keep what a reporter wishes of a supervisor, told in words; they are kept on any error."""

from collections.abc import Callable, Mapping

from flask import redirect, url_for
from werkzeug import Response

from app.core.errors import Refused
from app.core.tx import transaction
from app.web.forms import refused, unfinished
from app.web.public.case_forms import ObjectForm


def keep(
    template: str, form: ObjectForm, act: Callable[[str], object], *, done: str,
    shown: Mapping[str, object],
) -> Response:  # fmt: skip
    """Do `act` with the words and go to the case page, or show the form again."""
    if not form.validate():
        return unfinished(template, form=form, **shown)
    try:
        with transaction():
            act(form.words.data or "")
    except Refused as error:
        form.refuse(error)
        return refused(template, error.status, form=form, **shown)
    return redirect(url_for("public.case", name=shown["name"], done=done), 303)

"""The base of every form: one class a form; a form yields a frozen dataclass, never itself.

`idem_key` makes a repeated post harmless, `base_version` tells an old page from a new one
(screens.md §4.3).
"""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from flask import Response, make_response, render_template
from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # the stubs are old

from app.core.errors import Invalid, Refused
from app.web.messages import sentence

LONGEST_VERSION = 10
Option = Any
"""One option of a field: a `SelectChoice`, which the stubs do not know."""


def without_nul(value: Any) -> Any:
    """Drop the one character that PostgreSQL cannot store; the rest of a text is kept."""
    if isinstance(value, list):
        return [without_nul(item) for item in value]
    return value.replace("\x00", "") if isinstance(value, str) else value


class BaseForm(FlaskForm):  # type: ignore[misc]
    """A form with a token; `refuse` puts a service's refusal at its field."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Filters of every field, before its own."""

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            """Bind a field with the common filter in front of its own."""
            own = unbound_field.kwargs.get("filters", ())
            return unbound_field.bind(form=form, filters=[without_nul, *own], **options)

    def refuse(self, error: Refused) -> None:
        """Show what a service refused at the field it names, or on top."""
        words = sentence(error.key, error.facts)
        named = error.field if isinstance(error, Invalid) else None
        field = self._fields.get(named) if named else None
        if field is None:
            self.form_errors.append(words)
        else:
            field.errors = [*field.errors, words]

    @property
    def is_bad(self) -> bool:
        """Say whether there is something to correct."""
        return bool(self.errors)


class StaffForm(BaseForm):
    """A form that changes something: it carries its key and the version that was read."""

    idem_key = HiddenField(default=lambda: str(uuid4()))
    base_version = HiddenField(default="0")

    @property
    def version(self) -> int:
        """Return the version of the page that was filled in; 0 where it is missing."""
        text = str(self.base_version.data or "0")
        return int(text) if text.isdecimal() and len(text) < LONGEST_VERSION else 0

    def sentences(self) -> list[tuple[str, str]]:
        """Return the sentences that were written, so that a refused page loses none of them."""
        return [
            (str(field.label.text), field.data)
            for field in self
            if isinstance(field, TextAreaField) and field.data
        ]


def lines(value: str | None) -> str:
    """Count a line break as one character, as the reader does; drop what cannot be stored."""
    return (value or "").replace("\r\n", "\n").replace("\x00", "").strip()


def picks(pairs: Iterable[tuple[object, object]]) -> list[Option]:
    """Return (value, word) pairs as options of a form field."""
    return [SelectChoice(value, words) for value, words in pairs]


def unfinished(template: str, **context: object) -> Response:
    """Return the page again with its errors, status 422 (screens.md §3)."""
    return refused(template, 422, **context)


def refused(template: str, status: int, /, **context: object) -> Response:
    """Return the page again with the refusal of a service on it: 422, or 409 for an old page."""
    return make_response(render_template(template, **context), status)

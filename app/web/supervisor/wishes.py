"""Rows of what reporters wish of a supervisor, each with the form of its answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from app.feedback import objections, reviews
from app.feedback.objections import ObjectionView
from app.feedback.reviews import ReviewView
from app.web.supervisor.forms import ObjectionForm, ReopenForm, ReviewForm

View = TypeVar("View", ObjectionView, ReviewView)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wished(Generic[View]):
    """One wish with the form of its answer; of a last review also the first one."""

    view: View
    form: ReopenForm
    first: ReviewView | None = None


def objected(bad: ReopenForm | None = None) -> list[Wished[ObjectionView]]:
    """Return the objections that wait, with the form that was not accepted."""
    return _rows(objections.waiting(), ObjectionForm, "o", bad)


def reviewed(bad: ReopenForm | None = None) -> list[Wished[ReviewView]]:
    """Return the reviews that wait, with the form that was not accepted."""
    rows = _rows(reviews.waiting(), ReviewForm, "v", bad)
    return [replace(row, first=reviews.first_of(row.view)) for row in rows]


def _rows(
    views: Sequence[View], kind: type[ReopenForm], letter: str, bad: ReopenForm | None
) -> list[Wished[View]]:
    return [Wished(view=view, form=_form(kind, f"{letter}{view.id}-", bad)) for view in views]


def _form(kind: type[ReopenForm], prefix: str, bad: ReopenForm | None) -> ReopenForm:
    if bad is not None and bad._prefix == prefix:  # noqa: SLF001 - WTForms has no other name
        return bad
    return kind(formdata=None, prefix=prefix)

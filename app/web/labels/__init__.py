"""Words for stored values: one table by enum, one file a feature; a missing word fails a test."""

from enum import StrEnum

from flask_babel.speaklater import LazyString

from app.web.forms import Option, picks
from app.web.labels import (
    accounts,
    cases,
    enforcement,
    feedback,
    fieldwork,
    flags,
    identity,
    intake,
    places,
    rates,
    rewards,
    sla,
    spotchecks,
    supervision,
    worktime,
)

LABELS: dict[str, dict[str, LazyString]] = {
    **accounts.LABELS, **cases.LABELS, **enforcement.LABELS, **feedback.LABELS,
    **fieldwork.LABELS, **flags.LABELS, **identity.LABELS, **intake.LABELS,
    **places.LABELS, **rates.LABELS, **rewards.LABELS, **sla.LABELS, **spotchecks.LABELS,
    **supervision.LABELS, **worktime.LABELS,
}  # fmt: skip


def label(value: object, group: str | None = None) -> LazyString | str:
    """Return the word for a stored value; `group` names the enum of a plain text."""
    if value is None:
        return "—"
    name = group or type(value).__name__
    return LABELS.get(name, {}).get(str(value), str(value))


def choices(kind: type[StrEnum], *, only: tuple[StrEnum, ...] = ()) -> list[Option]:
    """Return the options of a form field for an enum, or for some of its values."""
    return picks((str(value), label(value)) for value in (only or tuple(kind)))

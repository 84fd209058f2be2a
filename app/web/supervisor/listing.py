"""One record behind a number as list and file show it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.accounts import queries as accounts
from app.core import clock
from app.places import queries as places
from app.rates import BY_KEY
from app.rates.beside import BESIDE_BY_KEY
from app.rates.definition import Rate
from app.rates.queries import Record
from app.web import filters
from app.web.i18n import gettext as _
from app.web.labels import label


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One record in words; `late` says that `gap` is a delay."""

    number: str
    good: bool
    result: str
    category: str
    level: str
    channel: str
    town: str
    place: str
    due_at: datetime | None
    done_at: datetime | None
    gap: str
    late: bool
    reason: str
    approved_by: str


def lines(rate: Rate, records: Sequence[Record]) -> list[Line]:
    """Return records in words, with names looked up once."""
    names = places.names(record.township_code for record in records)
    ids = {
        int(record.excluded_by.removeprefix("staff:"))
        for record in records
        if record.excluded_by and record.excluded_by.startswith("staff:")
    }
    people = {f"staff:{one}": person.name for one, person in accounts.by_ids(ids).items()}
    return [_line(rate, record, names, people) for record in records]


def _line(rate: Rate, record: Record, names: dict[str, str], who: dict[str, str]) -> Line:
    rated = is_rated(rate.key)
    gap, late = ("", False) if rated else _gap(record)
    return Line(
        number=record.case_number, good=record.good, result=_result(record, rate.key),
        category=record.category, level=str(label(record.urgency, "Urgency")),
        channel=str(label(record.source, "Source")), town=names.get(record.township_code or "", ""),
        place=record.place_words, due_at=None if rated else record.due_at,
        done_at=record.done_at, gap=gap, late=late,
        reason=str(label(record.excluded, "Exclusion")) if record.excluded else "",
        approved_by=who.get(record.excluded_by or "", ""),
    )  # fmt: skip


def is_rated(key: str) -> bool:
    """Say whether a rate is of things that happened, not of things that were due."""
    return key not in BY_KEY or key == "satisfaction"


def _result(record: Record, key: str) -> str:
    if key in BESIDE_BY_KEY:
        return str(label(key, "RateGood")) if record.good else _("the others")
    if key == "satisfaction":
        return _("Satisfied") if record.good else _("Not satisfied")
    early = record.done_at is not None and record.done_at <= record.due_at
    if key == "arrival" and early and not record.good:
        return _("Grade C, not confirmed")
    return _("In time") if record.good else _("Not in time")


def _gap(record: Record) -> tuple[str, bool]:
    """Write how early or late a record was; one not done is late until now."""
    at = record.done_at or clock.now()
    late = at > record.due_at
    length = filters.span(abs(at - record.due_at))
    return (_("%(span)s late", span=length) if late else _("%(span)s early", span=length)), late


def table(rows: Iterable[Line]) -> list[list[str]]:
    """Return the file's lines, its head first."""
    head = [
        _("Case number"), _("Result"), _("Category"), _("Township"), _("Place"), _("Due"),
        _("Done at"), _("Left out because"), _("Approved by"), _("Level"), _("Channel"),
    ]  # fmt: skip
    return [head] + [
        [
            row.number, row.result, str(label(row.category, "Category")), row.town, row.place,
            _stamp(row.due_at), _stamp(row.done_at), row.reason, row.approved_by,
            row.level, row.channel,
        ]
        for row in rows
    ]  # fmt: skip


def _stamp(at: datetime | None) -> str:
    return "" if at is None else filters.stamp(at)

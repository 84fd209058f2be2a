"""One record behind a number as list and file show it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from itertools import islice

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

BATCH = 1000
"""Lines of a file whose names are looked up together."""

Say = Callable[[object, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One record in words."""

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
    reason: str
    approved_by: str

    @property
    def late(self) -> bool:
        """Whether it was done after its time; one not done is late from then on."""
        return self.due_at is not None and (self.done_at or clock.now()) > self.due_at

    @property
    def gap(self) -> str:
        """How early or late it was; nothing where nothing was due."""
        if self.due_at is None:
            return ""
        length = filters.span(abs((self.done_at or clock.now()) - self.due_at))
        return _("%(span)s late", span=length) if self.late else _("%(span)s early", span=length)


def lines(rate: Rate, records: Sequence[Record]) -> list[Line]:
    """Return records in words, with names looked up once."""
    names = places.names(record.township_code for record in records)
    ids = {
        int(record.excluded_by.removeprefix("staff:"))
        for record in records
        if record.excluded_by and record.excluded_by.startswith("staff:")
    }
    people = {f"staff:{one}": person.name for one, person in accounts.by_ids(ids).items()}
    rated, say = is_rated(rate.key), _once()
    result = cache(partial(_result, rate.key))
    return [
        Line(
            number=record.case_number, good=record.good,
            result=result(record.good, _early(record)), category=record.category,
            level=say(record.urgency, "Urgency"), channel=say(record.source, "Source"),
            town=names.get(record.township_code or "", ""), place=record.place_words,
            due_at=None if rated else record.due_at, done_at=record.done_at,
            reason=say(record.excluded, "Exclusion") if record.excluded else "",
            approved_by=people.get(record.excluded_by or "", ""),
        )
        for record in records
    ]  # fmt: skip


def _once() -> Say:
    """Return what says the word of a value, and looks each one up a single time."""
    return cache(lambda value, group: str(label(value, group)))


def is_rated(key: str) -> bool:
    """Say whether a rate is of things that happened, not of things that were due."""
    return key not in BY_KEY or key == "satisfaction"


def _early(record: Record) -> bool:
    return record.done_at is not None and record.done_at <= record.due_at


def _result(key: str, good: bool, early: bool) -> str:  # noqa: FBT001 - as `cache` keeps them
    if key in BESIDE_BY_KEY:
        return str(label(key, "RateGood")) if good else _("the others")
    if key == "satisfaction":
        return _("Satisfied") if good else _("Not satisfied")
    if key == "arrival" and early and not good:
        return _("Grade C, not confirmed")
    return _("In time") if good else _("Not in time")


def table(rate: Rate, records: Iterable[Record]) -> Iterator[list[str]]:
    """Give the file's lines as they are wanted, its head first."""
    yield [
        _("Case number"), _("Result"), _("Category"), _("Township"), _("Place"), _("Due"),
        _("Done at"), _("Left out because"), _("Approved by"), _("Level"), _("Channel"),
    ]  # fmt: skip
    say, rest = _once(), iter(records)
    while batch := list(islice(rest, BATCH)):
        yield from (_cells(line, say) for line in lines(rate, batch))


def _cells(line: Line, say: Say) -> list[str]:
    return [
        line.number, line.result, say(line.category, "Category"), line.town, line.place,
        _stamp(line.due_at), _stamp(line.done_at), line.reason, line.approved_by,
        line.level, line.channel,
    ]  # fmt: skip


def _stamp(at: datetime | None) -> str:
    return "" if at is None else filters.stamp(at)

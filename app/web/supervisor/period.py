"""Which days and whose records a supervisor looks at, read from the address and written to it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import request

from app.accounts import queries as accounts
from app.core import clock
from app.core.errors import NotFound
from app.places import queries as places
from app.places.rules import Level
from app.rates.definition import Period
from app.rates.queries import WEEKS, Scope
from app.web import access, filters
from app.web.i18n import gettext as _
from app.web.labels import LABELS

DEFAULT = "last_week"
OWN = "own"
KEYS = ("day", "week", "last_week", "month", "last_month", "quarter", OWN)
ONE_DAY, ONE_WEEK = timedelta(days=1), timedelta(days=7)
EARLIEST, LATEST = date(2020, 1, 1), date(2099, 12, 31)

WORDS = {"category": "Category", "channel": "Source", "level": "Urgency"}
"""Filters of cases: the parameter, and the table of the words it may have."""

Named = tuple[str, str, str]
"""Parameter, its value, the name of what it chooses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Days `first` to `last`, both included, and whose records; `names` from the county down."""

    key: str
    first: date
    last: date
    scope: Scope
    names: tuple[Named, ...] = ()
    replaced: bool = False
    """Say whether days were asked for that are none, or too far off."""

    @property
    def period(self) -> Period:
        """The moments of these days."""
        return Period(start=_midnight(self.first), end=_midnight(self.last + ONE_DAY))

    def args(self, **changes: object) -> dict[str, Any]:
        """Return the query parameters that lead here again, some of them changed."""
        given: dict[str, Any] = {"period": self.key}
        if self.key == OWN:
            given |= {"first": self.first.isoformat(), "last": self.last.isoformat()}
        given |= {
            "township": self.scope.township_code,
            "grid": self.scope.grid_code,
            "person": self.scope.staff_id,
            "category": self.scope.category,
            "channel": self.scope.source,
            "level": self.scope.urgency,
        }
        return {key: value for key, value in (given | changes).items() if value is not None}

    @property
    def days(self) -> str:
        """The days as people write them."""
        first, last = filters.day(_midnight(self.first)), filters.day(_midnight(self.last))
        return first if first == last else _("%(first)s to %(last)s", first=first, last=last)

    @property
    def where(self) -> str:
        """The name of the lowest area or person."""
        return _(", ").join(name for *_rest, name in self.names) or _("Whole county")

    def twelve_weeks(self) -> "Chosen":
        """Return the twelve weeks that end with this period."""
        first = self.last + ONE_DAY - ONE_WEEK * WEEKS
        return replace(self, key=OWN, first=first)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=clock.LOCAL)


def month_over(now: datetime) -> str:
    """Return the last month that is over, as 2026-10."""
    return f"{clock.local(now).date().replace(day=1) - ONE_DAY:%Y-%m}"


def days_of(key: str, today: date) -> tuple[date, date]:
    """Return first and last day of a period by its key; own days default to the last four weeks."""
    monday = today - ONE_DAY * today.weekday()
    first = today.replace(day=1)
    before = first - ONE_DAY
    return {
        "day": (today, today),
        "week": (monday, monday + 6 * ONE_DAY),
        "last_week": (monday - ONE_WEEK, monday - ONE_DAY),
        "month": (first, today),
        "last_month": (before.replace(day=1), before),
        "quarter": (first.replace(month=first.month - (first.month - 1) % 3), today),
        OWN: (today - 27 * ONE_DAY, today),
    }[key]


def chosen() -> Chosen:
    """Read period and scope from the address; wrong dates give the default of their kind."""
    asked = request.args.get("period", DEFAULT)
    key = asked if asked in KEYS else DEFAULT
    first, last = days_of(key, clock.local(clock.now()).date())
    replaced = False
    if key == OWN:
        asked_days = [_day("first"), _day("last")]
        replaced = any(day is None and request.args.get(name) for name, day in
                       zip(("first", "last"), asked_days, strict=True))  # fmt: skip
        first, last = asked_days[0] or first, asked_days[1] or last
        first, last = min(first, last), max(first, last)
    scope, names = _scope()
    return Chosen(key=key, first=first, last=last, scope=scope, names=names, replaced=replaced)


def _day(name: str) -> date | None:
    """Return the day that the address names, if it is one that can be."""
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None


def _scope() -> tuple[Scope, tuple[Named, ...]]:
    """Return the scope and its names from the township down. Raises NotFound for unknown ones."""
    township, grid = request.args.get("township") or None, request.args.get("grid") or None
    person = request.args.get("person", type=int)
    names: list[Named] = []
    for name, code, level in (("township", township, Level.TOWNSHIP), ("grid", grid, Level.GRID)):
        if code is not None:
            names.append((name, code, _area(code, level)))
    if person is not None:
        found = accounts.get(person)
        if found is None:
            raise NotFound("no_such_staff")
        names.append(("person", str(person), found.name))
    access.must_see(township or grid)
    kinds = {name: _word(name, table) for name, table in WORDS.items()}
    names += [(name, word, str(LABELS[WORDS[name]][word])) for name, word in kinds.items() if word]
    return Scope(
        township_code=township, grid_code=grid, staff_id=person, category=kinds["category"],
        source=kinds["channel"], urgency=kinds["level"],
    ), tuple(names)  # fmt: skip


def _word(name: str, table: str) -> str | None:
    """Return a word of a label table that the address names; what is not one is left aside."""
    asked = request.args.get(name, "")
    return asked if asked in LABELS[table] else None


def _area(code: str, level: Level) -> str:
    found = places.area(code)
    if found is None or found.level is not level:
        raise NotFound("no_such_area")
    return found.name

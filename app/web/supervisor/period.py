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

DEFAULT = "last_week"
OWN = "own"
KEYS = ("week", "last_week", "month", OWN)
ONE_DAY, ONE_WEEK = timedelta(days=1), timedelta(days=7)
EARLIEST, LATEST = date(2020, 1, 1), date(2099, 12, 31)

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
        return self.names[-1][2] if self.names else _("Whole county")

    def twelve_weeks(self) -> "Chosen":
        """Return the twelve weeks that end with this period."""
        first = self.last + ONE_DAY - ONE_WEEK * WEEKS
        return replace(self, key=OWN, first=first)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=clock.LOCAL)


def days_of(key: str, today: date) -> tuple[date, date]:
    """Return first and last day of a period by its key; own days default to the last four weeks."""
    monday = today - ONE_DAY * today.weekday()
    if key == "week":
        return monday, monday + 6 * ONE_DAY
    if key == "month":
        return today.replace(day=1), today
    if key == OWN:
        return today - 27 * ONE_DAY, today
    return monday - ONE_WEEK, monday - ONE_DAY


def chosen() -> Chosen:
    """Read period and scope from the address; wrong dates give the default of their kind."""
    asked = request.args.get("period", DEFAULT)
    key = asked if asked in KEYS else DEFAULT
    first, last = days_of(key, clock.local(clock.now()).date())
    if key == OWN:
        first, last = _day("first", first), _day("last", last)
        first, last = min(first, last), max(first, last)
    scope, names = _scope()
    return Chosen(key=key, first=first, last=last, scope=scope, names=names)


def _day(name: str, default: date) -> date:
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return default
    return day if EARLIEST <= day <= LATEST else default


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
    return Scope(township_code=township, grid_code=grid, staff_id=person), tuple(names)


def _area(code: str, level: Level) -> str:
    found = places.area(code)
    if found is None or found.level is not level:
        raise NotFound("no_such_area")
    return found.name

"""The clock tag: how a running time limit looks, in glyph, words and colour (screens.md §2.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, pi, sin
from typing import Protocol

from app.core import clock
from app.web import filters
from app.web.i18n import gettext as _
from app.web.labels import label
from app.worktime.calendar import SATURDAY, DayKind
from app.worktime.rules import BY_DAY, Counted, Unit

SOON = timedelta(days=1)


class ClockView(Protocol):
    """What the tag needs of a clock; `app.sla.queries` gives such rows."""

    @property
    def state(self) -> str: ...
    @property
    def started_at(self) -> datetime: ...
    @property
    def due_at(self) -> datetime | None: ...
    @property
    def warn_at(self) -> datetime | None: ...
    @property
    def near_at(self) -> datetime | None: ...
    @property
    def stopped_at(self) -> datetime | None: ...
    @property
    def provisional(self) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockTag:
    """`look` is ok, warn, near, late or pause; `pie` the filled part of the ring as an SVG path.

    A due moment in a year whose calendar is not published says so itself, on every page.
    """

    look: str
    words: str
    due_at: datetime | None
    pie: str = ""


def clock_tag(view: ClockView, now: datetime | None = None, why: str = "") -> ClockTag:
    """Return the tag of a clock at `now`; `why` says what a paused one waits for."""
    now = now or clock.now()
    if view.state == "paused" or view.due_at is None:
        words = _("Paused: %(why)s", why=why) if why else _("Paused")
        return ClockTag(look="pause", words=words, due_at=None)
    if view.stopped_at is not None:
        return _stopped(view.due_at, view.stopped_at)
    if now > view.due_at:
        words = _("%(span)s late", span=filters.span(now - view.due_at))
        return ClockTag(look="late", words=words, due_at=view.due_at)
    look = _look(view, now)
    words = _left(view.due_at, now)
    if look == "near":
        words = _("Nearly late, %(left)s", left=words)
    if view.provisional:
        words = _("%(left)s (provisional)", left=words)
    return ClockTag(look=look, words=words, due_at=view.due_at, pie=pie(_used(view, now)))


def _stopped(due_at: datetime, stopped_at: datetime) -> ClockTag:
    if stopped_at <= due_at:
        return ClockTag(look="ok", words=_("In time"), due_at=due_at)
    words = _("%(span)s late", span=filters.span(stopped_at - due_at))
    return ClockTag(look="late", words=words, due_at=due_at)


def _look(view: ClockView, now: datetime) -> str:
    if view.near_at is not None and now >= view.near_at:
        return "near"
    return "warn" if view.warn_at is not None and now >= view.warn_at else "ok"


def _left(due_at: datetime, now: datetime) -> str:
    days = (clock.local(due_at).date() - clock.local(now).date()).days
    if filters.ends_day(due_at) and days in (0, 1):
        return _("before tomorrow 24:00") if days else _("before today 24:00")
    return _("%(span)s left", span=filters.span(due_at - now))


def _used(view: ClockView, now: datetime) -> float:
    assert view.due_at is not None
    whole = (view.due_at - view.started_at).total_seconds()
    return min(1.0, max(0.0, (now - view.started_at).total_seconds() / whole)) if whole else 1.0


def pie(share: float) -> str:
    """Return the path of a pie in a 16-unit square, from twelve o'clock clockwise."""
    share = min(max(share, 0.02), 0.98)
    angle = 2 * pi * share
    x, y = 8 + 5 * sin(angle), 8 - 5 * cos(angle)
    return f"M8 8V3A5 5 0 {int(share > 0.5)} 1 {x:.1f} {y:.1f}z"


class Accounted(Protocol):
    """A clock whose days are shown."""

    @property
    def started_at(self) -> datetime: ...
    @property
    def unit(self) -> Unit: ...


def day_cells(clock_view: Accounted, days: Sequence[Counted]) -> list[tuple[str, str, str]]:
    """Return the day-by-day account of a limit as cells of the macro `days`: date, words, look."""
    today = clock.local(clock.now()).date()
    month, cells = 0, []
    for item in days:
        date = (
            f"{item.day.month}-{item.day.day:02}" if item.day.month != month else f"{item.day:%d}"
        )
        words = _cell_words(item, clock_view)
        cells.append(
            (date, words, _cell_look(item, last=item is days[-1], today=item.day == today))
        )
        month = item.day.month
    return cells


def _cell_words(item: Counted, clock_view: Accounted) -> str:
    if item.note == "paused":
        return _("paused")
    if clock_view.unit not in BY_DAY:
        return filters.span(timedelta(seconds=item.seconds)) if item.seconds else _day_off(item)
    if item.note == "start":
        return _("from %(time)s", time=filters.hm(clock_view.started_at))
    return _("day %(n)s", n=item.n) if item.n else _day_off(item)


def _day_off(item: Counted) -> str:
    if item.kind is DayKind.REST:
        return _("Saturday") if item.day.weekday() == SATURDAY else _("Sunday")
    return str(label(item.kind)) if item.kind is DayKind.HOLIDAY else "—"


def _cell_look(item: Counted, *, last: bool, today: bool) -> str:
    if last:
        return "last"
    if today:
        return "now"
    return "" if item.n or item.note == "start" else "off"

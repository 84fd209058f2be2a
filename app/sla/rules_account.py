"""How a due moment came about, day by day, from a clock's ledger; pure.

The days run from the start to the due moment as it now stands: what a pause took is marked and
not counted, what an extension gave is counted on.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from app.sla.kinds import EntryKind
from app.sla.rules import Entry, Present, replay
from app.worktime.calendar import ONE_DAY, Calendar, local, midnight
from app.worktime.rules import BY_DAY, Counted, Unit

Spell = tuple[datetime, datetime]


def account(lines: Sequence[Entry], calendar: Calendar) -> tuple[Counted, ...]:
    """Return one entry for each day from the start to the due moment."""
    present = replay(lines)
    end = present.due_at or present.held_due_at
    assert end is not None
    if present.unit in BY_DAY:
        return _by_day(present, local(end).date(), lines, calendar)
    return _by_time(present, local(end), pauses(lines), calendar)


def pauses(lines: Iterable[Entry]) -> list[Spell]:
    """Return the ended pauses of a ledger, in order."""
    found: list[Spell] = []
    begun = None
    for line in lines:
        if line.kind is EntryKind.PAUSE:
            begun = line.at
        elif line.kind is EntryKind.RESUME and begun is not None:
            found.append((local(begun), local(line.at)))
            begun = None
    return found


def _length(present: Present, lines: Iterable[Entry]) -> int:
    """Return how many units the limit holds with what an extension gave."""
    more = sum(line.facts["by"] for line in lines if line.kind is EntryKind.EXTEND)
    return present.length + int(more)


def _by_day(
    present: Present, last: date, lines: Sequence[Entry], calendar: Calendar
) -> tuple[Counted, ...]:
    first, whole, n = local(present.started_at).date(), _length(present, lines), 0
    taken = [(begun.date(), ended.date()) for begun, ended in pauses(lines)]
    days = [_day(first, calendar, note="start")]
    day = first
    while day < last:
        day += ONE_DAY
        would = present.unit is Unit.ND or calendar.is_working(day)
        if would and any(begun < day <= ended for begun, ended in taken):
            days.append(_day(day, calendar, note="paused"))
        elif would and n < whole:
            n += 1
            days.append(_day(day, calendar, n=n))
        else:
            days.append(_day(day, calendar, note="moved" if n == whole else ""))
    return tuple(days)


def _by_time(
    present: Present, end: datetime, taken: list[Spell], calendar: Calendar
) -> tuple[Counted, ...]:
    start = local(present.started_at)
    days: list[Counted] = []
    day, n = start.date(), 0
    while day <= end.date():
        here = [
            (max(opens, start), min(closes, end))
            for opens, closes in _spells(day, present.unit, calendar)
        ]
        open_seconds = sum(_seconds(spell) for spell in here)
        lost = sum(_shared(spell, pause) for spell in here for pause in taken)
        n += open_seconds > lost
        note = "paused" if lost and lost == open_seconds else ""
        seconds = open_seconds - lost
        days.append(_day(day, calendar, n=n if seconds else 0, seconds=seconds, note=note))
        day += ONE_DAY
    return tuple(days)


def _spells(day: date, unit: Unit, calendar: Calendar) -> tuple[Spell, ...]:
    if unit is Unit.WH:
        return calendar.office_spans(day)
    return ((midnight(day), midnight(day + ONE_DAY)),)


def _seconds(spell: Spell) -> int:
    return max(0, int((spell[1] - spell[0]) / timedelta(seconds=1)))


def _shared(one: Spell, other: Spell) -> int:
    return _seconds((max(one[0], other[0]), min(one[1], other[1])))


def _day(day: date, calendar: Calendar, *, n: int = 0, seconds: int = 0, note: str = "") -> Counted:
    return Counted(
        day=day, kind=calendar.kind(day), n=n, seconds=seconds, note=note,
        known=calendar.knows(day),
    )  # fmt: skip

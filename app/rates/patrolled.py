"""巡查到位率 beside the arrival rate, never mixed into it (decision 5): patrols done ÷ planned."""

from datetime import datetime

from app.fieldwork import attendance
from app.fieldwork.attendance import Week
from app.rates.definition import Period
from app.rates.rules import Figure
from app.rates.scope import EVERYTHING, Scope

ANSWERED = {"township_code", "staff_id"}


def weeks(period: Period, *, now: datetime, scope: Scope = EVERYTHING) -> list[Week]:
    """Return the weeks that ended in the period; patrols know townships and persons, no more."""
    if not {name for name, _value in scope.wanted} <= ANSWERED:
        return []
    return attendance.weeks(
        period.start, period.end, now=now, township_code=scope.township_code,
        staff_id=scope.staff_id,
    )  # fmt: skip


def figure(period: Period, *, now: datetime, scope: Scope = EVERYTHING) -> Figure:
    """Return how many of the planned patrols were made."""
    found = weeks(period, now=now, scope=scope)
    return Figure(top=sum(one.counted for one in found), bottom=sum(one.planned for one in found))

"""到勤率: visits checked in by their due time, grade A, B or confirmed C (decision 5)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, case

from app.cases.models import Case
from app.rates import by_clock
from app.rates.definition import Period, Rate


def cohort(period: Period, now: datetime) -> Select[Any]:
    """Select the visits due; a case without a need to visit is excluded with that reason.

    An unconfirmed grade C has no `on_time` yet, so it does not count (sla keeps it open).
    """
    excluded = case((Case.on_site.is_(False), "no_visit"), else_=Case.exclusion)
    return by_clock.cohort("arrive", period, now, excluded=excluded)


RATE = Rate(
    key="arrival", label="Arrival rate", good_label="Arrived in time", all_label="Visits due",
    target=95, cohort=cohort,
)  # fmt: skip

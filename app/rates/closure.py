"""办结率: cases whose check passed by the due time and was not annulled by a reopening since."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, func

from app.rates import by_clock, leaving_out
from app.rates.definition import Period, Rate


def cohort(period: Period, now: datetime) -> Select[Any]:
    """Select the closures due; an annulled one stays in the cohort and counts as failed."""
    excluded = func.coalesce(leaving_out.by_people("closure"), leaving_out.of_case())
    return by_clock.cohort("closure", "closure", period, now, excluded=excluded)


RATE = Rate(key="closure", target=90, cohort=cohort)

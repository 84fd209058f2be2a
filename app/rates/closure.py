"""办结率: cases whose check passed by the due time and was not annulled by a reopening since."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select

from app.cases.models import Case
from app.rates import by_clock
from app.rates.definition import Period, Rate


def cohort(period: Period, now: datetime) -> Select[Any]:
    """Select the closures due; an annulled one stays in the cohort and counts as failed."""
    return by_clock.cohort("closure", period, now, excluded=Case.exclusion.expression)


RATE = Rate(
    key="closure", label="Closure rate", good_label="Closed in time", all_label="Closures due",
    target=90, cohort=cohort,
)  # fmt: skip

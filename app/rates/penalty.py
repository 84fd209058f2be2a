"""执罚率: punishable violations on which a measure was taken by its due time (decision 4)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, case

from app.cases.models import Case
from app.enforcement.models import Penalty
from app.rates import by_clock
from app.rates.definition import Period, Rate


def cohort(period: Period, now: datetime) -> Select[Any]:
    """Select the filings due.

    The clock of a filing starts with a confirmed finding of a punishable violation in our
    competence with a known offender; no penalty by law (行政处罚法 33) is excluded.
    """
    excluded = case((Penalty.state == "no_penalty", "no_penalty"), else_=Case.exclusion)
    rows = by_clock.cohort("filing", period, now, excluded=excluded)
    return rows.outerjoin(Penalty, Penalty.case_id == Case.id)


RATE = Rate(
    key="penalty", label="Penalty rate", good_label="Measure taken in time",
    all_label="Punishable, due", target=None, cohort=cohort,
)  # fmt: skip

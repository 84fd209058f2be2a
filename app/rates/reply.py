"""答复率: reports with a substantive first reply by its due time; anonymous ones count."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, case

from app.intake.models import Report
from app.rates import by_clock
from app.rates.definition import Period, Rate


def cohort(period: Period, now: datetime) -> Select[Any]:
    """Select the reports whose first reply was due; merged ones stay in (decision 23)."""
    excluded = case(
        (Report.test.is_(True), "test"),
        (Report.withdrawn_at.is_not(None), "withdrawn"),
        (Report.refuses_reply.is_(True), "refuses_reply"),
        else_=by_clock.not_excluded_but("merged"),
    )
    return by_clock.cohort("first_reply", period, now, excluded=excluded)


RATE = Rate(
    key="reply", label="Reply rate", good_label="Replied in time", all_label="Replies due",
    target=95, cohort=cohort,
)  # fmt: skip

"""执罚率: punishable violations on which a measure was taken by its due time (decision 4)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, exists, func

from app.enforcement.models import OF_ITS_CLOCKS, Penalty, PenaltyStep
from app.enforcement.workflow import PenaltyState
from app.rates import by_clock, leaving_out
from app.rates.definition import Period, Rate
from app.sla.models import Clock


def cohort(period: Period, now: datetime) -> Select[Any]:
    """Select the filings due.

    The clock of a filing starts with a confirmed finding of a punishable violation in our
    competence with a known offender; no penalty by law (行政处罚法 33) is excluded, also when its
    file has been archived since.
    """
    spared = (
        exists()
        .where(
            Penalty.case_id == Clock.case_id,
            Clock.subject == OF_ITS_CLOCKS,
            PenaltyStep.penalty_id == Penalty.id,
            PenaltyStep.to_state == PenaltyState.NO_PENALTY,
        )
        .correlate(Clock)
    )
    excluded = func.coalesce(
        leaving_out.by_people("penalty"),
        case((spared, "no_penalty")),
        leaving_out.of_case(),
    )
    return by_clock.cohort("penalty", "filing", period, now, excluded=excluded)


RATE = Rate(key="penalty", target=None, cohort=cohort)

"""The supervisor of the demo publishes the rates of each month; later changes stand beside them."""

from datetime import datetime, timedelta

from app.accounts.queries import Actor
from app.core import clock
from app.rates import published

PUBLISHED_ON = 3
DAY = timedelta(days=1)


class Months:
    """Publish a month on the third day after it."""

    def __init__(self, supervisor: Actor) -> None:
        self.supervisor = supervisor

    def day(self, now: datetime) -> None:
        """Publish the month that is over, on the day for it."""
        today = clock.local(now).date()
        if today.day == PUBLISHED_ON:
            month = f"{today.replace(day=1) - DAY:%Y-%m}"
            published.publish(month, by=self.supervisor, now=now)

"""The one who calls back in the demo county: some answer, some do not, one has moved the number."""

from datetime import datetime
from random import Random

from app.accounts.queries import Actor
from app.cli.demo.timeline import Act, Timeline
from app.feedback import call_queries, calls
from app.feedback import queries as feedback
from app.feedback.rules import Satisfaction, Solved
from app.feedback.rules_calls import CallOutcome
from app.feedback.service import RatingData

SAID = "问题解决了，谢谢你们来电。"
SAD = "办是办了，就是等得太久。"
SHARE = 0.6
"""How many of those who wait are called on a day."""


class Telephone:
    """Calls whoever waits, a draw of its own for each."""

    def __init__(self, line: Timeline, caller: Actor) -> None:
        self.line, self.caller = line, caller
        self.rng = Random(110)  # noqa: S311 - a demo, and the same one each time

    def day(self, now: datetime) -> None:
        """Queue today's calls."""
        for view in call_queries.waiting():
            if self.rng.random() < SHARE:
                self.line.at(now, self._call(view.id, view.report_id))

    def _call(self, call_back_id: int, report_id: int) -> Act:
        def act(now: datetime) -> None:
            calls.connect(call_back_id, by=self.caller, now=now)
            mood = self.rng.random()
            if mood < 0.35:
                outcome = CallOutcome.WRONG_NUMBER if mood < 0.03 else CallOutcome.NO_ANSWER
                calls.not_answered(call_back_id, outcome, words="", by=self.caller, now=now)
                return
            rated = feedback.own_rating(report_id) is not None
            data = RatingData(
                solved=None if rated else Solved.YES,
                satisfaction=None if rated else Satisfaction.SATISFIED,
                words=SAD if rated else SAID,
            )
            calls.answered(call_back_id, data, reopen=False, by=self.caller, now=now)

        return act

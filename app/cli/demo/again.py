"""What comes back in the demo county: reopened cases, orders, arrivals that wait for a word."""

from datetime import datetime, timedelta
from random import Random

from app.accounts import queries as accounts
from app.accounts.queries import Actor
from app.cases import queries as cases
from app.cases.workflow import State
from app.cli.demo import words
from app.cli.demo.life import Life
from app.cli.demo.timeline import Act, Timeline
from app.fieldwork import queries as fieldwork
from app.fieldwork import service as site
from app.supervision import queries, service
from app.supervision.rules import OrderState

ALL = 500
AT_ONCE, LATER, ANSWERED = 0.9, 0.6, 0.7
"""Shares of the reopened cases given out within minutes, or on a later day; of orders and of
arrivals without a position that get their word on a day."""


class Again:
    """The dispatcher who gives a case out once more, the worker who answers, the duty officer."""

    def __init__(self, line: Timeline, duty: Actor) -> None:
        self.line, self.duty = line, duty
        self.rng = Random(30)  # noqa: S311 (a story, not a secret)
        self.lives: dict[int, Life] = {}

    def reopened(self, case_id: int, now: datetime) -> None:
        """Have a case that was just reopened given out, unless it is overlooked."""
        if case_id in self.lives and self.rng.random() < AT_ONCE:
            wait = timedelta(minutes=self.rng.uniform(1, 14))
            self.line.at(now + wait, self.lives[case_id].assign)

    def day(self, now: datetime) -> None:
        """Give out what was overlooked, answer the orders, say which arrivals count."""
        for case in cases.in_states((State.REOPENED,), size=ALL).rows:
            if case.id in self.lives and self.rng.random() < LATER:
                self.line.at(now, self.lives[case.id].assign)
        for order in queries.orders(state=OrderState.OPEN, size=ALL).rows:
            worker = accounts.get(cases.by_id(order.case_id).assignee_id or 0)
            if worker is not None and self.rng.random() < ANSWERED:
                self.line.at(now, self._answer(order.id, worker))

        for arrival in fieldwork.pending_arrivals():
            if self.rng.random() < ANSWERED:
                self.line.at(now, self._confirm(arrival.check_in.id))

    def _confirm(self, check_in_id: int) -> Act:
        return lambda now: site.confirm_arrival(
            check_in_id, reason=words.SEEN, by=self.duty, now=now
        )

    def _answer(self, order_id: int, worker: Actor) -> Act:
        return lambda now: service.answer(order_id, reply=words.LATE, by=worker, now=now)

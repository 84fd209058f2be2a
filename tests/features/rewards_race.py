"""Clickers in several processes: each opens the real application on the same database and clicks.

`clicks` gives every process the award and a start signal; each process runs its clickers as threads
that all call one action at once and count who was told that it worked.
"""

import contextlib
import threading
from dataclasses import dataclass
from pathlib import Path
from queue import Empty

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app import create_app
from app.core.db import db
from app.core.errors import Refused
from app.core.tx import transaction
from app.rewards import ledger, moves, service
from app.rewards.models import Payment
from app.rewards.states import State
from config import Config
from tests.features.rewards_make import NOW
from tests.infra.database import let_go
from tests.infra.process import hatchery

WITHIN = 90  # seconds for all rounds together


@dataclass(frozen=True)
class Click:
    """What one clicker does: the award, who clicks, which of the actions."""

    action: str
    award_id: int
    staff_id: int
    mark: str


def approve(click):
    with transaction():
        service.approve(click.award_id, staff_id=click.staff_id, now=NOW)


def pay(click):
    with transaction():
        service.pay(click.award_id, reference=f"F-{click.mark}", idem_key=click.mark,
                    staff_id=click.staff_id, now=NOW)  # fmt: skip


def naive_pay(click):
    """Read the state, think, then write: what everybody writes first, and what pays twice.

    The read ends before the write begins, as SQLite's driver has it by default.
    """
    state = moves.get(click.award_id).state
    db.session.rollback()
    threading.Event().wait(0.05)
    if state is not State.CLAIMED:
        raise Refused("award_already")
    with transaction():
        ledger.post(f"naive:{click.mark}", "pay", {"payable": -1, "paid": 1}, by="naive", now=NOW)
        db.session.execute(
            text("UPDATE award SET state='paid', paid_by=:p WHERE id=:i"),
            {"p": click.staff_id, "i": click.award_id},
        )


ACTIONS = {"approve": approve, "pay": pay, "naive_pay": naive_pay}


def _clicker(app, click, start, won):
    with app.app_context():
        start.wait()
        try:
            ACTIONS[click.action](click)
        except (Refused, DBAPIError):
            with contextlib.suppress(DBAPIError):
                db.session.rollback()
        else:
            won.append(click.mark)


def _process(folder, url, rounds, answers):
    app = create_app(Config.for_tests(Path(folder), url))
    for clicks in iter(rounds.get, None):
        start, won = threading.Barrier(len(clicks)), []
        threads = [
            threading.Thread(target=_clicker, args=(app, click, start, won)) for click in clicks
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        answers.put(won)
    let_go(app)


@contextlib.contextmanager
def crowd(folder, url, processes):
    """Yield a function that hands one list of clicks to each process and returns who won."""
    context = hatchery()
    answers = context.Queue()
    queues = [context.Queue() for _ in range(processes)]
    people = [
        context.Process(target=_process, args=(str(folder), url, queue, answers), daemon=True)
        for queue in queues
    ]
    for person in people:
        person.start()

    def click(clicks):
        for queue, own in zip(queues, clicks, strict=True):
            queue.put(own)
        try:
            return [mark for _ in queues for mark in answers.get(timeout=WITHIN)]
        except Empty:
            raise AssertionError("the clickers did not answer") from None

    try:
        yield click
    finally:
        for queue in queues:
            queue.put(None)
        for person in people:
            person.join(timeout=10)
            if person.is_alive():
                person.kill()


def payments(award_id):
    """Return how many payments and how many ledger entries of the kind an award has."""
    db.session.rollback()
    rows = db.session.query(Payment).filter_by(award_id=award_id).count()
    entries = db.session.scalar(
        text("SELECT count(*) FROM ledger_transaction WHERE award_id = :i AND kind = 'pay'"),
        {"i": award_id},
    )
    return rows, entries

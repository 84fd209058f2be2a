"""A process that stands ready and lets children work, each killed with -9 at its n-th statement."""

import os
import signal
from contextlib import suppress
from itertools import count
from pathlib import Path

from sqlalchemy import event

from app import create_app
from app.core.db import db
from app.core.tx import transaction
from app.rewards import answers, batches
from config import Config
from tests.features.rewards_make import NOW
from tests.infra.database import let_go


class Rehearsed(Exception):
    """The work came as far as its commit, and none was wanted."""


def stand_ready(folder, url, pipe):
    """Let a child carry out each wish and tell how it ended: the signal, or 0 when it lived.

    Nothing is connected and no second thread runs here, so a child inherits no half-held lock. The
    first wish is rehearsed: a child inherits mappers and statements, and need not make its own.
    """
    app = create_app(Config.for_tests(Path(folder), url))
    let_go(app)
    for number, wish in enumerate(iter(pipe.recv, None)):
        if number == 0:
            rehearse(app, *wish[:-1])
        child = os.fork()
        if child == 0:
            work(app, *wish)
            os._exit(0)
        pipe.send(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def rehearse(app, *wish):
    """Work until the commit, and take everything back."""

    def refuse(_connection):
        raise Rehearsed

    with app.app_context():
        event.listen(db.engine, "commit", refuse)
        with suppress(Rehearsed):
            act(*wish)
        event.remove(db.engine, "commit", refuse)
    let_go(app)


def act(told, number, staff_id):
    """Draw a batch, or read the bank's answer."""
    with transaction():
        if told is None:
            batches.draw(staff_id=staff_id, now=NOW)
        else:
            answers.read(number, told, staff_id=staff_id, now=NOW)


def work(app, told, number, staff_id, deadly):
    """Act, and die before statement or commit number `deadly`."""
    seen = count(1)

    def die(*_about):
        if next(seen) == deadly:
            os.kill(os.getpid(), signal.SIGKILL)

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", die)
        event.listen(db.engine, "commit", die)
        act(told, number, staff_id)
        die()  # committed, and nobody has heard of it
        let_go(app)

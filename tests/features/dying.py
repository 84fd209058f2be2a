"""A forked process that kills itself before one of its statements or COMMITs."""

import os
import signal

from sqlalchemy import event

from app.core.db import db
from tests.infra.database import let_go


def dies_in(app, step, work):
    """Do `work` in a forked process that dies at its `step`th statement or COMMIT.

    `work` is given what counts one more, for statements that SQLAlchemy does not see. Returns
    False when it was over before that.
    """
    let_go(app)
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        return os.WIFSIGNALED(status)
    try:
        seen = iter(range(1, 10_000))

        def count(*_args):
            if next(seen) == step:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(db.engine, "before_cursor_execute", count)
        event.listen(db.engine, "commit", count)
        work(count)
    finally:
        os._exit(0)

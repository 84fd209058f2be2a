"""Pages of grid workers: gloves, sun, poor signal (screens.md §5.2)."""

from app.web.worker import (
    arrive,
    case,
    extend,
    finish,
    handback,
    me,
    order,
    outbox,
    patrol,
    pictures,
    recheck,
    reply,
    rest,
    team,
    today,
)
from app.web.worker.blueprint import blueprint

VIEWS = (
    today, me, case, arrive, reply, finish, handback, extend, rest, order, outbox, pictures,
    recheck, patrol, team,
)  # fmt: skip
BLUEPRINTS = (blueprint,)

"""What a worker can do with a case now: one primary action a state, the rest under 更多 (W2)."""

from dataclasses import dataclass

from flask import url_for

from app.cases.workflow import State
from app.fieldwork.states import TaskState
from app.web.i18n import gettext as _
from app.web.worker.own import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions:
    """The primary action (none: `waits` says what for) and further ones as (address, words)."""

    words: str = ""
    target: str = ""
    posts: bool = False
    waits: str = ""
    more: tuple[tuple[str, str], ...] = ()


def of(place: Place, *, replied: bool) -> Actions:
    """Return the actions of a case page."""
    if place.task is None or not place.mine:
        return Actions()
    number, state = place.case.number, place.case.state
    again = state is State.ARRIVED and place.task.state is not TaskState.ARRIVED
    if state is State.ASSIGNED or again:  # an arrival that was refused is made again
        return _assigned(place, number)
    if state is State.ARRIVED:
        return _arrived(number, replied=replied)
    if state is State.HANDBACK:
        return Actions(waits=_waits(state), more=(_to("handback", number, _("Take it back")),))
    if state is State.SUSPENDED:
        return Actions(waits=_waits(state), more=(_to("rest", number, _("Go on with it")),))
    return Actions(waits=_waits(state))


def _assigned(place: Place, number: str) -> Actions:
    task = place.task
    assert task is not None
    hand_back = _to("handback", number, _("Hand back"))
    if task.state is TaskState.OPEN:
        words = _("Redo") if task.rework_reason else _("Sign for it")
        sign = url_for("worker.sign", number=number)
        return Actions(words=words, target=sign, posts=True, more=(hand_back,))
    reply = _to("reply", number, _("Reply to the reporter"))
    if task.no_visit_reason:
        finish = url_for("worker.finish", number=number)
        return Actions(words=_("Hand in for the check"), target=finish, more=(reply, hand_back))
    arrive = url_for("worker.arrive", number=number)
    return Actions(words=_("I am here"), target=arrive, more=(reply, hand_back))


def _arrived(number: str, *, replied: bool) -> Actions:
    reply, finish = url_for("worker.reply", number=number), url_for("worker.finish", number=number)
    hand_back = _to("handback", number, _("Hand back"))
    if replied:
        more = (reply, _("Reply to the reporter"))
        return Actions(words=_("Hand in for the check"), target=finish, more=(more, hand_back))
    more = (finish, _("Hand in for the check"))
    return Actions(words=_("Fill in what was done"), target=reply, more=(more, hand_back))


def _to(view: str, number: str, words: str) -> tuple[str, str]:
    return url_for(f"worker.{view}", number=number), words


def _waits(state: State) -> str:
    return {
        State.HANDLED: _("Handed in. Another person checks it now."),
        State.CHECKED: _("The check is passed."),
        State.CLOSED: _("This case is closed."),
        State.HANDBACK: _(
            "You asked to hand this case back. Until it is granted the time is yours."
        ),
        State.WAITING_REPORTER: _("The reporter was asked something. The clock rests."),
        State.SUSPENDED: _("This case rests. The closing time stands still."),
        State.WAITING_DEPARTMENT: _("Another department works on it."),
        State.MERGED: _("This case was merged into another one."),
    }.get(state, "")

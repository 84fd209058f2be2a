"""R1, R3 and R4: what waits for assessment, review, approval, notice, claim and claw-back."""

from collections.abc import Sequence

from flask import render_template
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.core import clock
from app.intake.kinds import medium
from app.rewards import ledger, queries
from app.rewards.states import State
from app.web import access
from app.web.access import needs
from app.web.requests import page_number
from app.web.rewards.blueprint import blueprint

QUEUE = (State.ASSESSED, State.APPROVED)
REVIEWS = (State.PROPOSED,)
APPROVALS = (State.PROPOSED, State.REVIEWED, State.APPEALED, State.CLAWBACK_DUE)


def counts() -> dict[str, int]:
    """Return the numbers beside the navigation's words: of each as many as its list has."""
    me = access.actor().staff_id
    return {
        "rewards.queue": queries.count_in(QUEUE),
        "rewards.reviews": queries.count_in(REVIEWS, not_by=me),
        "rewards.approvals": queries.count_in(APPROVALS, not_by=me),
        "rewards.unclaimed": queries.count_in((State.NOTIFIED,)),
    }


def _list(part: str, states: Sequence[State], *, not_by: int | None = None) -> str:
    page = queries.in_states(states, number=page_number(), not_by=not_by)
    return render_template(
        f"rewards/{part}.html", page=page, counts=counts(), medium=medium,
    )  # fmt: skip


@blueprint.get("/")
@needs(Verb.REWARD_PROPOSE)
def queue() -> ResponseReturnValue:
    """List what a clerk assesses, and what is approved and not yet told."""
    return _list("queue", QUEUE)


@blueprint.get("/reviews")
@needs(Verb.REWARD_REVIEW)
def reviews() -> ResponseReturnValue:
    """List what waits for its review; own rows are absent, not greyed."""
    return _list("reviews", REVIEWS, not_by=access.actor().staff_id)


@blueprint.get("/approvals")
@needs(Verb.REWARD_APPROVE)
def approvals() -> ResponseReturnValue:
    """List what waits for another person's yes; own rows are absent."""
    return _list("approvals", APPROVALS, not_by=access.actor().staff_id)


@blueprint.get("/unclaimed")
@needs(Verb.REWARD_READ)
def unclaimed() -> ResponseReturnValue:
    """List open claim windows and count what lapsed, was given up or has to come back."""
    year = ledger.year_of(clock.now())
    held, money = queries.count_by_state(), ledger.balances()
    return render_template(
        "rewards/unclaimed.html", page=queries.in_states((State.NOTIFIED,), number=page_number()),
        back=queries.in_states((State.CLAWBACK_DUE,), size=200), held=held, year=year,
        left_fen=money.get(ledger.budget(year), 0), payable_fen=money.get(ledger.PAYABLE, 0),
        counts=counts(), medium=medium,
    )  # fmt: skip

"""What all wishes that a supervisor answers share: words, a person without a part, one answer."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, select, update

from app.accounts import queries as accounts
from app.accounts.queries import Actor
from app.audit import service as audit
from app.core.db import claim, db
from app.core.errors import Forbidden, Invalid, Stale
from app.core.reasons import reason_of
from app.feedback.models import Wish
from app.feedback.rules import RequestState

MAX_WORDS = 3000
Some = TypeVar("Some", bound=Wish)


def words_of(reason: str, *, missing: str) -> str:
    """Return the reporter's words, trimmed. Raises Invalid `missing`, `words_too_long`."""
    words = reason_of(reason, missing, field="words")
    if len(words) > MAX_WORDS:
        raise Invalid("words_too_long", field="words", most=MAX_WORDS)
    return words


def answer_of(answer: str) -> str:
    """Return the words of the answer, trimmed. Raises Invalid `answer_missing`."""
    return reason_of(answer, "answer_missing", field="answer")


def must_be_other(staff_ids: Iterable[int], by: Actor, *, key: str) -> None:
    """Refuse who is one of these people, also behind another account. Raises Forbidden `key`."""
    people = accounts.by_ids(set(staff_ids)).values()
    if any(by.is_same_person(person) for person in people):
        raise Forbidden(key)


def settle(
    row: Wish, *, uphold: bool, answer: str, by: Actor, now: datetime, word: str, **more: str
) -> None:
    """Write the one answer to a wish; `word` names it in the audit. Raises Stale."""
    model, wish_id, report_id = type(row), row.id, row.report_id
    state = RequestState.GRANTED if uphold else RequestState.REFUSED
    won = claim(
        update(model)
        .where(model.id == wish_id, model.state == RequestState.OPEN)
        .values(state=state, decided_by=by.staff_id, decided_at=now, answer=answer, **more)
    )
    if not won:
        raise Stale("already_decided")
    audit.record(actor=by.key, action=f"{word}.{state}", subject=f"report:{report_id}", now=now)


def waiting(model: type[Some], case_id: int, *wanted: ColumnElement[bool]) -> list[Some]:
    """Return the wishes of a kind about a case that wait for their answer, the oldest first."""
    rows = select(model).where(
        model.case_id == case_id, model.state == RequestState.OPEN, *wanted
    )  # fmt: skip
    return list(db.session.scalars(rows.order_by(model.id)))

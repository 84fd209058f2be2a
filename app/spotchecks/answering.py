"""What a supervisor does with a second look: let a poor proof count, take the case up again."""

from datetime import datetime
from typing import Any

from sqlalchemy import update

from app.accounts import queries as accounts
from app.accounts.queries import Actor
from app.audit import service as audit
from app.cases import check
from app.cases import service as cases
from app.cases.workflow import Move
from app.core.db import claim, db
from app.core.errors import Forbidden, Invalid, NotFound, Stale
from app.core.reasons import reason_of
from app.feedback import service as feedback
from app.fieldwork.rules import Grade
from app.spotchecks.kinds import FAILED, SpotAnswer, SpotResult, SpotState
from app.spotchecks.models import SpotCheck

WHY: dict[SpotResult | None, str] = {
    SpotResult.BACK: "rebound",
    SpotResult.NEVER: "failed_spot_check",
}
"""The reason of the reopening (domain.md §5, move 16)."""


def confirm(check_id: int, *, reason: str, by: Actor, now: datetime) -> None:
    """Let a result of grade C count, with a reason; never by the person who looked."""
    row = _get(check_id)
    _must_be_other(row, by)
    reason_of(reason, "reason_missing", field="words")
    won = claim(
        update(SpotCheck)
        .where(
            SpotCheck.id == check_id, SpotCheck.state == SpotState.DONE,
            SpotCheck.grade == Grade.C, SpotCheck.confirmed_at.is_(None),
        )
        .values(confirmed_by=by.staff_id, confirmed_at=now)
    )  # fmt: skip
    if not won:
        raise Stale("already_decided")
    _note("spot.confirmed", row, by=by, now=now, reason=reason.strip())


def answer(
    check_id: int, *, reopen: bool, falsified: bool, words: str, by: Actor, now: datetime
) -> None:
    """Decide on a failed second look: take the case up again or not, and whether it was falsified.

    A falsified disposal costs its township a point (domain.md §8); only what was never solved can
    be one. Raises NotFound, Forbidden (a handler of the case, the one who looked), Invalid, Stale.
    """
    row = _get(check_id)
    case_id, round_, why = row.case_id, row.round, WHY.get(row.result)
    _must_be_other(row, by)
    check.must_be_other(case_id, by)
    reason_of(words, "reason_missing", field="words")
    if falsified and row.result is not SpotResult.NEVER:
        raise Invalid("spot_not_falsified", field="falsified")
    won = claim(
        update(SpotCheck)
        .where(
            SpotCheck.id == check_id, SpotCheck.result.in_(FAILED), SpotCheck.answer.is_(None)
        )
        .values(
            answer=SpotAnswer.REOPENED if reopen else SpotAnswer.LEFT, falsified=falsified,
            answer_words=words.strip(), answered_by=by.staff_id, answered_at=now,
        )
    )  # fmt: skip
    if not won:
        raise Stale("already_decided")
    _note(
        "spot.answered", row, by=by, now=now, reopen=reopen, falsified=falsified,
        reason=words.strip(),
    )  # fmt: skip
    if reopen:
        _reopen(case_id, round_, words, {"spot_check": check_id, "code": why}, by=by, now=now)


def _reopen(
    case_id: int, round_: int, words: str, facts: dict[str, Any], *, by: Actor, now: datetime
) -> None:
    """Take the case up again (move 16); a reporter who asked for the same gets this answer."""
    if cases.get(case_id).round != round_:
        raise Stale("spot_check_changed")
    feedback.grant_waiting(case_id, answer=words, by=by, now=now)
    cases.move(case_id, Move.REOPEN, by=by.key, now=now, note=words.strip(), facts=facts)


def _get(check_id: int) -> SpotCheck:
    row = db.session.get(SpotCheck, check_id)
    if row is None:
        raise NotFound("no_such_spot_check")
    return row


def _must_be_other(row: SpotCheck, by: Actor) -> None:
    looked = accounts.get(row.inspector_id) if row.inspector_id else None
    if by.is_same_person(looked):
        raise Forbidden("second_person")


def _note(action: str, row: SpotCheck, *, by: Actor, now: datetime, **detail: object) -> None:
    audit.record(
        actor=by.key, action=action, subject=f"case:{cases.get(row.case_id).number}", now=now,
        detail={"spot_check": row.id, **detail},
    )  # fmt: skip

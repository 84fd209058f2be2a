"""Raise flags and take a person's answer. A flag moves nothing by itself (features.md §5.12)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.audit import service as audit
from app.core.db import claim, db
from app.core.errors import Forbidden, Invalid, NotFound, Stale
from app.flags.kinds import FlagKind, Verdict
from app.flags.models import Flag, FlagCase

SHORTEST_REASON: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What is to be flagged: `key` names it, `size` grows when more belongs to it."""

    kind: FlagKind
    key: str
    evidence: dict[str, Any]
    case_ids: frozenset[int]
    size: int = 1


def raise_flag(matter: Matter, *, now: datetime) -> bool:
    """Flag a matter; say whether something new stands there now.

    An open flag takes in what has come to it; one that was answered stays, and a new one follows.
    """
    last = db.session.scalar(
        select(Flag).where(Flag.key == matter.key).order_by(Flag.turn.desc()).limit(1)
    )
    if last is not None and last.size >= matter.size:
        return False
    if last is not None and last.verdict is None:
        return _grow(last, matter, now=now)
    return _open(matter, turn=last.turn + 1 if last else 1, now=now)


def _open(matter: Matter, *, turn: int, now: datetime) -> bool:
    flag = Flag(
        kind=matter.kind, key=matter.key, turn=turn, size=matter.size, evidence=matter.evidence,
        raised_at=now,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(flag)
    except IntegrityError:  # another process saw the same at the same moment
        return False
    _show_at(flag.id, matter.case_ids)
    _record("flag.raised", flag.id, matter, now=now)
    return True


def _grow(flag: Flag, matter: Matter, *, now: datetime) -> bool:
    grown = claim(
        update(Flag)
        .where(Flag.id == flag.id, Flag.verdict.is_(None), Flag.size < matter.size)
        .values(size=matter.size, evidence=matter.evidence)
    )
    if grown:
        _show_at(flag.id, matter.case_ids)
        _record("flag.grown", flag.id, matter, now=now)
    return grown


def _show_at(flag_id: int, case_ids: Iterable[int]) -> None:
    known = set(db.session.scalars(select(FlagCase.case_id).where(FlagCase.flag_id == flag_id)))
    db.session.add_all(
        FlagCase(flag_id=flag_id, case_id=case_id) for case_id in sorted(set(case_ids) - known)
    )
    db.session.flush()


def _record(action: str, flag_id: int, matter: Matter, *, now: datetime) -> None:
    detail = {"kind": str(matter.kind), "size": matter.size, "cases": sorted(matter.case_ids)}
    audit.record(actor="system", action=action, subject=f"flag:{flag_id}", now=now, detail=detail)


def answer(
    flag_id: int, *, verdict: Verdict, reason: str, size: int, staff_id: int, now: datetime
) -> None:
    """Keep a person's judgement with its reason, once.

    `size` is that of the page that was read. Raises Invalid without a reason, Forbidden to whom the
    flag is about, Stale when it was answered or has grown meanwhile, NotFound.
    """
    flag = db.session.get(Flag, flag_id)
    if flag is None:
        raise NotFound("no_such_flag")
    words = reason.strip()
    if len(words) < SHORTEST_REASON:
        raise Invalid("flag_reason_missing", field="reason")
    if flag.evidence.get("worker_id") == staff_id:
        raise Forbidden("second_person")
    won = claim(
        update(Flag)
        .where(Flag.id == flag_id, Flag.verdict.is_(None), Flag.size == size)
        .values(verdict=verdict, reason=words, answered_by=staff_id, answered_at=now)
    )
    if not won:
        raise Stale("flag_changed")
    audit.record(
        actor=f"staff:{staff_id}", action="flag.answered", subject=f"flag:{flag_id}", now=now,
        detail={"kind": str(flag.kind), "verdict": str(verdict), "reason": words},
    )  # fmt: skip

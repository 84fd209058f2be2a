"""What a rule set would have paid for the cases of a year, beside what its own versions said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.cases.models import Case
from app.core.db import db
from app.rewards.models import Award
from app.rewards.rules import Facts, FactsFault, RuleDoc, assess, read

SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One case that the other rules value otherwise; `then_fen` None: they cannot value it."""

    number: str
    now_fen: int
    then_fen: int | None
    fault: str = ""

    @property
    def by_fen(self) -> int:
        """Return how much more it would be."""
        return (self.then_fen or 0) - self.now_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """A year's cases under two rules, in fen; the largest differences first."""

    cases: int
    now_fen: int
    then_fen: int
    more: int
    less: int
    unknown: int
    rows: tuple[Difference, ...]

    @property
    def same(self) -> int:
        """Return how many cases would be worth the same."""
        return self.cases - self.more - self.less - self.unknown


def what_if(document: Mapping[str, Any], *, since: datetime) -> WhatIf:
    """Value every case assessed since a moment by another rule set, whole sums and not stages.

    A later reporter's award says only who was first, so it is passed over.
    """
    doc = read(document)
    rows = db.session.execute(
        select(Award, Case.number).join(Case, Case.id == Award.case_id)
        .where(Award.assessed_at >= since, Award.share_no == 1).order_by(Award.id)
    )  # fmt: skip
    latest = {number: row for row, number in rows if not row.facts.get("not_first")}
    found = [_one(doc, number, row) for number, row in latest.items()]
    return WhatIf(
        cases=len(found), now_fen=sum(one.now_fen for one in found),
        then_fen=sum(one.then_fen or 0 for one in found),
        more=sum(one.then_fen is not None and one.by_fen > 0 for one in found),
        less=sum(one.then_fen is not None and one.by_fen < 0 for one in found),
        unknown=sum(one.then_fen is None for one in found),
        rows=tuple(_largest(found)),
    )  # fmt: skip


def _one(doc: RuleDoc, number: str, row: Award) -> Difference:
    try:
        then = assess(doc, Facts.read(row.facts)).total_fen
    except FactsFault as fault:
        return Difference(number=number, now_fen=row.total_fen, then_fen=None, fault=str(fault))
    return Difference(number=number, now_fen=row.total_fen, then_fen=then)


def _largest(found: list[Difference]) -> list[Difference]:
    differ = (one for one in found if one.then_fen is None or one.by_fen)
    return sorted(differ, key=lambda one: (-abs(one.by_fen), one.number))[:SHOWN]

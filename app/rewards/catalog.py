"""The rule sets and defaults that come with the service, read once from `data/`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from app.core.errors import NotFound
from app.rewards.rules.document import RuleDoc, Step, in_fen, ladder, read

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What holds where a rule set is silent; money in fen, times in days of the named kind."""

    ladder: tuple[Step, ...]
    unlisted_level: str
    notify_working_days: int
    claim_days: int
    remind_days: tuple[int, ...]
    appeal_working_days: int
    clerk_proposals: int
    clerk_fen: int
    payee_payouts: int


@cache
def documents() -> Mapping[str, Mapping[str, Any]]:
    """Return the shipped documents by id."""
    tables = json.loads((DATA / "reward-tables.json").read_text("utf-8"))["tables"]
    return {table["id"]: table for table in tables}


def document(rule_set_id: str) -> RuleDoc:
    """Return a shipped rule set. Raises NotFound with the ids that there are."""
    found = documents().get(rule_set_id)
    if found is None:
        raise NotFound("no_such_rule_set", id=rule_set_id, known=", ".join(documents()))
    return read(found)


@cache
def defaults() -> Defaults:
    """Return the defaults of the service (domain.md §7, decision 29)."""
    stated = json.loads((DATA / "defaults.json").read_text("utf-8"))
    return Defaults(
        ladder=ladder(stated["ladder"]), unlisted_level=stated["unlisted_approver_level"],
        notify_working_days=stated["notify_within_working_days_after_decision"],
        claim_days=stated["claim_days"], remind_days=tuple(stated["remind_days_before"]),
        appeal_working_days=stated["appeal_answer_working_days"],
        clerk_proposals=stated["clerk_proposals_a_day"],
        clerk_fen=in_fen(stated, "clerk_yuan_a_day", "defaults") or 0,
        payee_payouts=stated["payouts_a_payee_and_month"],
    )  # fmt: skip

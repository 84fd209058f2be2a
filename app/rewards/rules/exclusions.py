"""Why a report earns nothing, whatever was found (domain.md §7, “Must hold” and “Barred”)."""

from app.rewards.rules.document import RuleDoc
from app.rewards.rules.facts import Facts

PLAIN = (
    "already_known", "not_first", "staff_or_relative", "on_duty", "other_scheme_paid", "in_media",
)  # fmt: skip
"""Facts that bar by themselves, in the order in which they are told."""


def excluded(doc: RuleDoc, facts: Facts) -> str | None:
    """Return the first reason that bars a reward; None when nothing does."""
    if not facts.verified:
        return "not_verified"
    for reason in PLAIN:
        if getattr(facts, reason):
            return reason
    if facts.anonymous and not doc.anonymous_allowed:
        return "anonymous_not_allowed"
    if facts.anonymous and not facts.claim_secret:
        return "anonymous_without_secret"
    return None

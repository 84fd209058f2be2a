"""Try a rule set before anybody keeps it: schema, whole parts, and the version's own test cases."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from app.core.errors import Invalid
from app.rewards.catalog import DATA
from app.rewards.rules import KINDS, Facts, FactsFault, RuleDoc, RuleFault, assess, read, schema
from app.rewards.rules.facts import ALL_EVENTS

SCHEMA_FILE = DATA / "rule-set.schema.json"
MOST_BYTES = 1_000_000
PROSE = ("_note", "_doc", "doc_no")
"""Endings of keys that only tell readers something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """One test case of a version: what it says and what the arithmetic yields."""

    facts: Mapping[str, Any]
    wanted_fen: int
    found_fen: int | None
    wanted: str | None = None
    excluded: str | None = None
    fault: str = ""

    @property
    def passed(self) -> bool:
        """Say whether both agree, on the reason of a bar too where the case names one."""
        return self.wanted_fen == self.found_fen and self.wanted in (None, self.excluded)


@cache
def published() -> Mapping[str, Any]:
    """Return the JSON schema of a rule set."""
    found = json.loads(SCHEMA_FILE.read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def load(raw: bytes) -> dict[str, Any]:
    """Read the file of a rule set. Raises Invalid."""
    if len(raw) > MOST_BYTES:
        raise Invalid("rule_set_fault", field="file", fault=f"more than {MOST_BYTES} bytes")
    try:
        found = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as fault:
        raise Invalid("rule_set_no_json", field="file", fault=str(fault)) from None
    if not isinstance(found, dict):
        raise Invalid("rule_set_fault", field="file", fault="document: an object is expected")
    return found


def faults(document: Mapping[str, Any]) -> list[str]:
    """Return every place where a document cannot be used; nothing when it can."""
    found = schema.faults(document, published(), published())
    if found:
        return found
    try:
        doc = read(document)
    except RuleFault as fault:
        return [str(fault)]
    return [*_parts(doc), *_bands(doc)]


def _parts(doc: RuleDoc) -> list[str]:
    """Compute every component once, so that no missing amount shows first on somebody's case."""
    found = []
    for component in doc.components:
        try:
            KINDS[component.kind](component, Facts())
        except RuleFault as fault:
            found.append(str(fault))
    return found + [
        f"classes.{item.code}: an amount, or min and max, are expected"
        for item in doc.classes
        if item.amount_fen is None and None in (item.min_fen, item.max_fen)
    ]


def _bands(doc: RuleDoc) -> list[str]:
    """Look for bands of fines without an amount, and for bands that overlap."""
    found, reached = [], 0
    for place, tier in enumerate(doc.tiers):
        if tier.rate is None and tier.amount_fen is None:
            found.append(f"tiers.{place}: a rate or an amount is expected")
        if tier.min_fen < reached or (tier.max_fen is not None and tier.max_fen <= tier.min_fen):
            found.append(f"tiers.{place}: the bands must rise and not overlap")
        reached = tier.max_fen if tier.max_fen is not None else tier.min_fen + 1
    return found


def unread(document: Mapping[str, Any]) -> list[str]:
    """Return what is kept and has no effect: unknown keys, events that no record proves."""
    keys = schema.unread(document, published(), published())
    components = document.get("components") or ()
    events = [
        f"components.{place}.when: {item['when']}"
        for place, item in enumerate(components)
        if item["when"] not in ALL_EVENTS
    ]
    return [key for key in keys if not key.endswith(PROSE)] + events


def try_cases(document: Mapping[str, Any]) -> list[CaseResult]:
    """Compute the version's own test cases."""
    doc = read(document)
    return [_try(doc, case) for case in document.get("test_cases") or ()]


def _try(doc: RuleDoc, case: Mapping[str, Any]) -> CaseResult:
    said = {"facts": case["facts"], "wanted_fen": case["amount_fen"],
            "wanted": case.get("excluded")}  # fmt: skip
    try:
        found = assess(doc, Facts.read(case["facts"]))
    except (FactsFault, RuleFault) as fault:
        return CaseResult(**said, found_fen=None, fault=str(fault))
    return CaseResult(**said, found_fen=found.amount_fen, excluded=found.excluded)

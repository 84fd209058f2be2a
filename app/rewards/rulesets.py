"""Versions of rule sets: import, try on its own cases, put in force by a second person."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update

from app.accounts import queries as accounts
from app.audit import service as audit
from app.core import clock
from app.core.db import claim, db
from app.core.errors import Forbidden, Invalid, NotFound, Refused, Stale
from app.rewards import catalog
from app.rewards.models import RuleSet
from app.rewards.rules import Facts, FactsFault, RuleDoc, RuleFault, assess, read
from app.rewards.rules.document import Step

LAUNCH = date(2020, 8, 29)
DEFAULT = "eco110-default"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """One test case of a version: what it says and what the arithmetic yields."""

    wanted_fen: int
    found_fen: int | None
    fault: str = ""

    @property
    def passed(self) -> bool:
        """Say whether both agree."""
        return self.wanted_fen == self.found_fen


def digest(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a document in one written form."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def try_cases(document: Mapping[str, Any]) -> list[CaseResult]:
    """Compute the version's own test cases."""
    doc = read(document)
    found = []
    for case in document.get("test_cases") or ():
        try:
            amount = assess(doc, Facts.read(case["facts"])).amount_fen
            found.append(CaseResult(wanted_fen=case["amount_fen"], found_fen=amount))
        except (FactsFault, RuleFault) as fault:
            found.append(
                CaseResult(wanted_fen=case["amount_fen"], found_fen=None, fault=str(fault))
            )
    return found


def import_version(
    document: Mapping[str, Any], *, valid_from: date, staff_id: int | None, now: datetime,
    source: str = "",
) -> RuleSet:  # fmt: skip
    """Keep a new version, not yet in force. Raises Invalid with the place that is wrong."""
    try:
        doc = read(document)
    except RuleFault as fault:
        raise Invalid("rule_set_fault", field="document", fault=str(fault)) from None
    last = db.session.scalar(select(func.max(RuleSet.version)).where(RuleSet.key == doc.id)) or 0
    row = RuleSet(
        key=doc.id, version=last + 1, valid_from=valid_from, document=dict(document),
        digest=digest(document), source=source, proposed_by=staff_id, proposed_at=now,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    _record("reward.rules_import", row, by=_key(staff_id), now=now)
    return row


def activate(rule_set_id: int, *, staff_id: int, now: datetime) -> RuleSet:
    """Put a version in force: its own cases pass, and another person imported it."""
    row = get(rule_set_id)
    people = accounts.by_ids([i for i in (staff_id, row.proposed_by) if i])
    actor, proposer = people.get(staff_id), people.get(row.proposed_by or 0)
    if actor is None or actor.is_same_person(proposer):
        raise Forbidden("second_person")
    failed = [case for case in try_cases(row.document) if not case.passed]
    if failed:
        raise Refused("rule_cases_fail", n=len(failed))
    return _put_in_force(row, staff_id=staff_id, now=now)


def seed(*, now: datetime, valid_from: date = LAUNCH) -> RuleSet:
    """Put the service's own default in force where no rule set is yet (to be confirmed)."""
    there = db.session.scalar(select(RuleSet).where(RuleSet.activated_at.is_not(None)).limit(1))
    if there is not None:
        return there
    document = catalog.documents()[DEFAULT]
    source = "reward-tables.json"
    row = import_version(document, valid_from=valid_from, staff_id=None, now=now, source=source)
    return _put_in_force(row, staff_id=None, now=now)


def _put_in_force(row: RuleSet, *, staff_id: int | None, now: datetime) -> RuleSet:
    won = claim(
        update(RuleSet)
        .where(RuleSet.id == row.id, RuleSet.activated_at.is_(None))
        .values(activated_by=staff_id, activated_at=now)
    )
    if not won:
        raise Stale("rule_set_active")
    _record("reward.rules_activate", row, by=_key(staff_id), now=now)
    return row


def _key(staff_id: int | None) -> str:
    return "system" if staff_id is None else f"staff:{staff_id}"


def _record(action: str, row: RuleSet, *, by: str, now: datetime) -> None:
    audit.record(
        actor=by, action=action, subject=f"rule_set:{row.key}", now=now,
        detail={"version": row.version, "digest": row.digest, "from": str(row.valid_from)},
    )  # fmt: skip


def get(rule_set_id: int) -> RuleSet:
    """Return one version. Raises NotFound."""
    row = db.session.get(RuleSet, rule_set_id)
    if row is None:
        raise NotFound("no_such_rule_set", id=rule_set_id, known="")
    return row


def in_force(received_at: datetime) -> RuleSet | None:
    """Return the version that was in force when a report was received; None when there was none."""
    day = clock.local(received_at).date()
    return db.session.scalar(
        select(RuleSet)
        .where(RuleSet.activated_at.is_not(None), RuleSet.valid_from <= day)
        .order_by(RuleSet.valid_from.desc(), RuleSet.id.desc())
        .limit(1)
    )


def doc_of(rule_set_id: int) -> RuleDoc:
    """Return the rules of a version."""
    return read(get(rule_set_id).document)


def ladder_of(doc: RuleDoc) -> tuple[Step, ...]:
    """Return the approval ladder of a rule set, the service's own where it has none."""
    return doc.ladder or catalog.defaults().ladder

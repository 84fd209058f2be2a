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
from app.rewards import catalog, trials
from app.rewards.models import RuleSet
from app.rewards.rules import RuleDoc, read
from app.rewards.rules.document import Step

LAUNCH = date(2020, 8, 29)
DEFAULT = "eco110-default"
MOST_FAULTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """One version in the list: who brought it, who put it in force."""

    id: int
    key: str
    name: str
    version: int
    valid_from: date
    digest: str
    source: str
    proposed_by: str
    proposed_at: datetime
    activated_by: str
    activated_at: datetime | None
    present: bool


def digest(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a document in one written form."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def import_version(
    document: Mapping[str, Any], *, valid_from: date, staff_id: int | None, now: datetime,
    source: str = "",
) -> RuleSet:  # fmt: skip
    """Keep a new version, not yet in force. Raises Invalid with the places that are wrong."""
    wrong = trials.faults(document)
    if wrong:
        raise Invalid("rule_set_fault", field="file", fault="; ".join(wrong[:MOST_FAULTS]))
    doc = read(document)
    if staff_id is not None:
        _not_past(valid_from, now=now)
    last = db.session.scalar(select(func.max(RuleSet.version)).where(RuleSet.key == doc.id)) or 0
    row = RuleSet(
        key=doc.id, version=last + 1, valid_from=valid_from, document=dict(document),
        digest=digest(document), source=source.strip(), proposed_by=staff_id, proposed_at=now,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    _record("reward.rules_import", row, by=_key(staff_id), now=now)
    return row


def _not_past(valid_from: date, *, now: datetime) -> None:
    """Refuse a version that would value reports which were received before it. Raises Invalid."""
    if valid_from < clock.local(now).date():
        raise Invalid("rule_set_past", field="valid_from")


def activate(rule_set_id: int, *, staff_id: int, now: datetime) -> RuleSet:
    """Put a version in force: its own cases pass, and another person imported it.

    Raises Forbidden for the importer (also behind a second account), Refused without test cases or
    with one that fails, Invalid once its first day is past, Stale when it is in force already.
    """
    row = get(rule_set_id)
    people = accounts.by_ids([i for i in (staff_id, row.proposed_by) if i])
    actor, proposer = people.get(staff_id), people.get(row.proposed_by or 0)
    if actor is None or actor.is_same_person(proposer):
        raise Forbidden("second_person")
    if row.activated_at is not None:
        raise Stale("rule_set_active")
    tried = trials.try_cases(row.document)
    if not tried:
        raise Refused("rule_cases_missing")
    failed = [case for case in tried if not case.passed]
    if failed:
        raise Refused("rule_cases_fail", n=len(failed))
    _not_past(row.valid_from, now=now)
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


def versions(*, now: datetime) -> list[VersionRow]:
    """Return every version, the newest first; `present` is the one that values a report of now."""
    rows = db.session.scalars(select(RuleSet).order_by(RuleSet.id.desc())).all()
    people = accounts.by_ids(
        {who for row in rows for who in (row.proposed_by, row.activated_by) if who}
    )
    names = {who: person.name for who, person in people.items()}
    present = in_force(now)
    return [
        VersionRow(
            id=row.id, key=row.key, name=str(row.document.get("name", "")), version=row.version,
            valid_from=row.valid_from, digest=row.digest, source=row.source,
            proposed_by=names.get(row.proposed_by or 0, ""), proposed_at=row.proposed_at,
            activated_by=names.get(row.activated_by or 0, ""), activated_at=row.activated_at,
            present=present is not None and present.id == row.id,
        )
        for row in rows
    ]  # fmt: skip


def doc_of(rule_set_id: int) -> RuleDoc:
    """Return the rules of a version."""
    return read(get(rule_set_id).document)


def ladder_of(doc: RuleDoc) -> tuple[Step, ...]:
    """Return the approval ladder of a rule set, the service's own where it has none."""
    return doc.ladder or catalog.defaults().ladder

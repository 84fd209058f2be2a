"""Limits of single categories: clocks start with them, and another category counts anew."""

import json

import pytest

from app.cases import service as cases
from app.cases.workflow import Urgency
from app.core.tx import transaction
from app.sla import policies, proof, queries
from app.sla.kinds import ClockKind, EntryKind
from app.sla.ledger import lines_of
from tests.features import sla_story as story
from tests.infra.clock import moment

SPECIAL = [
    {"kind": "closure", "category": "W", "yellow": "5wd"},
    {"kind": "closure", "category": "W5", "yellow": "3wd"},
]


@pytest.fixture
def county(context, monkeypatch):
    """Let a policy be in force that knows categories."""
    path = policies.FOLDER / "allowances-2026.json"
    told = json.loads(path.read_text(encoding="utf-8")) | {"by_category": SPECIAL}
    monkeypatch.setattr(policies, "shipped", lambda: (policies.read(told),))
    story.begin()


def regrade(case_id, category, when, urgency=Urgency.YELLOW):
    with transaction():
        cases.regrade(
            case_id, urgency=urgency, category=category, by="staff:1", now=moment(when),
            note="看过照片",
        )  # fmt: skip


def test_another_category_counts_from_the_original_start(any_db, county):
    case_id = story.accepted("2026-11-23 09:00")
    assert story.clock(case_id, "closure").due_at == moment("2026-12-02 23:59:59")
    regrade(case_id, "W5", "2026-11-24 09:00")
    closure = story.clock(case_id, "closure")
    assert closure.due_at == moment("2026-11-26 23:59:59")
    last = lines_of([closure.id])[closure.id][-1]
    assert (last.kind, last.reason) == (EntryKind.CHANGE, "category")
    regrade(case_id, "W4", "2026-11-24 10:00")
    assert story.clock(case_id, "closure").due_at == moment("2026-11-30 23:59:59")
    regrade(case_id, "A1", "2026-11-24 11:00", Urgency.BLUE)
    assert story.clock(case_id, "closure").due_at == moment("2026-12-14 23:59:59")
    assert proof.replayed()[1] is None


def test_a_category_with_the_same_limits_leaves_the_ledger_alone(county):
    case_id = story.accepted("2026-11-23 09:00")
    before = story.clock(case_id, "closure")
    regrade(case_id, "A1", "2026-11-24 09:00")
    assert len(lines_of([before.id])[before.id]) == 1


def test_the_preview_promises_what_the_category_has(county):
    told = dict(queries.promises(urgency="yellow", start=moment("2026-11-23 09:00"), category="W5"))
    assert told[ClockKind.CLOSURE].at == moment("2026-11-26 23:59:59")

"""The county's own limits: two persons, a day to come, and clocks that keep what they had."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.accounts.permissions import Role
from app.audit.models import AuditEntry
from app.core import clock
from app.core.db import db
from app.core.errors import Forbidden, Invalid, NotFound, Stale
from app.core.tx import transaction
from app.sla import policies, policy_book, policy_versions, proof, rules_policy
from app.sla.kinds import ClockKind
from tests.features import sla_story as story
from tests.infra.clock import moment

PERSON = "330226199001010011"
DAY = moment("2026-11-24 12:00").date()


@pytest.fixture
def people(any_db, context):
    story.begin()
    return {
        "admin": story.person("admin", Role.SECURITY_ADMIN, natural=PERSON),
        "same": story.person("same", Role.APPROVER, natural=PERSON),
        "leader": story.person("leader", Role.APPROVER),
    }


@pytest.fixture(autouse=True)
def afresh():
    policy_book.forget()


def propose(people, closure="5wd", *, day=DAY, at="2026-11-23 09:00"):
    base = policies.shipped()[-1]
    cell = rules_policy.Cell(kind=ClockKind.CLOSURE, urgency="yellow")
    told = rules_policy.limits(base) | {cell: policies.Allowance.read(closure)}
    with transaction():
        return policy_versions.propose(
            rules_policy.document(told, base), valid_from=day, source="甬环发〔2026〕1号",
            by=people["admin"], now=moment(at),
        )  # fmt: skip


def activate(version, who, at="2026-11-23 10:00"):
    with transaction():
        policy_versions.activate(version, by=who, now=moment(at))


def withdraw(version, who, at="2026-11-23 11:00"):
    with transaction():
        policy_versions.withdraw(version, by=who, now=moment(at))


def closure_at(when):
    with clock.moved_to(moment(when)):
        policy = policy_book.in_force(moment(when))
    return str(policy.allowance(ClockKind.CLOSURE, "yellow"))


def test_it_holds_from_its_day_once_another_person_put_it_in_force(people):
    version = propose(people)
    assert closure_at("2026-11-24 09:00") == "7wd"
    for own in ("admin", "same"):
        with pytest.raises(Forbidden):
            activate(version, people[own])
    activate(version, people["leader"])
    assert closure_at("2026-11-23 23:59") == "7wd"
    assert closure_at("2026-11-24 00:00") == "5wd"
    assert policy_versions.before(policy_versions.version(version, now=moment("2026-11-23 10:00")))
    with pytest.raises(Stale):
        activate(version, people["leader"])
    actions = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.subject == f"policy:county-{version}")
    ).all()
    assert actions == ["policy.proposed", "policy.activated"]


def test_a_clock_keeps_the_limits_that_it_began_with_and_names_them(people):
    activate(propose(people), people["leader"])
    with clock.moved_to(moment("2026-11-23 12:00")):
        old = story.accepted("2026-11-23 12:00")
    with clock.moved_to(moment("2026-11-24 09:00")):
        new = story.accepted("2026-11-24 09:00")
        story.move(old, "assign", "2026-11-24 09:30")
    kept, changed = story.clock(old, "closure"), story.clock(new, "closure")
    assert (kept.policy, kept.due_at) == ("allowances-2026", moment("2026-12-02 23:59:59"))
    assert (changed.policy, changed.due_at) == ("county-1", moment("2026-12-01 23:59:59"))
    assert story.clock(old, "sign_for").policy == "allowances-2026"
    assert proof.replayed()[1] is None


def test_taken_back_before_its_day_it_never_holds(people):
    version = propose(people)
    activate(version, people["leader"])
    withdraw(version, people["leader"])
    assert closure_at("2026-11-25 09:00") == "7wd"
    for again in (withdraw, activate):
        with pytest.raises(Stale):
            again(version, people["leader"])
    late = propose(people, at="2026-11-23 12:00")
    activate(late, people["leader"], at="2026-11-23 12:30")
    with pytest.raises(Invalid, match="policy_day"):
        withdraw(late, people["leader"], at="2026-11-24 00:00")


@pytest.mark.parametrize(
    ("at", "day"),
    [("2026-11-23 09:00", "2026-11-23"), ("2026-11-23 09:00", "2026-11-01"),
     ("2026-11-23 23:58:30", "2026-11-24")],
)  # fmt: skip
def test_a_first_day_that_other_processes_may_miss_is_refused(people, at, day):
    with pytest.raises(Invalid, match="policy_day"):
        propose(people, day=moment(f"{day} 12:00").date(), at=at)
    version = propose(people)
    with pytest.raises(Invalid, match="policy_day"):
        activate(version, people["leader"], at="2026-11-23 23:59")


def test_limits_that_hold_already_are_no_version(people):
    with pytest.raises(Invalid, match="policy_same"):
        propose(people, "7wd")
    with pytest.raises(NotFound):
        policy_versions.version(1, now=moment("2026-11-23 09:00"))


def test_the_county_goes_before_a_later_release_of_the_service(people, monkeypatch):
    activate(propose(people), people["leader"])
    shipped = policies.shipped()[-1]
    later = replace(shipped, key="allowances-2027", valid_from=moment("2027-01-01 12:00").date())
    monkeypatch.setattr(policies, "shipped", lambda: (shipped, later))
    assert closure_at("2027-01-02 09:00") == "5wd"
    with clock.moved_to(moment("2026-11-23 13:00")):
        assert policy_book.by_key("allowances-2027") is later


def test_what_is_kept_cannot_be_changed_unseen(people):
    """The audit names the digest of the very document that is kept."""
    version = propose(people)
    row = policy_versions.version(version, now=moment("2026-11-23 09:30"))
    entry = db.session.scalar(select(AuditEntry).where(AuditEntry.action == "policy.proposed"))
    assert entry.detail["digest"] == row.digest
    assert policy_versions.digest(policy_versions.document(version)) == row.digest

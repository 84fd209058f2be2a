"""Pressure on late clocks: urge at once, order after one working day, notice after five."""

import pytest
from sqlalchemy import text

from app.accounts.permissions import Role
from app.cases import service as cases
from app.cases.workflow import Urgency
from app.core.db import db
from app.core.errors import Invalid, NotFound, Stale
from app.core.tx import transaction
from app.sla import service as sla
from app.sla.kinds import ClockKind, ClockState
from app.supervision import orders, queries
from app.supervision import service as supervision
from app.supervision.models import SupervisionOrder
from app.supervision.rules import OrderState, UrgeLevel
from tests.features import sla_story as story
from tests.infra.clock import moment


@pytest.fixture
def people(context):
    story.begin()
    return {
        "worker": story.laoli(),
        "lead": story.person("lead", Role.GRID_LEAD),
        "other_lead": story.person("other_lead", Role.GRID_LEAD, area=story.OTHER_TOWN),
        "desk": story.person("desk", Role.DESK, area=""),
        "leader": story.person("leader", Role.APPROVER, area=""),
        "chen": story.person("chen", Role.SUPERVISOR, area=""),
    }


def told():
    """Return (who, what) of every message, in order."""
    db.session.rollback()
    names = {f"staff:{row.id}": row.username
             for row in db.session.execute(text("SELECT id, username FROM staff"))}  # fmt: skip
    rows = db.session.execute(text("SELECT recipient, template FROM message ORDER BY id"))
    return [(names[row.recipient], row.template) for row in rows]


def escalate(at):
    total = 0
    while True:
        with transaction():
            done = supervision.escalate_batch(moment(at))
        total += done
        if not done:
            return total


def late_case(people):
    """A case whose closure expires on 12-02 and nothing else does: its steps were in time."""
    case_id = story.accepted("2026-11-23 09:00")
    story.run(
        case_id, people["worker"], ("assign", "2026-11-23 10:00"), ("arrive", "2026-11-23 10:30"),
    )  # fmt: skip
    story.move(case_id, "ask_handback", "2026-11-23 11:00")
    with transaction():
        sla.stop(case_id, ClockKind.FIRST_REPLY, moment("2026-11-24 09:00"))
    return case_id


def test_the_holder_is_urged_then_the_leader_then_everybody_knows(any_db, people):
    case_id = late_case(people)
    assert story.sweep("2026-12-03 00:00") == 1
    assert told() == [("laoli", "urge")]
    assert escalate("2026-12-03 23:59:59") == 0
    assert escalate("2026-12-04 00:00") == 1
    assert told()[1:] == [
        ("laoli", "supervision_order"), ("lead", "supervision_order"),
        ("leader", "supervision_order"),
    ]  # fmt: skip
    page = queries.orders(case_id=case_id)
    assert [(row.requirement, row.issued_by) for row in page.rows] == [("closure", None)]
    reply = story.clock(case_id, "supervision_reply")
    assert (reply.due_at, reply.subject) == (
        moment("2026-12-08 23:59:59"), f"order:{page.rows[0].id}",
    )  # fmt: skip
    assert story.case_row(case_id).supervised
    assert escalate("2026-12-09 23:00") == 0
    assert escalate("2026-12-10 00:00") == 1
    assert told()[4:] == [
        ("lead", "public_notice"), ("leader", "public_notice"), ("chen", "public_notice"),
    ]  # fmt: skip
    assert escalate("2027-06-01 00:00") == 0
    closure = story.clock(case_id, "closure")
    steps = [urge.level for urge in queries.urges_of([closure.id])[closure.id]]
    assert steps == [UrgeLevel.BREACH, UrgeLevel.ORDER, UrgeLevel.NOTICE]


def test_the_pressure_ends_with_the_clock(any_db, people):
    case_id = late_case(people)
    story.sweep("2026-12-03 00:00")
    story.move(case_id, "refuse_handback", "2026-12-03 09:00")
    story.move(case_id, "handle", "2026-12-03 09:30")
    story.move(case_id, "pass_check", "2026-12-03 10:00")
    assert escalate("2027-01-01 00:00") == 0
    assert story.clock(case_id, "closure").on_time is False


def test_an_office_is_urged_where_nobody_holds_the_clock(people):
    story.new_case("2026-11-23 09:00")
    story.sweep("2026-11-25 00:00")
    assert told() == [("desk", "urge")]


def test_the_end_of_a_right_urges_nobody(people):
    case_id = story.accepted("2026-11-23 09:00", urgency="red")
    story.assign(case_id, "2026-11-23 09:05", people["worker"])
    story.move(case_id, "arrive", "2026-11-23 09:06")
    assert story.sweep("2026-11-23 12:00") == 1
    assert story.clock(case_id, "hand_back").breached_at is not None
    assert told() == []


def test_one_open_order_a_case_is_enough(people):
    case_id = story.accepted("2026-11-23 09:00")
    story.assign(case_id, "2026-11-23 10:00", people["worker"])
    story.sweep("2026-11-30 09:00")
    escalate("2026-12-01 09:00")
    assert queries.orders(case_id=case_id).total == 1


def test_an_order_is_issued_answered_once_and_its_clock_stops(any_db, people):
    first, second = story.accepted("2026-11-23 09:00"), story.accepted("2026-11-23 09:00")
    now = moment("2026-11-23 15:00")
    with pytest.raises(Invalid), transaction():
        orders.issue([first], requirement=" ", by=people["chen"], now=now)
    with transaction():
        made = orders.issue(
            [first, second, first], requirement="今日办结", by=people["chen"], now=now
        )
    assert len(made) == 2
    assert story.clock(first, "supervision_reply").state is ClockState.RUNNING
    later = moment("2026-11-24 09:00")
    with pytest.raises(NotFound), transaction():
        orders.answer(made[0], reply="好", by=people["other_lead"], now=later)
    with transaction():
        orders.answer(made[0], reply="已办", by=people["lead"], now=later)
    with pytest.raises(Stale), transaction():
        orders.answer(made[0], reply="再答", by=people["worker"], now=later)
    assert story.clock(first, "supervision_reply").on_time is True
    assert story.clock(second, "supervision_reply").state is ClockState.RUNNING
    assert queries.order(made[0]).state is OrderState.ANSWERED
    assert queries.orders(state=OrderState.OPEN, townships=[story.TOWN]).total == 1


def test_a_bad_urge_is_set_aside(people, monkeypatch):
    cases_late = [late_case(people), late_case(people)]
    story.sweep("2026-12-03 00:00")
    issue = orders.issue_for_clock

    def choke(clock, **given):
        if clock.case_id == cases_late[0]:
            raise RuntimeError("poison")
        return issue(clock, **given)

    monkeypatch.setattr(orders, "issue_for_clock", choke)
    assert escalate("2026-12-04 09:00") == 2
    db.session.rollback()
    assert [row.case_id for row in db.session.query(SupervisionOrder)] == [cases_late[1]]
    errors = db.session.scalars(text("SELECT error FROM urge WHERE error IS NOT NULL")).all()
    assert ["poison" in error for error in errors] == [True]
    monkeypatch.setattr(orders, "issue_for_clock", issue)
    with transaction():
        assert supervision.ASIDE.again(moment("2026-12-04 10:00")) == 1
    assert escalate("2026-12-04 10:00") == 1
    assert db.session.query(SupervisionOrder).count() == 2


def test_another_urgency_may_end_a_limit_that_is_urged_once(people):
    case_id = story.accepted("2026-11-23 09:00")
    with transaction():
        cases.regrade(
            case_id, urgency=Urgency.RED, category="A6", by="staff:1",
            now=moment("2026-11-23 16:00"), note="es brennt",
        )  # fmt: skip
    assert story.sweep("2026-11-23 16:01") == 1
    assert story.clock(case_id, "dispatch").on_time is False

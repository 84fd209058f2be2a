"""What clocks cause in the product itself: its own table of reactions, its own jobs."""

import pytest
from sqlalchemy import select, text

from app import jobs
from app.accounts.permissions import Role
from app.cases import service as cases
from app.cases.workflow import Urgency
from app.core import events
from app.core.db import db
from app.core.tx import transaction
from app.notify.models import Message
from app.rewards.events import AwardMoved
from app.rewards.states import AwardState
from app.sla import extensions
from app.sla import service as sla
from app.sla.kinds import ClockKind, ClockState
from app.supervision import orders, queries
from app.supervision.models import Urge
from app.worktime import service as worktime
from tests.features import sla_story as story
from tests.features.test_sla_clocks import NEXT_YEAR
from tests.infra.clock import at, moment


@pytest.fixture
def worker(context):
    """The product's own reactions hold: the story installs none."""
    with transaction():
        worktime.seed(moment("2026-01-01 00:00"))
    return story.laoli()


def tick(name, when):
    with at(when):
        return jobs.tick(name)


def told(template):
    db.session.rollback()
    return list(db.session.scalars(select(Message.recipient).where(Message.template == template)))


def test_a_loaded_year_moves_what_reached_into_it(any_db, worker):
    case_id = story.accepted("2026-12-29 09:00")
    assert story.clock(case_id, "closure").provisional
    with transaction():
        worktime.load(NEXT_YEAR, doc_no="国办发明电〔2026〕9号", by="staff:1",
                      now=moment("2026-12-30 10:00"))  # fmt: skip
    assert tick("calendar", "2026-12-30 10:01") > 0
    closure = story.clock(case_id, "closure")
    assert (closure.provisional, closure.due_at) == (False, moment("2027-01-11 23:59:59"))
    assert tick("calendar", "2026-12-30 10:02") == 0


def test_a_year_with_a_gap_before_it_is_looked_at_once(worker):
    case_id = story.accepted("2026-12-29 09:00")
    with transaction():
        worktime.load(NEXT_YEAR.replace("2027", "2028"), doc_no="x", by="staff:1",
                      now=moment("2026-12-30 10:00"))  # fmt: skip
    assert tick("calendar", "2026-12-30 10:01") == 0
    assert story.clock(case_id, "closure").provisional


def test_who_acted_late_is_not_pressed_further(any_db, worker):
    """A clock that breached and then stopped brings no supervision order the day after."""
    case_id = story.accepted("2026-11-23 09:00")
    tick("clocks", "2026-11-23 14:31")
    assert [urge.level for urge in db.session.scalars(select(Urge))] == ["breach"]
    story.assign(case_id, "2026-11-23 14:40", worker)
    tick("escalation", "2026-11-25 00:00")
    assert queries.orders(case_id=case_id).total == 0


def test_nobody_acted_so_an_order_follows_and_its_answer_has_a_clock(any_db, worker):
    case_id = story.accepted("2026-11-23 09:00")
    lead = story.person("lead", Role.GRID_LEAD)
    tick("clocks", "2026-11-23 14:31")
    tick("escalation", "2026-11-25 00:00")
    (order,) = queries.orders(case_id=case_id).rows
    reply = story.clock(case_id, "supervision_reply")
    assert (reply.due_at, reply.state) == (order.reply_due_at, ClockState.RUNNING)
    with transaction():
        orders.answer(order.id, reply="已办", by=lead, now=moment("2026-11-26 09:00"))
    assert story.clock(case_id, "supervision_reply").on_time is True


def test_reporters_hear_of_more_time_before_the_old_limit_is_over(worker):
    boss = story.person("leader", Role.APPROVER, area="")
    case_id = story.accepted("2026-11-23 09:00", reports=2)
    closure = story.clock(case_id, "closure")
    with transaction():
        wanted = extensions.ask(
            closure.id, length=3, reason="等检测报告", by=worker, now=moment("2026-11-24 09:00")
        )
    assert told("extended") == []
    with transaction():
        extensions.decide(wanted, grant=True, answer="", by=boss, now=moment("2026-11-25 09:00"))
    assert len(told("extended")) == 2


def award(case_id, new, when, old=None):
    with transaction():
        events.announce(
            AwardMoved(
                award_id=7, report_id=1, case_id=case_id, step=None, old=old, new=new,
                amount_fen=5000, actor="staff:1", now=moment(when),
            )
        )  # fmt: skip


def test_an_award_runs_notice_claim_and_appeal_one_after_another(worker):
    case_id = story.accepted("2026-11-23 09:00")
    award(case_id, AwardState.ASSESSED, "2026-11-23 10:00")
    notice = story.clock(case_id, "reward_notice")
    assert (notice.due_at, notice.subject) == (moment("2026-12-07 23:59:59"), "award:7")
    award(case_id, AwardState.PROPOSED, "2026-11-24 10:00")
    assert story.clock(case_id, "reward_notice").state is ClockState.RUNNING
    award(case_id, AwardState.NOTIFIED, "2026-11-25 10:00")
    assert story.clock(case_id, "reward_notice").on_time is True
    assert story.clock(case_id, "claim").due_at == moment("2027-01-25 23:59:59")
    award(case_id, AwardState.APPEALED, "2026-11-26 10:00")
    assert story.clock(case_id, "claim").state is ClockState.STOPPED
    assert story.clock(case_id, "reward_appeal").state is ClockState.RUNNING
    award(case_id, AwardState.NOTIFIED, "2026-11-27 10:00")
    assert story.clock(case_id, "reward_appeal").on_time is True
    assert [clock.state for clock in story.clocks(case_id, "claim")] == [
        ClockState.STOPPED, ClockState.RUNNING,
    ]  # fmt: skip


def test_a_promise_made_elsewhere_prevails_and_outlives_another_urgency(worker):
    case_id = story.accepted("2026-11-23 09:00")
    with transaction():
        sla.start(case_id, ClockKind.CLAIM, moment("2026-11-23 10:00"), subject="award:1",
                  until=moment("2026-12-02 23:59:59"))  # fmt: skip
    assert story.clock(case_id, "claim").due_at == moment("2026-12-02 23:59:59")
    with transaction():
        cases.regrade(case_id, urgency=Urgency.RED, category="A6", by="staff:1",
                      now=moment("2026-11-23 11:00"), note="es brennt")  # fmt: skip
    assert story.clock(case_id, "claim").due_at == moment("2026-12-02 23:59:59")


def test_an_officer_has_his_own_way_to_an_urgent_place(worker):
    officer = story.person("officer", Role.OFFICER)
    case_id = story.accepted("2026-11-22 02:00", urgency="red")
    story.assign(case_id, "2026-11-22 02:10", officer)
    assert story.clock(case_id, "arrive").due_at == moment("2026-11-22 03:40")
    assert db.session.scalar(text("SELECT count(*) FROM clock WHERE kind = 'arrive'")) == 1

"""Looks 30 and 90 days after closing: the village goes, what is back waits for the supervisor."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.accounts.status import Status
from app.cases.models import Case, CaseStep
from app.cases.workflow import Move, State
from app.core.db import db
from app.core.errors import Forbidden, Invalid, Stale
from app.core.tx import transaction
from app.enforcement.workflow import FindingKind
from app.feedback import queries as feedback
from app.feedback import service as requests
from app.intake import queries as intake
from app.rates.beside import BESIDE_BY_KEY
from app.rates.definition import Period
from app.rates.queries import figure
from app.rates.recount import differences
from app.sla import moving, proof, watches
from app.sla import service as sla
from app.sla.kinds import ClockKind, ClockState
from app.sla.models import Clock
from app.sla.rules_moves import UNTRUE, WATCH, WATCHES, Do, is_watched
from app.spotchecks import queries, service
from app.spotchecks.kinds import Occasion, SpotAnswer, SpotResult, SpotState
from app.spotchecks.models import SpotCheck
from app.supervision import service as supervision
from app.supervision.models import SupervisionOrder, Urge
from tests.features import spot_story as story
from tests.infra.clock import moment

HERE = story.TOWNS[0]
GRID = story.grids(HERE)[0]
CLOSED, SOON, DUE = "2026-10-10 09:00", "2026-11-02 08:00", "2026-11-09 23:59:59"
LOOKED, LATER = "2026-11-04 10:00", "2026-11-06 09:00"
NOW = moment("2026-12-30 12:00")
OCTOBER = Period(start=moment("2026-10-01"), end=moment("2026-11-01"))


@pytest.fixture
def people(context):
    return story.begin()


def clocks(case):
    db.session.rollback()
    rows = db.session.scalars(
        select(Clock).where(Clock.case_id == case, Clock.subject == WATCH).order_by(Clock.id)
    )
    return {(one.kind, one.round): one for one in rows}


def give(at=SOON):
    with transaction():
        return service.give_batch(moment(at))


def asked(people, case, at=SOON):
    """Let the time of the first look come; return the look."""
    give(at)
    return queries.of_case(case)[0]


def answer(people, row, *, reopen, by="chen", at=LATER):
    with transaction():
        service.answer(
            row.id, reopen=reopen, falsified=False, words="看过照片，理由成立", by=people[by],
            now=moment(at),
        )  # fmt: skip


def rebound():
    db.session.rollback()
    found = figure(BESIDE_BY_KEY["rebound"], OCTOBER, now=NOW)
    assert differences(OCTOBER, now=NOW) == []
    return f"{found.top}/{found.bottom}"


def test_a_closed_case_is_watched_twice(people, any_db):
    case = story.closed(people, GRID, CLOSED)
    found = clocks(case)
    assert {kind: one.due_at for (kind, _), one in found.items()} == {
        ClockKind.RECHECK_30: moment(DUE),
        ClockKind.RECHECK_90: moment("2027-01-08 23:59:59"),
    }
    for one in found.values():
        assert (one.unit_code, one.staff_id, one.state) == (HERE, None, ClockState.RUNNING)


WATCHED = {"finding": None, "on_site": True, "grid_code": GRID, "exclusion": None}


@pytest.mark.parametrize(
    ("changes", "watched"),
    [({"finding": str(kind)}, kind is not FindingKind.UNTRUE) for kind in FindingKind]
    + [({}, True), ({"on_site": False}, False), ({"exclusion": "test"}, False)],
)
def test_which_closed_cases_are_watched(people, changes, watched):
    assert is_watched(**WATCHED | changes) is watched
    case = story.closed(people, GRID, **changes)
    assert set(clocks(case)) == ({(kind, 1) for kind in WATCHES} if watched else set())


def test_nobody_can_go_where_no_village_is_known():
    assert not is_watched(**WATCHED | {"grid_code": None})
    assert UNTRUE == FindingKind.UNTRUE


def test_the_village_is_asked_a_week_before_and_once(people, any_db):
    case = story.closed(people, GRID, CLOSED)
    assert give("2026-11-01 23:59") == 0
    assert queries.of_case(case) == []
    assert give("2026-11-02 00:00") == 2, "made and given"
    assert give("2026-11-02 01:00") == 0
    row = queries.of_case(case)[0]
    worker = people["w001001"].staff_id
    assert (row.occasion, row.inspector_id, row.sample_id) == (Occasion.AFTER_30, worker, None)
    assert [one.id for one in queries.waiting_for(worker)] == [row.id]
    clock = clocks(case)[ClockKind.RECHECK_30, 1]
    assert (clock.unit_code, clock.staff_id, clock.due_at) == (HERE, worker, moment(DUE))
    assert clocks(case)[ClockKind.RECHECK_90, 1].staff_id is None


def test_on_leave_the_deputy_goes_and_with_nobody_it_waits(people):
    case = story.closed(people, GRID, CLOSED)
    worker, deputy = people["w001001"], people["d001001"]
    story.set_status(worker, Status.LEAVE)
    story.set_status(deputy, Status.LEAVE)
    assert asked(people, case).inspector_id is None
    story.set_status(deputy, Status.WORKING)
    assert asked(people, case, "2026-11-03 08:00").inspector_id == deputy.staff_id
    story.set_status(deputy, Status.LEAVE)
    story.set_status(worker, Status.WORKING)
    row = asked(people, case, "2026-11-03 09:00")
    assert row.inspector_id == worker.staff_id
    assert clocks(case)[ClockKind.RECHECK_30, 1].staff_id == worker.staff_id
    assert row.given_at == moment("2026-11-03 08:00"), "the time goes on"


def test_two_machines_ask_once(people, any_db):
    case = story.closed(people, GRID, CLOSED)
    give()
    with pytest.raises(IntegrityError), transaction():
        db.session.add(
            SpotCheck(
                occasion=Occasion.AFTER_30, case_id=case, round=1, closed_at=moment(CLOSED),
                state=SpotState.OPEN, reasons=[],
            )
        )  # fmt: skip


@pytest.mark.parametrize("occasion", [Occasion.DRAWN, Occasion.AFTER_30])
def test_only_a_drawn_look_belongs_to_a_sample(people, any_db, occasion):
    story.closed(people, GRID, CLOSED)
    with transaction():
        service.draw("2026-10", by=people["chen"], now=moment(SOON))
    give()
    wrong = Occasion.AFTER_90 if occasion is Occasion.DRAWN else Occasion.DRAWN
    change = update(SpotCheck).where(SpotCheck.occasion == occasion).values(occasion=wrong)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(change)


def test_in_order_ends_the_watch_of_its_day_alone(people, any_db):
    case = story.closed(people, GRID, CLOSED)
    row = asked(people, case)
    with pytest.raises(Invalid, match="spot_result"):
        story.look(people, row, "never", LOOKED)
    assert str(story.look(people, row, "solved", LOOKED).grade) == "A"
    found = clocks(case)
    assert (found[ClockKind.RECHECK_30, 1].state, found[ClockKind.RECHECK_30, 1].on_time) == (
        ClockState.STOPPED, True,
    )  # fmt: skip
    assert found[ClockKind.RECHECK_90, 1].state is ClockState.RUNNING
    assert queries.to_answer() == (0, 0)
    assert rebound() == "0/1"
    assert asked(people, case, "2027-01-01 08:00").occasion is Occasion.AFTER_90


def test_a_drawn_look_and_a_watch_of_one_case_do_not_mix(people, any_db):
    case = story.closed(people, GRID, CLOSED)
    with transaction():
        service.draw("2026-10", by=people["chen"], now=moment(SOON))
    row = asked(people, case)
    drawn = next(one for one in queries.of_case(case) if one.drawn)
    assert drawn.inspector_id != people["w001001"].staff_id
    watch = next(one for one in queries.of_case(case) if not one.drawn)
    lot = select(Clock).where(Clock.case_id == case, Clock.subject == f"spot:{drawn.id}")
    assert db.session.scalars(lot).one().staff_id == drawn.inspector_id, "the watch charges its own"
    assert row.case_id == case
    story.look(people, drawn, "solved", LOOKED)
    assert clocks(case)[ClockKind.RECHECK_30, 1].state is ClockState.RUNNING
    story.look(people, watch, "back", LOOKED)
    assert clocks(case)[ClockKind.RECHECK_30, 1].state is ClockState.STOPPED
    assert queries.to_answer() == (0, 1)


def test_a_draw_made_again_leaves_the_watch_alone(people):
    case = story.closed(people, GRID, CLOSED)
    story.draw(people)
    story.draw_again(people, SOON)
    assert clocks(case)[ClockKind.RECHECK_30, 1].state is ClockState.RUNNING
    assert {one.state for one in queries.of_case(case)} == {SpotState.DROPPED, SpotState.OPEN}


def test_what_is_back_waits_for_a_second_person(people, any_db):
    case = story.closed(people, GRID, CLOSED)
    row = asked(people, case)
    story.look(people, row, "back", LOOKED)
    assert db.session.get(Case, case).state is State.CLOSED, "no machine reopens"
    assert [one.id for one in queries.to_decide_after_closing()] == [row.id]
    assert rebound() == "1/1"
    with pytest.raises(Forbidden, match="second_person"):
        answer(people, row, reopen=True, by="w001001")
    with pytest.raises(Invalid, match="reason_missing"), transaction():
        service.answer(row.id, reopen=True, falsified=False, words=" ", by=people["chen"],
                       now=moment(LATER))  # fmt: skip
    give("2027-01-01 08:00")
    answer(people, row, reopen=True)
    again = db.session.get(Case, case)
    assert (again.state, again.round) == (State.REOPENED, 2)
    step = db.session.scalars(select(CaseStep).where(CaseStep.move == Move.REOPEN)).one()
    assert step.facts == {"spot_check": row.id, "code": "rebound"}
    closure = select(Clock).where(Clock.case_id == case, Clock.kind == ClockKind.CLOSURE)
    first = db.session.scalars(closure.order_by(Clock.id)).first()
    assert first.state is ClockState.ANNULLED, "within 30 days of closing it was no closure"
    assert clocks(case)[ClockKind.RECHECK_90, 1].state is ClockState.VOID
    assert [one.state for one in queries.of_case(case)] == [SpotState.OVERTAKEN, SpotState.DONE]
    assert rebound() == "1/1"
    with pytest.raises(Stale):
        answer(people, row, reopen=False)


def test_the_next_round_is_watched_anew(people):
    case = story.closed(people, GRID, CLOSED)
    row = asked(people, case)
    story.look(people, row, "back", LOOKED)
    answer(people, row, reopen=True)
    worker = people["w001001"]
    with transaction():
        story.go(case, "assign", LATER, facts={"staff_id": worker.staff_id})
        for step in ("arrive", "handle", "pass_check", "close"):
            story.go(case, step, LATER, by=worker.key)
    assert {kind for kind, turn in clocks(case) if turn == 2} == set(WATCHES)
    assert asked(people, case, "2026-11-30 08:00").round == 2


def test_left_closed_it_is_no_rebound(people, any_db):
    case = story.closed(people, GRID, CLOSED)
    row = asked(people, case)
    story.look(people, row, "back", LOOKED)
    answer(people, row, reopen=False)
    assert queries.check(row.id).answer is SpotAnswer.LEFT
    assert db.session.get(Case, case).state is State.CLOSED
    assert queries.to_answer() == (0, 0)
    assert rebound() == "0/1"


def test_a_poor_proof_is_a_rebound_once_the_supervisor_says_so(people, any_db):
    case = story.closed(people, GRID, CLOSED)
    row = asked(people, case)
    assert str(story.look(people, row, "back", LOOKED, away=0.02).grade) == "C"
    assert rebound() == "0/1"
    with transaction():
        service.confirm(row.id, reason="照片里有路牌", by=people["chen"], now=moment(LATER))
    assert rebound() == "1/1"
    assert queries.to_answer() == (0, 1)


def test_who_asked_for_the_reopening_gets_its_answer(people):
    case = story.closed(people, GRID, CLOSED)
    with transaction():
        requests.ask_reopen(
            intake.of_case(case)[0].id, reason="又在烧", now=moment("2026-11-03 09:00")
        )
    row = asked(people, case)
    story.look(people, row, "back", LOOKED)
    answer(people, row, reopen=True)
    assert feedback.open_requests() == []
    step = db.session.scalars(select(CaseStep).where(CaseStep.move == Move.REOPEN)).one()
    assert step.facts["code"] == "rebound"


def test_a_reopening_for_another_reason_answers_what_is_back(people):
    case = story.closed(people, GRID, CLOSED)
    with transaction():
        asked_for = requests.ask_reopen(
            intake.of_case(case)[0].id, reason="又在烧", now=moment("2026-11-03 09:00")
        )
    row = asked(people, case)
    story.look(people, row, "back", LOOKED)
    chen = people["chen"]
    with transaction():
        requests.decide_reopen(
            asked_for, grant=True, answer="现场照片清楚，同意", by=chen, now=moment(LATER)
        )
    told = queries.check(row.id)
    assert (told.answer, told.answered_by) == (SpotAnswer.REOPENED, chen.staff_id)
    assert queries.to_answer() == (0, 0)


def test_unseen_ends_the_watch_and_says_nothing(people):
    case = story.closed(people, GRID, CLOSED)
    story.look(people, asked(people, case), "unseen", LOOKED, photo=False)
    assert clocks(case)[ClockKind.RECHECK_30, 1].state is ClockState.STOPPED
    assert queries.to_answer() == (0, 0)
    assert rebound() == "0/1"


def test_a_late_watch_urges_who_goes_and_orders_nothing(people):
    case = story.closed(people, GRID, CLOSED)
    row = asked(people, case)
    with transaction():
        sla.breach_batch(moment("2026-11-10 00:10"))
    with transaction():
        supervision.escalate_batch(moment("2026-11-11 08:00"))
    urged = db.session.scalars(
        select(Urge.staff_id).where(Urge.case_id == case, Urge.kind == "recheck_30")
    ).all()
    assert urged == [row.inspector_id, row.inspector_id]
    assert db.session.scalar(select(SupervisionOrder.id)) is None


@pytest.fixture
def older(monkeypatch):
    """Let an older version close the cases: it knew no watches."""
    with monkeypatch.context() as patch:
        patch.setitem(moving.EFFECTS, Do.WATCH, lambda _scene, _effect: None)
        yield patch


def enrol(at, most=50):
    with transaction():
        return sla.enrol_batch(moment(at), most)


def test_cases_closed_before_the_upgrade_are_watched_from_their_closing(people, any_db, older):
    early, late = (story.closed(people, GRID, f"2026-{day} 09:00") for day in ("09-01", "10-10"))
    monday, over = (story.closed(people, GRID, f"2026-{day} 09:00") for day in ("08-03", "07-30"))
    older.undo()
    twin = clocks(story.closed(people, GRID, CLOSED))
    assert enrol("2026-11-02 08:00") == 4
    assert set(clocks(early)) == {(ClockKind.RECHECK_90, 1)}, "its thirty days are over"
    assert clocks(monday)[ClockKind.RECHECK_90, 1].due_at == moment("2026-11-02 23:59:59")
    assert clocks(over) == {}
    found = clocks(late)
    for key, one in twin.items():
        told = found[key]
        for name in ("started_at", "due_at", "unit_code", "staff_id", "state", "near_at"):
            assert getattr(told, name) == getattr(one, name), name
    assert enrol("2026-11-02 08:00") == 0
    assert proof.replayed()[1] is None
    give("2026-11-02 08:00")
    assert [row.occasion for row in queries.of_case(late)] == [Occasion.AFTER_30]


@pytest.mark.parametrize(("at", "kinds"), [
    ("2026-11-09 23:00", 2), ("2026-11-10 00:00", 1), ("2027-01-08 23:00", 1),
    ("2027-01-09 00:00", 0),
])  # fmt: skip
def test_the_last_day_itself_still_counts(people, older, at, kinds):
    case = story.closed(people, GRID, CLOSED)
    assert enrol(at) == kinds == len(clocks(case))


def test_who_comes_after_another_machine_enrols_nothing(people, any_db, older):
    """Both saw a case without a watch; the second opens its book after the first has written."""
    case, now = story.closed(people, GRID, CLOSED), moment(SOON)
    for started in (2, 0):
        with transaction():
            assert watches._enrol(case, moment(CLOSED), now) == started
    assert len(clocks(case)) == 2


@pytest.mark.parametrize("changes", [
    {"finding": UNTRUE}, {"on_site": False}, {"exclusion": "test"}, {"grid_code": None},
])  # fmt: skip
def test_what_is_not_watched_is_not_enrolled(people, any_db, older, changes):
    story.closed(people, GRID, CLOSED, **changes)
    assert enrol(SOON) == 0


def test_an_open_or_watched_case_is_not_enrolled_and_a_batch_is_bounded(people, any_db, older):
    cases = [story.closed(people, GRID, CLOSED) for _ in range(3)]
    older.undo()
    story.closed(people, GRID, CLOSED)
    with transaction():
        story.go(cases[0], "reopen", "2026-10-20 09:00")
    assert [enrol(SOON, most=1) for _ in range(3)] == [2, 2, 0]


def test_a_batch_is_bounded_and_the_rest_comes_next(people):
    cases = [story.closed(people, grid, CLOSED) for grid in story.grids(HERE)]
    with transaction():
        service.give_batch(moment(SOON), limit=2)
    assert len([case for case in cases if queries.of_case(case)]) == 2
    while give():
        pass
    assert all(queries.of_case(case)[0].inspector_id for case in cases)
    assert SpotResult.NEVER not in {row.result for row in queries.after_closing().rows}
    assert queries.after_closing().total == 3

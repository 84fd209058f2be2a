"""Spot checks: nobody chooses what is drawn, others look, and no machine reopens."""

import hashlib
import threading

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.accounts import queries as accounts
from app.accounts.status import Status
from app.audit import queries as chain
from app.audit.models import AuditEntry
from app.cases.models import Case
from app.cases.workflow import State
from app.core.db import db
from app.core.errors import Forbidden, Invalid, NotFound, Stale
from app.core.tx import transaction
from app.feedback import queries as feedback
from app.feedback import service as requests
from app.intake import queries as intake
from app.places import queries as places
from app.places import service as place_service
from app.rates import scores
from app.rates.beside import BESIDE_BY_KEY
from app.rates.definition import Period
from app.rates.queries import Part, figure, records
from app.rates.recount import differences
from app.rates.scope import Scope
from app.sla import service as sla
from app.sla.kinds import ClockKind, ClockState
from app.sla.models import Clock
from app.spotchecks import proof, queries, redrawing, rules, service
from app.spotchecks.kinds import RedrawState, SpotResult, SpotState
from app.spotchecks.models import SpotCheck, SpotRedraw
from app.supervision import service as supervision
from app.supervision.models import SupervisionOrder, Urge
from tests.features import spot_story as story
from tests.infra.clock import moment

NOW = moment("2026-11-20 12:00")
OCTOBER = Period(start=moment("2026-10-01"), end=moment("2026-11-01"))
WHOLE = Period(start=moment("2026-10-01"), end=moment("2026-12-01"))
HERE, THERE = story.TOWNS
DRAWN = (Clock.kind == ClockKind.RECHECK_30) & Clock.subject.startswith("spot:")
"""The clocks of drawn looks; each closed case has watches of its own beside them."""


@pytest.fixture
def people(context):
    return story.begin()


def some(people):
    """Close twelve cases in one township, of two media, and three in the other."""
    return [
        story.closed(people, grid, category=category)
        for town, category in (
            (HERE, "A6"),
            (HERE, "W4"),
            (HERE, "A2"),
            (HERE, "W1"),
            (THERE, "A6"),
        )
        for grid in story.grids(town)
    ]


def audited(now=NOW, **scope):
    db.session.rollback()
    found = figure(BESIDE_BY_KEY["audited"], OCTOBER, now=now, scope=Scope(**scope))
    return f"{found.top}/{found.bottom} {found.excluded}"


def test_the_record_makes_the_draw_and_stands_before_it(people, any_db):
    closed = some(people)
    head = chain.last_before(moment("2026-11-02 00:00"))
    sample = queries.sample(story.draw(people))
    assert (sample.head_seq, sample.head_hash) == head
    assert sample.seed == rules.seed("2026-10", 1, head_seq=head[0], head_hash=head[1])
    assert {row.case_id for row in proof.listed(sample.id)} == set(closed)
    drawn = queries.checks(sample.id)
    towns = sorted(row.township_code for row in drawn)
    assert towns == [HERE, HERE, THERE], "a tenth of each township, rounded up"
    assert {row.category[0] for row in drawn if row.township_code == HERE} == {"A", "W"}
    assert proof.is_whole(sample.id)
    said = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.subject == "sample:2026-10")
        .order_by(AuditEntry.seq)
    ).all()  # fmt: skip
    assert said == ["spot.listed", "spot.drawn"]
    export = proof.export(sample.id)
    assert [row[0] for row in export if row[-1] == "1"] == sorted(
        f"{row.number}/1" for row in drawn
    )
    assert by_hand(export[1:], sample.seed) == {f"{row.number}/1" for row in drawn}


def by_hand(lines, seed):
    """Draw from the file alone, as its reader would."""
    names = set()
    for town in {line[1] for line in lines}:
        mine = sorted(
            (medium, handler, ticket, name)
            for name, where, medium, handler, _at, ticket, _d in lines
            if where == town
        )
        there, wanted = len(mine), -(-len(mine) // 10)
        start = int(hashlib.sha256(f"{seed}:{town}".encode()).hexdigest(), 16) % there
        names |= {mine[(start + n * there) // wanted][-1] for n in range(wanted)}
    return names


@pytest.mark.parametrize("table", ["spot_sample", "spot_row"])
@pytest.mark.parametrize("change", ["UPDATE {} SET case_id = 1", "DELETE FROM {}"])
def test_a_drawn_sample_never_changes(people, any_db, table, change):
    story.closed(people, story.grids(HERE)[0])
    story.draw(people)
    statement = change.format(table).replace("spot_sample SET case_id", "spot_sample SET turn")
    with pytest.raises(DBAPIError), transaction():
        db.session.execute(text(statement))


def test_what_is_left_out_of_the_list(people):
    grid = story.grids(HERE)[0]
    kept = story.closed(people, grid)
    story.closed(people, grid, "2026-11-01 00:00")
    test, again = story.closed(people, grid), story.closed(people, grid)
    with transaction():
        db.session.get(Case, test).exclusion = "test"
        story.go(again, "reopen", "2026-10-20 09:00")
    assert [row.case_id for row in proof.listed(story.draw(people))] == [kept]


def test_a_month_is_drawn_once_and_again_only_by_two(people, any_db):
    some(people)
    with pytest.raises(Invalid, match="sample_month_not_over"):
        story.draw(people, "2026-10-31 23:59")
    with pytest.raises(Invalid, match="month_wrong"):
        story.draw(people, month="October")
    with pytest.raises(Invalid, match="sample_empty"):
        story.draw(people, month="2026-09")
    first = story.draw(people)
    seen = queries.checks(first)[0]
    story.look(people, seen)
    with pytest.raises(Stale, match="sample_drawn"):
        story.draw(people, "2026-11-03 09:00")
    assert audited() == "1/1 2"
    second = story.draw_again(people, "2026-11-05 09:00")
    assert queries.sample(second).turn == 2
    assert queries.last_of("2026-10").id == second
    assert {row.state for row in queries.checks(first)} == {SpotState.DONE, SpotState.DROPPED}
    assert audited() == "0/0 3", "only the last draw counts"
    running = db.session.scalars(
        select(Clock.case_id).where(DRAWN, Clock.state == ClockState.RUNNING)
    ).all()
    assert sorted(running) == sorted(row.case_id for row in queries.checks(second))
    assert proof.is_whole(first)
    assert proof.is_whole(second)


def test_who_asks_for_another_draw_does_not_draw(people, any_db):
    some(people)
    at, again = moment("2026-11-05 09:00"), "2026-11-05 10:00"
    chen, other = people["chen"], people["checker"]
    with pytest.raises(Invalid, match="redraw_not_drawn"), transaction():
        service.ask_again("2026-10", reason="名单有误，重抽", by=chen, now=at)
    first = story.draw(people)
    with pytest.raises(Invalid, match="reason_missing"), transaction():
        service.ask_again("2026-10", reason="  错 ", by=chen, now=at)
    with transaction():
        redraw_id = service.ask_again("2026-10", reason="名单有误，重抽", by=chen, now=at)
    with pytest.raises(Stale, match="redraw_asked"), transaction():
        service.ask_again("2026-10", reason="名单有误，重抽", by=other, now=at)
    assert [one.id for one in redrawing.waiting("2026-10")] == [redraw_id]
    assert len(queries.samples()) == 1, "nothing is drawn by asking"

    def decide(by, *, approve=True, answer=""):
        with transaction():
            return service.decide_again(
                redraw_id, approve=approve, answer=answer, by=by, now=moment(again)
            )

    with pytest.raises(Forbidden, match="second_person"):
        decide(chen)
    with pytest.raises(Invalid, match="reason_missing"):
        decide(other, approve=False)
    second = decide(other)
    sample = queries.sample(second)
    assert (sample.turn, sample.drawn_by, sample.reason) == (2, other.staff_id, "名单有误，重抽")
    assert queries.last_of("2026-10").id == second != first
    with pytest.raises(Stale, match="already_decided"):
        decide(other)
    row = db.session.get(SpotRedraw, redraw_id)
    assert (row.sample_id, row.state) == (second, RedrawState.DRAWN)
    assert redrawing.waiting() == []


def test_one_person_with_two_accounts_does_not_draw_again(people):
    some(people)
    story.draw(people)
    with transaction():
        db.session.execute(
            text("UPDATE staff SET person_index = 'same' WHERE username IN ('chen', 'checker')")
        )
    now = {name: accounts.get(people[name].staff_id) for name in ("chen", "checker")}
    with pytest.raises(Forbidden, match="second_person"):
        story.draw_again(now, "2026-11-05 09:00")
    assert len(queries.samples()) == 1


@pytest.mark.parametrize("by", ["chen", "checker"])
def test_a_refused_wish_leaves_the_draw_and_may_be_asked_again(people, by):
    some(people)
    story.draw(people)
    now = moment("2026-11-05 09:00")
    with transaction():
        asked = service.ask_again("2026-10", reason="名单有误，重抽", by=people["chen"], now=now)
    with transaction():
        done = service.decide_again(
            asked, approve=False, answer="名单核对过，没有错", by=people[by], now=now
        )
    assert done is None
    assert len(queries.samples()) == 1
    assert story.draw_again(people, "2026-11-06 09:00")


def test_the_database_keeps_the_two_persons_apart(people, any_db):
    row = SpotRedraw(
        month="2026-10", reason="名单有误", state=RedrawState.DRAWN,
        asked_by=people["chen"].staff_id, asked_at=NOW, decided_by=people["chen"].staff_id,
        decided_at=NOW,
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction():
        db.session.add(row)


def test_two_draw_at_once_and_one_sample_is_made(people, app, any_db):
    some(people)
    db.session.remove()
    start, told = threading.Barrier(4), []

    def run():
        with app.app_context():
            start.wait(30)
            try:
                story.draw(people)
                told.append("drawn")
            except Stale as refused:
                told.append(refused.key)
            db.session.remove()

    crowd = [threading.Thread(target=run) for _ in range(4)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join(60)
    assert sorted(told) == ["drawn", *["sample_drawn"] * 3]
    assert len(queries.samples()) == 1
    assert len(queries.checks(queries.samples()[0].id)) == 3


def test_nobody_who_had_the_case_or_the_village_looks(people, any_db):
    cases = some(people)
    story.draw(people)
    rows = db.session.scalars(select(SpotCheck)).all()
    assert rows
    for row in rows:
        case = db.session.get(Case, row.case_id)
        code = case.grid_code[6:]
        assert case.id in cases
        barred = {people[f"w{code}"], people[f"d{code}"], people["checker"]}
        assert row.inspector_id not in {one.staff_id for one in barred}
        inspector = story.who(people, queries.check(row.id))
        assert inspector.area_code == case.township_code, "of the same township where there is one"


def test_who_stands_in_for_the_village_does_not_look(people):
    grids = story.grids(HERE)
    neighbour = people[f"w{grids[1][6:]}"]
    with transaction():
        place_service.set_duty(
            grids[0], staff_id=neighbour.staff_id, rank=2, by="system", now=moment(story.START)
        )
        place_service.set_duty(
            grids[2], staff_id=neighbour.staff_id, rank=1, by="system", now=moment(story.START)
        )
    story.closed(people, grids[0])
    row = queries.checks(story.draw(people))[0]
    assert row.inspector_id != neighbour.staff_id
    assert story.who(people, row).area_code == THERE


def test_one_person_with_two_accounts_is_one(people):
    grid = story.grids(HERE)[0]
    case = story.closed(people, grid)
    others = [people[f"w{code[6:]}"] for code in story.grids(HERE)[1:]]
    with transaction():
        for one in (people[f"w{grid[6:]}"], *others):
            db.session.execute(
                text("UPDATE staff SET person_index = 'same' WHERE id = :id"), {"id": one.staff_id}
            )
    row = queries.checks(story.draw(people))[0]
    assert row.case_id == case
    assert story.who(people, row).area_code == THERE, "the nearest township has somebody"


def test_on_leave_the_deputy_goes_and_what_waits_is_passed_on(people, any_db):
    grids = story.grids(HERE)
    story.closed(people, grids[0])
    story.set_status(people[f"w{grids[1][6:]}"], Status.LEAVE)
    story.set_status(people[f"w{grids[2][6:]}"], Status.LEAVE)
    row = queries.checks(story.draw(people))[0]
    deputies = [people[f"d{code[6:]}"].staff_id for code in grids[1:]]
    assert row.inspector_id in deputies
    story.set_status(story.who(people, row), Status.LEAVE)
    with transaction():
        assert service.pass_on_batch(moment("2026-11-03 09:00")) == 1
    again = queries.check(row.id)
    assert again.inspector_id in set(deputies) - {row.inspector_id}
    assert again.given_at == row.given_at, "the time goes on"
    clock = db.session.scalars(select(Clock).where(DRAWN)).one()
    assert clock.staff_id == again.inspector_id
    with transaction():
        assert service.pass_on_batch(moment("2026-11-03 10:00")) == 0


def test_nobody_there_waits_until_somebody_is(people):
    story.closed(people, story.grids(HERE)[0])
    for one in people.values():
        story.set_status(one, Status.LEAVE)
    row = queries.checks(story.draw(people))[0]
    assert row.inspector_id is None
    assert db.session.scalar(select(Clock.id).where(DRAWN)) is None
    back = people["w002001"]
    story.set_status(back, Status.WORKING)
    with transaction():
        assert service.pass_on_batch(moment("2026-11-09 09:00")) == 1
    assert queries.check(row.id).inspector_id == back.staff_id


def test_a_look_has_a_clock_of_thirty_days_and_a_grade(people, any_db):
    case = story.closed(people, story.grids(HERE)[0])
    row = queries.checks(story.draw(people))[0]
    clock = db.session.scalars(select(Clock).where(Clock.case_id == case, DRAWN)).one()
    assert clock.due_at == moment("2026-12-02 23:59:59")
    assert clock.staff_id == row.inspector_id
    assert str(story.look(people, row).grade) == "A"
    told = queries.check(row.id)
    assert (told.state, told.result, told.distance_m) == (SpotState.DONE, SpotResult.SOLVED, 0)
    db.session.refresh(clock)
    assert (clock.state, clock.on_time) == (ClockState.STOPPED, True)
    with pytest.raises(Stale, match="spot_check_changed"):
        story.look(people, row)


def test_a_late_look_urges_who_looks_and_orders_nothing_of_the_handler(people):
    case = story.closed(people, story.grids(HERE)[0])
    row = queries.checks(story.draw(people))[0]
    with transaction():
        sla.breach_batch(moment("2026-12-03 00:10"))
    with transaction():
        supervision.escalate_batch(moment("2026-12-04 08:00"))
    urged = db.session.execute(
        select(Urge.level, Urge.staff_id)
        .where(Urge.case_id == case, Urge.clock_id.in_(select(Clock.id).where(DRAWN)))
        .order_by(Urge.id)
    ).all()  # fmt: skip
    assert [(str(level), who) for level, who in urged] == [
        ("breach", row.inspector_id), ("order", row.inspector_id),
    ]  # fmt: skip
    assert db.session.scalar(select(SupervisionOrder.id)) is None
    assert not db.session.get(Case, case).supervised


def test_what_a_look_must_have(people):
    story.closed(people, story.grids(HERE)[0])
    row = queries.checks(story.draw(people))[0]
    by = story.who(people, row)

    def refused(result, error=Invalid, who=by, **given):
        data = story.told(row, **given)
        with pytest.raises(error) as why, transaction():
            service.look(row.id, result, data, by=who, now=moment(story.DRAWN))
        return why.value.key

    assert refused(None) == "spot_result"
    assert refused(SpotResult.SOLVED, photo=False) == "spot_photo"
    assert refused(SpotResult.NEVER) == "spot_words"
    assert refused(SpotResult.UNSEEN, photo=False) == "spot_words"
    assert refused(SpotResult.SOLVED, away=0.02) == "spot_words", "a poor proof needs words"
    other = next(one for one in people.values() if one.staff_id != by.staff_id)
    assert refused(SpotResult.SOLVED, NotFound, who=other) == "no_such_spot_check"


def test_who_got_the_case_since_does_not_look(people):
    story.closed(people, story.grids(HERE)[0])
    row = queries.checks(story.draw(people))[0]
    handler = people["w001001"]
    with transaction():
        db.session.get(SpotCheck, row.id).inspector_id = handler.staff_id
    data = story.told(row)
    with pytest.raises(Forbidden, match="own_case"), transaction():
        service.look(row.id, SpotResult.SOLVED, data, by=handler, now=moment(story.DRAWN))


def test_the_mark_of_the_page_is_for_ten_minutes(people):
    story.closed(people, story.grids(HERE)[0])
    row = queries.checks(story.draw(people))[0]
    by = story.who(people, row)
    with transaction():
        mark = service.issue_challenge(row.id, by=by, now=moment("2026-11-04 10:00"))
    late = moment("2026-11-04 10:11")
    data = story.told(row, at="2026-11-04 10:11", challenge=mark)
    with transaction():
        verdict = service.look(row.id, SpotResult.SOLVED, data, by=by, now=late)
    assert [str(reason) for reason in verdict.reasons] == ["challenge_late"]
    assert str(verdict.grade) == "B"


def test_what_the_looks_say_of_the_closings(people, any_db):
    some(people)
    sample = story.draw(people)
    one, two, three = sorted(queries.checks(sample), key=lambda row: row.township_code)
    assert audited() == "0/0 3"
    story.look(people, one)
    story.look(people, two, "back")
    story.look(people, three, "unseen", photo=False)
    assert audited() == "1/2 1"
    assert audited(township_code=THERE) == "0/0 1"
    for part, count in ((Part.TOP, 1), (Part.BOTTOM, 2), (Part.EXCLUDED, 1)):
        found = records(BESIDE_BY_KEY["audited"], OCTOBER, part, now=NOW)
        assert found.total == count
    assert {row.excluded for row in found.rows} == {"not_seen"}
    told = queries.estimated(OCTOBER.start, OCTOBER.end)
    assert (told.share, told.seen, told.covered, told.cases) == (50.0, 2, 12, 15)
    assert differences(WHOLE, now=NOW) == []
    assert queries.progress([sample])[sample].to_answer == 1


def test_a_poor_proof_counts_once_the_supervisor_says_so(people, any_db):
    story.closed(people, story.grids(HERE)[0])
    row = queries.checks(story.draw(people))[0]
    assert str(story.look(people, row, away=0.02).grade) == "C"
    assert audited() == "0/0 1"
    by, now = people["chen"], moment("2026-11-05 09:00")
    with pytest.raises(Invalid, match="reason_missing"), transaction():
        service.confirm(row.id, reason=" ", by=by, now=now)
    with pytest.raises(Forbidden, match="second_person"), transaction():
        service.confirm(row.id, reason="照片里有路牌", by=story.who(people, row), now=now)
    with transaction():
        service.confirm(row.id, reason="照片里有路牌", by=by, now=now)
    assert audited() == "1/1 0"
    with pytest.raises(Stale), transaction():
        service.confirm(row.id, reason="照片里有路牌", by=by, now=now)
    assert differences(WHOLE, now=NOW) == []


def answer(people, row, *, reopen=True, falsified=False, by="chen", at="2026-11-06 09:00"):
    with transaction():
        service.answer(
            row.id, reopen=reopen, falsified=falsified, words="照片清楚，同意", by=people[by],
            now=moment(at),
        )  # fmt: skip


def test_a_machine_never_reopens_the_supervisor_may(people, any_db):
    case = story.closed(people, story.grids(HERE)[0])
    row = queries.checks(story.draw(people))[0]
    story.look(people, row, "back")
    assert db.session.get(Case, case).state is State.CLOSED
    assert queries.to_answer() == (1, 0)
    with pytest.raises(Invalid, match="spot_not_falsified"):
        answer(people, row, falsified=True)
    answer(people, row)
    db.session.expire_all()
    again = db.session.get(Case, case)
    assert (again.state, again.round) == (State.REOPENED, 2)
    closure = db.session.scalars(
        select(Clock).where(Clock.case_id == case, Clock.kind == ClockKind.CLOSURE)
        .order_by(Clock.id)
    ).first()  # fmt: skip
    assert closure.state is ClockState.ANNULLED, "within 30 days of closing it was no closure"
    assert queries.to_answer() == (0, 0)
    assert audited() == "0/1 0"
    with pytest.raises(Stale):
        answer(people, row)


def test_left_closed_the_result_stands_all_the_same(people):
    case = story.closed(people, story.grids(HERE)[0])
    row = queries.checks(story.draw(people))[0]
    story.look(people, row, "never")
    answer(people, row, reopen=False)
    assert db.session.get(Case, case).state is State.CLOSED
    assert audited() == "0/1 0"


def test_a_handler_decides_nothing(people):
    case = story.closed(people, story.grids(HERE)[0])
    row = queries.checks(story.draw(people))[0]
    story.look(people, row, "never")
    with pytest.raises(Forbidden, match="own_case"):
        answer(people, row, by="w001001")
    assert db.session.get(Case, case).state is State.CLOSED


@pytest.mark.parametrize(("supervised", "points"), [(False, "1.00"), (True, "2.00")])
def test_a_falsified_disposal_costs_a_point_doubled_where_ordered(people, supervised, points):
    story.closed(people, story.grids(HERE)[0], supervised=supervised)
    row = queries.checks(story.draw(people))[0]
    story.look(people, row, "never")
    before = scores.scores(WHOLE, now=NOW)
    answer(people, row, falsified=True)
    after = scores.scores(WHOLE, now=NOW)
    assert str(before[HERE].deducted) == "0.00"
    assert str(after[HERE].deducted) == points
    assert str(scores.scores(WHOLE, now=moment("2026-11-06 08:00"))[HERE].deducted) == "0.00"


def test_who_asked_for_the_same_gets_the_answer(people):
    case = story.closed(people, story.grids(HERE)[0])
    row = queries.checks(story.draw(people))[0]
    report = intake.of_case(case)[0].id
    with transaction():
        requests.ask_reopen(report, reason="又在烧", now=moment("2026-11-03 09:00"))
    story.look(people, row, "back")
    answer(people, row)
    assert feedback.open_requests() == []
    assert db.session.get(Case, case).state is State.REOPENED


def test_reopened_before_the_look_it_did_not_hold(people, any_db):
    case = story.closed(people, story.grids(HERE)[0])
    row = queries.checks(story.draw(people))[0]
    with transaction():
        story.go(case, "reopen", "2026-11-03 09:00")
    assert queries.check(row.id).state is SpotState.OVERTAKEN
    assert audited() == "0/1 0"
    assert queries.waiting_for(row.inspector_id) == []
    clock = db.session.scalars(select(Clock).where(DRAWN)).one()
    assert clock.state is ClockState.VOID
    assert differences(WHOLE, now=NOW) == []


def test_places_are_those_of_the_story(people):
    assert len(places.grids()) == 6

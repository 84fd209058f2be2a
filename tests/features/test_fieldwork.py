"""From a signed task to a case handed in for its check: what 老李 does, and nobody else may."""

from datetime import timedelta

import pytest

from app.accounts import service as accounts
from app.accounts.status import Status
from app.audit import queries as audit
from app.cases import queries as cases
from app.cases import service as case_service
from app.cases.workflow import Move, State
from app.core.errors import Forbidden, Invalid, NotFound, Refused, Stale
from app.core.tx import transaction
from app.fieldwork import queries, service
from app.fieldwork.events import ArrivalConfirmed, CheckedIn, FirstReplySent, TaskSigned
from app.fieldwork.rules import Grade
from app.fieldwork.states import HandBackState, ReplyKind, TaskState
from app.media import queries as photos
from app.media import service as media
from tests.features import field_story as story
from tests.features.field_story import HOUR, MIN, T0
from tests.features.pictures import jpeg


@pytest.fixture
def heard(context):
    with story.listening(TaskSigned, CheckedIn, ArrivalConfirmed, FirstReplySent) as all_heard:
        yield all_heard


@pytest.fixture
def laoli(context):
    return story.laoli()


@pytest.fixture
def case_id(heard, laoli):
    return story.case(laoli)


@pytest.fixture
def task(case_id):
    return queries.current(case_id)


def sign(task, by, now=T0 + 5 * MIN):
    with transaction():
        service.sign(task.id, by=by, now=now)


def challenge(task, by, now):
    with transaction():
        return service.issue_challenge(task.id, by=by, now=now)


def arrive(task, by, now=T0 + HOUR, *, photo=True, **more):
    token = more.pop("challenge", None)
    if token is None:
        token = challenge(task, by, now - MIN)
    told = {"challenge": token, "device_at": now} | more
    if photo:
        told |= picture("arrive", now)
    with transaction():
        return service.check_in(task.id, story.on_the_spot(**told), by=by, now=now)


def picture(key, now, *, fresh=True):
    info = media.receive(jpeg(key), draft_key=key, now=now, fresh=fresh)
    return {"photo_ids": (info.id,), "draft_key": key}


def test_an_assignment_makes_a_visit_for_its_worker(case_id, task, laoli):
    assert (task.staff_id, task.state, task.turn) == (laoli.staff_id, TaskState.OPEN, 1)
    assert task.unit_code == story.TOWN
    assert queries.load([laoli.staff_id]) == {laoli.staff_id: 1}


def test_signing_is_a_milestone_and_the_case_stays_assigned(case_id, task, laoli, heard):
    sign(task, laoli)
    assert queries.task(task.id).signed_at == T0 + 5 * MIN
    assert cases.by_id(case_id).state is State.ASSIGNED
    (signed,) = heard.of(TaskSigned)
    assert (signed.task_id, signed.by) == (task.id, laoli.key)
    with pytest.raises(Stale):
        sign(task, laoli)


def test_nobody_else_signs_or_arrives(task, heard):
    other = story.neighbour()
    with pytest.raises(Forbidden, match="task_of_another"):
        sign(task, other)
    with transaction(), pytest.raises(Forbidden):
        service.issue_challenge(task.id, by=other, now=T0)
    with transaction(), pytest.raises(NotFound):
        service.sign(999, by=other, now=T0)


def test_arriving_with_a_fresh_picture_and_the_challenge_is_grade_a(case_id, task, laoli, heard):
    sign(task, laoli)
    verdict = arrive(task, laoli)
    assert (verdict.grade, verdict.reasons) == (Grade.A, ())
    assert cases.by_id(case_id).state is State.ARRIVED
    (row,) = queries.check_ins(case_id)
    assert row.counts
    assert 55 < row.distance_m < 62
    assert photos.for_holder("check_in", [row.id])[row.id][0].id == row.photo_id
    (event,) = heard.of(CheckedIn)
    assert (event.grade, event.counts, event.at) == (Grade.A, True, T0 + HOUR)


def test_arriving_without_signing_first_counts_as_signed(task, laoli):
    arrive(task, laoli)
    assert queries.task(task.id).signed_at == T0 + HOUR


def test_arriving_twice_is_refused(task, laoli):
    arrive(task, laoli)
    with pytest.raises(Stale):
        arrive(task, laoli, T0 + HOUR + MIN, photo=False)


class TestChallenge:
    """R-F6: bound to worker and task, ten minutes, once, kept."""

    def test_late(self, task, laoli):
        token = challenge(task, laoli, T0)
        verdict = arrive(task, laoli, T0 + 10 * MIN + timedelta(seconds=1), challenge=token)
        assert (verdict.grade, list(verdict.reasons)) == (Grade.B, ["challenge_late"])

    def test_just_in_time(self, task, laoli):
        token = challenge(task, laoli, T0)
        assert arrive(task, laoli, T0 + 10 * MIN, challenge=token).grade is Grade.A

    def test_of_another_task(self, task, laoli, heard):
        other = queries.current(story.case(laoli, number="E110-000001"))
        token = challenge(other, laoli, T0 + HOUR)
        verdict = arrive(task, laoli, challenge=token)
        assert list(verdict.reasons) == ["challenge_foreign"]

    def test_used_already(self, task, laoli, heard):
        token = challenge(task, laoli, T0 + HOUR - MIN)
        assert arrive(task, laoli, challenge=token).grade is Grade.A
        self.send_back(task, laoli)
        again = queries.current(task.case_id)
        verdict = arrive(again, laoli, T0 + 2 * HOUR, photo=False, challenge=token)
        assert "challenge_foreign" in verdict.reasons

    def send_back(self, task, laoli):
        with transaction():
            service.finish(task.id, story.finished(**picture("done", T0)), by=laoli, now=T0 + HOUR)
        with transaction():
            case_service.move(task.case_id, Move.FAIL_CHECK, by="x", now=T0, note="仍有异味")

    def test_made_up(self, task, laoli):
        assert list(arrive(task, laoli, challenge="f" * 32).reasons) == ["challenge_foreign"]


def test_grade_c_asks_for_a_reason_and_stores_nothing_without(case_id, task, laoli, heard):
    with pytest.raises(Invalid) as refused:
        arrive(task, laoli, lng=None, lat=None, accuracy=None)
    assert (refused.value.key, refused.value.field) == ("arrival_reason", "words")
    assert refused.value.facts["reasons"] == ["no_position"]
    assert cases.by_id(case_id).state is State.ASSIGNED
    assert queries.check_ins(case_id) == []


def test_grade_c_moves_the_case_and_counts_once_the_duty_officer_says_so(
    case_id, task, laoli, heard
):
    verdict = arrive(task, laoli, lng=None, lat=None, accuracy=None, words="山里没有信号")
    assert verdict.grade is Grade.C
    assert cases.by_id(case_id).state is State.ARRIVED
    assert heard.of(CheckedIn)[0].counts is False
    (pending,) = queries.pending_arrivals()
    assert (pending.number, pending.check_in.words) == ("E110-5R2C8N", "山里没有信号")
    duty = story.duty_officer()
    with transaction(), pytest.raises(Invalid):
        service.confirm_arrival(pending.check_in.id, reason=" ", by=duty, now=T0 + 2 * HOUR)
    with transaction():
        service.confirm_arrival(
            pending.check_in.id, reason="照片可见桥墩编号", by=duty, now=T0 + 2 * HOUR
        )
    (event,) = heard.of(ArrivalConfirmed)
    assert (event.at, event.now) == (T0 + HOUR, T0 + 2 * HOUR)
    assert queries.pending_arrivals() == []
    assert queries.check_ins(case_id)[0].counts
    with transaction(), pytest.raises(Stale):
        service.confirm_arrival(pending.check_in.id, reason="再确认一次", by=duty, now=T0)


def test_nobody_confirms_his_own_arrival_not_even_behind_a_second_account(case_id, task, laoli):
    arrive(task, laoli, lng=None, lat=None, accuracy=None, words="山里没有信号")
    check_in = queries.pending_arrivals()[0].check_in
    with transaction(), pytest.raises(Forbidden):
        service.confirm_arrival(check_in.id, reason="我在现场的", by=laoli, now=T0 + HOUR)


def test_a_case_without_a_point_is_graded_c(heard, laoli):
    task = queries.current(story.case(laoli, place=(None, None), number="E110-000002"))
    verdict = arrive(task, laoli, words="举报只写了村名")
    assert list(verdict.reasons) == ["case_without_point"]


def test_an_offline_arrival_keeps_both_times(case_id, task, laoli, heard):
    verdict = arrive(
        task, laoli, T0 + 3 * HOUR, offline=True, challenge="", device_at=T0 + HOUR,
        clock_offset_s=30.0, offset_age_s=3600.0,
    )  # fmt: skip
    assert (verdict.grade, list(verdict.reasons)) == (Grade.B, ["offline"])
    (row,) = queries.check_ins(case_id)
    assert (row.at, row.received_at) == (T0 + HOUR + timedelta(seconds=30), T0 + 3 * HOUR)
    assert row.offline
    assert queries.task(task.id).arrived_at == row.at


def test_an_album_picture_is_grade_b(task, laoli):
    shown = picture("album", T0, fresh=False)
    verdict = arrive(task, laoli, photo=False, **shown)
    assert list(verdict.reasons) == ["album_photo"]


def test_a_camera_picture_that_says_it_is_old_is_no_fresh_one(task, laoli):
    info = media.receive(
        jpeg("old", taken="2026:11:20 08:00:00"), draft_key="old", now=T0, fresh=True
    )
    verdict = arrive(task, laoli, photo=False, photo_ids=(info.id,), draft_key="old")
    assert list(verdict.reasons) == ["album_photo"]


class TestReply:
    @pytest.fixture
    def arrived(self, task, laoli):
        arrive(task, laoli)
        return queries.task(task.id)

    def test_the_first_reply_is_announced_later_ones_are_not(self, arrived, laoli, heard):
        with transaction():
            service.reply(arrived.id, story.REPLY, by=laoli, now=T0 + 2 * HOUR)
            service.reply(arrived.id, story.REPLY, by=laoli, now=T0 + 3 * HOUR)
        kinds = [reply.kind for reply in queries.replies([arrived.case_id])[arrived.case_id]]
        assert kinds == [ReplyKind.FIRST, ReplyKind.PROGRESS]
        (event,) = heard.of(FirstReplySent)
        assert (event.case_id, event.now) == (arrived.case_id, T0 + 2 * HOUR)

    @pytest.mark.parametrize("element", ["accepted_on", "talked_to", "measure", "time_limit"])
    def test_a_missing_element_is_named(self, arrived, laoli, element):
        parts = {name: getattr(story.REPLY, name) for name in story.REPLY.__slots__}
        parts[element] = None if element == "accepted_on" else "  "
        with transaction(), pytest.raises(Invalid) as refused:
            service.reply(arrived.id, type(story.REPLY)(**parts), by=laoli, now=T0 + HOUR)
        assert refused.value.field == element

    def test_a_reply_before_signing_is_refused(self, task, laoli):
        with transaction(), pytest.raises(Stale, match="sign_first"):
            service.reply(task.id, story.REPLY, by=laoli, now=T0)

    def test_while_the_case_waits_nothing_is_sent(self, arrived, laoli):
        with transaction():
            case_service.move(arrived.case_id, Move.ASK_REPORTER, by="x", now=T0, note="在哪里?")
        with transaction(), pytest.raises(Stale, match="case_waits"):
            service.reply(arrived.id, story.REPLY, by=laoli, now=T0 + HOUR)


class TestFinish:
    @pytest.fixture
    def arrived(self, task, laoli):
        arrive(task, laoli)
        return queries.task(task.id)

    def finish(self, task, by, now=T0 + 2 * HOUR, **more):
        told = picture("after", now) | more
        with transaction():
            service.finish(task.id, story.finished(**told), by=by, now=now)

    def test_hands_the_case_in_and_never_closes_it(self, arrived, laoli, heard):
        self.finish(arrived, laoli)
        case = cases.by_id(arrived.case_id)
        assert (case.state, case.closed_at) == (State.HANDLED, None)
        task = queries.task(arrived.id)
        assert (task.state, task.outcome) == (TaskState.DONE, "resolved")
        assert len(photos.for_holder("finish", [task.id])[task.id]) == 1
        kinds = [reply.kind for reply in queries.replies([case.id])[case.id]]
        assert kinds == [ReplyKind.FIRST, ReplyKind.FINAL]
        assert len(heard.of(FirstReplySent)) == 1

    def test_a_reply_sent_before_stays_the_first(self, arrived, laoli, heard):
        with transaction():
            service.reply(arrived.id, story.REPLY, by=laoli, now=T0 + 90 * MIN)
        self.finish(arrived, laoli)
        kinds = [r.kind for r in queries.replies([arrived.case_id])[arrived.case_id]]
        assert kinds == [ReplyKind.FIRST, ReplyKind.FINAL]
        assert [event.now for event in heard.of(FirstReplySent)] == [T0 + 90 * MIN]

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"photo_ids": ()}, "photos"),
            ({"site_facts": "好"}, "site_facts"),
            ({"outcome": None}, "outcome"),
            ({"reply": type(story.REPLY)(accepted_on=None, talked_to="", measure="",
                                         time_limit="")}, "accepted_on"),
        ],
    )  # fmt: skip
    def test_what_is_missing_is_named_and_nothing_is_stored(self, arrived, laoli, change, field):
        with pytest.raises(Invalid) as refused:
            self.finish(arrived, laoli, **change)
        assert refused.value.field == field
        assert cases.by_id(arrived.case_id).state is State.ARRIVED
        assert queries.replies([arrived.case_id]) == {}

    def test_not_before_arriving(self, task, laoli):
        sign(task, laoli)
        with pytest.raises(Stale, match="arrive_first"):
            self.finish(task, laoli)

    def test_without_a_visit_where_none_is_needed(self, heard, laoli):
        task = queries.current(story.case(laoli, number="E110-000003", on_site=False))
        assert task.no_visit_reason == "电话可以解决"
        sign(task, laoli)
        self.finish(task, laoli, photo_ids=())
        assert cases.by_id(task.case_id).state is State.HANDLED

    def test_rework_makes_another_turn_with_its_reason(self, arrived, laoli):
        self.finish(arrived, laoli)
        with transaction():
            case_service.move(
                arrived.case_id, Move.FAIL_CHECK, by="x", now=T0 + 3 * HOUR, note="仍有异味"
            )
        again = queries.current(arrived.case_id)
        assert (again.turn, again.round, again.state) == (2, 1, TaskState.OPEN)
        assert (again.staff_id, again.rework_reason) == (laoli.staff_id, "仍有异味")
        assert queries.handlers(arrived.case_id) == {laoli.staff_id}

    def test_everything_is_in_the_audit_chain(self, arrived, laoli):
        self.finish(arrived, laoli)
        actions = [entry.action for entry in audit.page(subject=f"task:{arrived.id}").rows]
        assert actions == ["task.finished", "reply.first", "task.arrived"]


class TestHandBack:
    REASON = "该点位属于西店镇，不在本街道"

    def ask(self, task, by, now=T0 + HOUR, reason=REASON):
        with transaction():
            return service.hand_back(
                task.id, reason=reason, suggested_unit="西店镇", by=by, now=now
            )

    def test_asking_waits_and_the_task_stays_his(self, task, laoli):
        self.ask(task, laoli)
        assert cases.by_id(task.case_id).state is State.HANDBACK
        assert queries.task(task.id).state is TaskState.OPEN
        (row,) = queries.hand_backs()
        assert (row.suggested_unit, row.number) == ("西店镇", "E110-5R2C8N")

    def test_granted_to_another_unit(self, task, laoli):
        row = self.ask(task, laoli)
        duty = story.duty_officer()
        other = story.person("xidian", story.Role.GRID_WORKER, area=story.OTHER_TOWN)
        with transaction():
            service.decide_hand_back(
                row, grant=True, answer="同意", by=duty, now=T0 + 2 * HOUR,
                new_staff_id=other.staff_id,
            )  # fmt: skip
        case = cases.by_id(task.case_id)
        assert (case.state, case.assignee_id) == (State.ASSIGNED, other.staff_id)
        assert case.unit_code == story.OTHER_TOWN
        assert queries.task(task.id).state is TaskState.CANCELLED
        new = queries.current(task.case_id)
        assert (new.staff_id, new.turn) == (other.staff_id, 2)

    def test_granted_only_to_a_worker_who_is_here(self, task, laoli):
        row, duty = self.ask(task, laoli), story.duty_officer()
        away = story.person("away", story.Role.GRID_WORKER, area=story.OTHER_TOWN)
        with transaction():
            accounts.change_staff(away.staff_id, status=Status.LEAVE, by="system", now=T0)
        for person in (away, story.checker()):
            with pytest.raises(Invalid, match="worker_away"), transaction():
                service.decide_hand_back(
                    row, grant=True, answer="同意", by=duty, now=T0 + 2 * HOUR,
                    new_staff_id=person.staff_id,
                )  # fmt: skip

    def test_refused_it_stands_where_it_stood(self, task, laoli):
        arrive(task, laoli)
        row, duty = self.ask(task, laoli, T0 + 90 * MIN), story.duty_officer()
        with transaction():
            service.decide_hand_back(
                row, grant=False, answer="界线在河东", by=duty, now=T0 + 2 * HOUR
            )
        assert cases.by_id(task.case_id).state is State.ARRIVED
        assert queries.task(task.id).state is TaskState.ARRIVED

    def test_taken_back(self, task, laoli):
        self.ask(task, laoli)
        with transaction():
            service.take_back(task.id, by=laoli, now=T0 + 2 * HOUR)
        assert cases.by_id(task.case_id).state is State.ASSIGNED
        assert queries.hand_backs_of(task.case_id)[0].state is HandBackState.TAKEN_BACK

    def test_no_real_reason(self, task, laoli):
        with pytest.raises(Invalid):
            self.ask(task, laoli, reason="不去")

    def test_too_late(self, task, laoli):
        with pytest.raises(Refused, match="handback_late"):
            self.ask(task, laoli, T0 + timedelta(days=8))

    def test_an_urgent_one_within_two_hours(self, heard, laoli):
        red = story.case(laoli, number="E110-000004", urgency="red")
        task = queries.current(red)
        with pytest.raises(Refused):
            self.ask(task, laoli, T0 + 2 * HOUR + 2 * MIN)
        self.ask(task, laoli, T0 + 2 * HOUR)

    def test_nobody_decides_on_his_own(self, task, laoli):
        row = self.ask(task, laoli)
        with transaction(), pytest.raises(Forbidden):
            service.decide_hand_back(
                row, grant=True, answer="同意", by=laoli, now=T0 + 2 * HOUR,
                new_staff_id=laoli.staff_id,
            )  # fmt: skip

    def test_decided_once(self, task, laoli):
        row, duty = self.ask(task, laoli), story.duty_officer()
        with transaction():
            service.decide_hand_back(row, grant=False, answer="不同意", by=duty, now=T0 + HOUR)
        with transaction(), pytest.raises(Stale):
            service.decide_hand_back(row, grant=False, answer="不同意", by=duty, now=T0 + HOUR)


def test_a_merge_ends_the_task_and_undoing_it_brings_it_back(task, laoli):
    sign(task, laoli)
    with transaction():
        case_service.move(task.case_id, Move.MERGE, by="x", now=T0 + HOUR, note="同一管口")
    assert queries.task(task.id).state is TaskState.CANCELLED
    with transaction():
        case_service.move(task.case_id, Move.UNMERGE, by="x", now=T0 + HOUR, note="不是同一处")
    assert queries.task(task.id).state is TaskState.SIGNED


def test_a_hand_over_to_a_department_ends_the_task_and_its_return_makes_a_new_one(task, laoli):
    with transaction():
        case_service.move(task.case_id, Move.HAND_OVER, by="x", now=T0 + HOUR, note="住建局")
    assert queries.task(task.id).state is TaskState.CANCELLED
    with transaction():
        case_service.move(
            task.case_id, Move.DEPARTMENT_RETURN, by="x", now=T0 + 2 * HOUR, note="非职责"
        )
    assert queries.current(task.case_id).turn == 2

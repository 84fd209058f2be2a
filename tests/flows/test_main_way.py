"""阿珍 reports, 老李 goes there, somebody else checks, she rates and is paid: by services alone."""

from datetime import timedelta

import pytest

from app.accounts import queries as accounts
from app.audit import queries as audit
from app.cases import check, triage
from app.cases import queries as cases
from app.cases.workflow import State, Urgency
from app.cli.demo import county, pictures
from app.cli.demo.offices import ANSWERS
from app.core.errors import Forbidden
from app.core.tx import transaction
from app.enforcement import service as enforcement
from app.enforcement.workflow import FindingKind
from app.feedback import service as feedback
from app.feedback.rules import Satisfaction, Solved
from app.fieldwork import queries as tasks
from app.fieldwork import service as fieldwork
from app.fieldwork.site import FinishData, ReplyData
from app.fieldwork.states import Outcome
from app.fieldwork.weighing import CheckInData
from app.identity import service as identity
from app.intake import service as intake
from app.intake.submission import Happening, Submission
from app.media import queries as media_queries
from app.media import service as media
from app.rates.definition import Period
from app.rates.queries import five
from app.rates.recount import differences
from app.rewards import queries as rewards
from app.rewards import service as reward
from app.rewards.states import State as AwardState
from app.rewards.states import Way
from app.sla import queries as sla
from tests.infra.clock import at, moment

PLACE = {"lng": 121.4247, "lat": 29.2892}
REPLY = ReplyData(
    accepted_on=moment("2026-11-23 10:20").date(),
    talked_to="现场作业人员",
    measure="当场扑灭并清理",
    time_limit="今天完成",
)


class Cast:
    """One case and the people around it."""

    def __init__(self) -> None:
        self.people = county.ground(moment("2026-11-23 08:00"))

    def submit(self) -> intake.Receipt:
        prepared = media.prepare(pictures.draw("air", 7))
        with at("2026-11-23 10:12"), transaction():
            now = moment("2026-11-23 10:12")
            photo = media.record(prepared, draft_key="azhen", now=now)
            return intake.submit(
                Submission(
                    client_key="azhen",
                    kinds=("burning",),
                    happening=Happening.YES,
                    words="空地上在烧旧木板和塑料袋",
                    photo_ids=(photo.id,),
                    **PLACE,
                ),
                now=now,
            )

    def worker(self, case_id: int):
        task = tasks.current(case_id)
        return task.id, accounts.get(task.staff_id)


def photo(key: str, now) -> tuple[str, ...]:
    prepared = media.prepare(pictures.draw("air", 7, clean=True))
    with transaction():
        return (media.record(prepared, draft_key=key, now=now, fresh=True).id,)


def to_checked(way: Cast, receipt: intake.Receipt) -> None:
    people, case_id = way.people, receipt.case_id
    now = moment("2026-11-23 10:20")
    row = cases.by_id(case_id)
    assert row.urgency is Urgency.RED, "burning that goes on now is urgent by the server's word"
    chosen = triage.Triage(urgency=row.urgency, category="A6", grid_code=row.grid_code)
    with transaction():
        triage.accept(case_id, chosen, by=people["desk"], now=now, version=row.version)
        triage.assign(case_id, by=people["desk"], now=now)
    task_id, worker = way.worker(case_id)
    with transaction():
        fieldwork.sign(task_id, by=worker, now=now + timedelta(minutes=5))
    arrived = now + timedelta(minutes=20)
    shots = photo("there", arrived)
    with transaction():
        challenge = fieldwork.issue_challenge(task_id, by=worker, now=arrived)
        verdict = fieldwork.check_in(
            task_id,
            CheckInData(
                **PLACE,
                accuracy=12.0,
                device_at=arrived,
                challenge=challenge,
                photo_ids=shots,
                draft_key="there",
            ),
            by=worker,
            now=arrived,
        )
    assert str(verdict.grade) == "A"
    done = now + timedelta(hours=1)
    shots = photo("after", done)
    with transaction():
        fieldwork.reply(task_id, REPLY, by=worker, now=done)
        fieldwork.finish(
            task_id,
            FinishData(
                site_facts="一堆木板在烧，已扑灭",
                outcome=Outcome.RESOLVED,
                reply=REPLY,
                photo_ids=shots,
                draft_key="after",
            ),
            by=worker,
            now=done,
        )
    found = enforcement.FindingData(
        kind=FindingKind.TRUE,
        grounds="照片与现场一致，痕迹清楚",
        punishable=True,
        offender_known=True,
        order_to_correct=True,
        officers=("浙B-0001", "浙B-0002"),
    )
    checked = now + timedelta(hours=3)
    with transaction():
        enforcement.set_finding(case_id, found, by=people["checker"], now=checked)
        check.pass_check(case_id, by=people["checker"], now=checked)


def test_whole_way_to_a_paid_reward(any_db, context):
    way = Cast()
    receipt = way.submit()
    assert len(receipt.query_code) == 16
    assert identity.find_report(receipt.query_code) == receipt.report_id
    again = way_again(receipt)
    assert again.query_code == receipt.query_code
    assert again.repeated
    assert len(media_queries.for_holder("report", [receipt.report_id])[receipt.report_id]) == 1
    to_checked(way, receipt)
    people, case_id = way.people, receipt.case_id
    now = moment("2026-11-24 09:00")
    with transaction():
        triage.close(case_id, reply="已扑灭并清理，谢谢您。", by=people["approver"], now=now)
    assert cases.by_id(case_id).state is State.CLOSED
    with transaction():
        feedback.rate(
            receipt.report_id,
            feedback.RatingData(solved=Solved.YES, satisfaction=Satisfaction.VERY),
            now=now + timedelta(hours=1),
        )
    pay_out(way, receipt, now + timedelta(days=1))
    clocks = {str(clock.kind): clock for clock in sla.clocks_of(case_id)}
    for kind in ("accept", "sign_for", "arrive", "first_reply", "closure", "check", "close"):
        assert clocks[kind].on_time is True, kind
    verdict = audit.verify()
    assert verdict.bad_seq is None
    assert verdict.count > 20
    rates_add_up()


def way_again(receipt: intake.Receipt) -> intake.Receipt:
    with transaction():
        found = intake.receipt_of("azhen", now=moment("2026-11-23 10:15"))
    assert found is not None
    assert found.report_id == receipt.report_id
    return found


def pay_out(way: Cast, receipt: intake.Receipt, now) -> None:
    people = way.people
    award = rewards.award_view(receipt.report_id)
    assert award.amount_fen == 20_000, "an order to correct is class R2: 200 yuan"
    secret = identity.hash_secret("380712")
    steps = (
        lambda: reward.answer_checks(award.id, ANSWERS, staff_id=people["clerk"].staff_id, now=now),
        lambda: reward.propose(award.id, staff_id=people["clerk"].staff_id, now=now),
        lambda: reward.review(award.id, staff_id=people["legal"].staff_id, now=now),
        lambda: reward.approve(award.id, staff_id=people["approver"].staff_id, now=now),
        lambda: reward.notify(award.id, by=people["clerk"].key, now=now),
        lambda: identity.set_claim_secret(receipt.report_id, secret, now=now),
        lambda: reward.claim_award(
            award.id,
            reward.ClaimData(way=Way.VOUCHER, secret_ok=True),
            report_id=receipt.report_id,
            now=now,
        ),
    )
    for step in steps:
        with transaction():
            step()
    assert identity.check_claim_secret(receipt.report_id, "380712", now=now)
    finance = people["finance"].staff_id
    for _ in range(2):
        with transaction():
            reward.pay(award.id, reference="V-1", idem_key="key-1", staff_id=finance, now=now)
    assert rewards.award_view(receipt.report_id).state is AwardState.PAID
    balances = reward.balances()
    assert sum(balances.values()) == 0
    assert balances["paid"] in (20_000, -20_000)


def rates_add_up() -> None:
    now = moment("2026-12-31 12:00")
    period = Period(start=moment("2026-11-01"), end=moment("2026-12-31"))
    rows = {row.rate.key: row.figure for row in five(period, now=now, with_weeks=False)}
    assert {key: (f.top, f.bottom) for key, f in rows.items()} == {
        "arrival": (1, 1),
        "reply": (1, 1),
        "closure": (1, 1),
        "penalty": (0, 1),
        "satisfaction": (1, 1),
    }  # no measure was taken though one was due: that counts as failed at once
    assert differences(period, now=now) == []


def test_nobody_checks_an_own_case(context):
    way = Cast()
    receipt = way.submit()
    people, now = way.people, moment("2026-11-23 10:20")
    row = cases.by_id(receipt.case_id)
    chosen = triage.Triage(urgency=row.urgency, category="A6", grid_code=row.grid_code)
    with transaction():
        triage.accept(row.id, chosen, by=people["desk"], now=now, version=row.version)
        triage.assign(row.id, by=people["desk"], now=now)
    _, worker = way.worker(row.id)
    with pytest.raises(Forbidden) as refused:
        check.must_be_other(row.id, worker)
    assert refused.value.key == "own_case"

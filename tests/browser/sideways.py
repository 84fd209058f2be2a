"""Cases of the story that leave the main line: with a department, at rest, not taken up, merged."""

from app.accounts import queries as accounts
from app.accounts.permissions import TOWNSHIP_DIGITS
from app.briefings import queue
from app.cases import triage
from app.core import clock
from app.feedback import objections, reviews
from app.sla import suspensions
from app.sla.kinds import PauseReason
from app.supervision import queries, service
from app.supervision.departments import Department
from tests.browser.living import DAY, HOUR, Living, Told

MATTER = "工地围挡不全、土方未覆盖，请到场查处并告诉我们结果。"


def make(living: Living) -> None:
    """Lead cases to every place beside the main line."""
    _with_departments(living)
    _at_rest(living)
    _not_taken_up(living)
    _reviewed(living)
    first, second = living.report("same", 8 * HOUR), living.report("merged", 7 * HOUR)
    living.act(
        6 * HOUR, triage.merge, second.case_id, first.number, by=living.staff["lead"],
        note="同一处焚烧",
    )  # fmt: skip


def _case(living: Living, name: str, hours: float) -> Told:
    told = living.report(name, hours * HOUR)
    living.give(told, (hours - 1) * HOUR)
    return told


def _with_departments(living: Living) -> None:
    desk, people = living.staff["desk"], living.staff["department"]
    hand = {"department": Department.BUILDING, "matter": MATTER, "by": desk}
    living.act(3 * HOUR, service.hand_over, _case(living, "handed", 5).case_id, **hand)
    one = living.act(30 * HOUR, service.hand_over, _case(living, "fed_back", 40).case_id, **hand)
    living.act(29 * HOUR, service.receive, one, paper="", by=people)
    living.act(
        4 * HOUR, service.feed_back, one, words="已到场查处，责令围挡并洒水，现场已覆盖。",
        paper="宁建监〔2026〕12号", by=people,
    )  # fmt: skip


def _at_rest(living: Living) -> None:
    worker, desk = living.staff["worker"], living.staff["desk"]
    wish = suspensions.Wish(
        reason=PauseReason.LAB_REPORT, words="水样已送检，等检测报告", evidence="采样单 118",
        review_on=clock.local(living.now + 5 * DAY).date(),
    )  # fmt: skip
    for name, by in (("asks_rest", desk), ("resting", worker)):
        one = living.act(3 * HOUR, suspensions.ask, _case(living, name, 6).case_id, wish, by=by)
    living.act(
        2 * HOUR, suspensions.decide, one, grant=True, answer="", by=living.staff["approver"]
    )


def _not_taken_up(living: Living) -> None:
    for name in ("rejected", "objected"):
        told = living.report(name, 9 * HOUR)
        living.act(
            8 * HOUR, triage.propose_rejection, told.case_id, reason="out_of_county",
            note="地点在外县，请向那里反映", by=living.staff["desk"],
        )  # fmt: skip
        living.act(7 * HOUR, triage.decide_rejection, told.case_id, approve=True, note="",
                   by=living.staff["lead"])  # fmt: skip
    living.act(3 * HOUR, objections.raise_objection, told.report_id, reason="就在桥头村，不在外县")


def _reviewed(living: Living) -> None:
    """Let one outcome be reviewed, and one be confirmed."""
    why = "晚上还是有人烧，没有解决"
    for name in ("claimed", "proposed"):
        one = living.act(6 * HOUR, reviews.ask, living.told[name].report_id, reason=why)
        if name == "claimed":
            told = reviews.Answer(
                uphold=False, words="查看了现场照片和答复，原处理结果无误。",
                authority="市生态环境局", paper="甬环信复〔2026〕3号",
            )  # fmt: skip
            living.act(5 * HOUR, reviews.decide, one, told, by=living.staff["supervisor"])


def numbers() -> dict[str, int]:
    """Return the ids of what they left by the names that addresses use."""
    worker = accounts.by_username("worker")
    task = queue.team_page(worker.area_code[:TOWNSHIP_DIGITS], worker.staff_id).rows[0]
    return {
        "team_worker": worker.staff_id,
        "team_task": task.task_id,
        "hand_over": queries.hand_overs().rows[0].id,
        "answered": queries.hand_overs(over=True).rows[0].id,
    }

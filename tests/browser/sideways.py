"""Cases of the story that leave the main line: with a department."""

from app.supervision import queries, service
from app.supervision.departments import Department
from tests.browser.living import HOUR, Living, Told

MATTER = "工地围挡不全、土方未覆盖，请到场查处并告诉我们结果。"


def make(living: Living) -> None:
    """Lead cases to every place beside the main line."""
    _with_departments(living)


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


def numbers() -> dict[str, int]:
    """Return the ids of what they left by the names that addresses use."""
    return {
        "hand_over": queries.hand_overs()[0].id,
        "answered": queries.hand_overs(over=True)[0].id,
    }

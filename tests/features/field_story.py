"""People and cases for stories of field work: worker 老李, his neighbour, an officer, a checker."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from app.accounts import service as accounts
from app.accounts.permissions import Role
from app.cases import service as cases
from app.cases.events import CaseMoved
from app.cases.service import Opening
from app.cases.workflow import Move, Urgency
from app.core import events
from app.core.tx import transaction
from app.fieldwork import service as fieldwork
from app.fieldwork.site import FinishData, ReplyData
from app.fieldwork.weighing import CheckInData

T0 = datetime(2026, 11, 23, 1, 20, tzinfo=UTC)  # Monday, 09:20 in Ninghai
PLACE = (121.4247, 29.2892)
MIN, HOUR = timedelta(minutes=1), timedelta(hours=1)
TOWN, OTHER_TOWN = "330226001", "330226111"


@dataclass
class Heard:
    """Every event of the types named, in order."""

    events: list = field(default_factory=list)

    def of(self, kind):
        return [event for event in self.events if type(event) is kind]


@contextmanager
def listening(*kinds):
    """Let tasks follow cases, and note the events named; the table of the service comes back."""
    heard = Heard()
    before = dict(events._reactions)
    events.react_with(
        {CaseMoved: (fieldwork.follow, heard.events.append)}
        | dict.fromkeys(kinds, (heard.events.append,))
    )
    try:
        yield heard
    finally:
        events.react_with(before)


def person(username, *roles, name=None, area="", natural=None, now=T0):
    with transaction():
        return accounts.add_staff(
            username, name=name or username, roles=roles, area_code=area, password_hash="-",
            person=natural, must_change=False, now=now,
        )  # fmt: skip


def laoli():
    return person("laoli", Role.GRID_WORKER, name="老李", area=TOWN)


def neighbour():
    return person("ayong", Role.GRID_WORKER, name="阿勇", area=TOWN)


def officer():
    return person("officer", Role.OFFICER, name="周执法")


def checker():
    return person("checker", Role.CHECKER, name="核查员")


def duty_officer():
    return person("duty", Role.DUTY_OFFICER, name="值班长")


def supervisor():
    return person("chen", Role.SUPERVISOR, name="陈主任")


def case(worker=None, *, number="E110-5R2C8N", place=PLACE, urgency=Urgency.YELLOW, on_site=True):
    """Return the id of a case that was accepted, and assigned where a worker is given."""
    with transaction():
        made = cases.open_case(
            Opening(
                number=number, urgency=urgency, category="W4", kinds=("black_water",),
                place_words="颜公河，滨溪社区段", lng=place[0], lat=place[1],
                grid_code=TOWN + "001", township_code=TOWN,
            ),
            by="reporter", now=T0, facts={},
        )  # fmt: skip
        case_id = made.id
        cases.move(case_id, Move.ACCEPT, by="staff:1", now=T0, changes={"unit_code": TOWN})
    if worker is not None:
        assign(case_id, worker, on_site=on_site)
    return case_id


def assign(case_id, worker, *, on_site=True, now=T0 + MIN):
    with transaction():
        cases.move(
            case_id, Move.ASSIGN, by="staff:1", now=now, note="" if on_site else "电话可以解决",
            facts={"staff_id": worker.staff_id},
            changes={"assignee_id": worker.staff_id, "unit_code": TOWN, "on_site": on_site},
        )  # fmt: skip


def on_the_spot(**more):
    """Return what a good phone sends from 60 m away."""
    told = {"lng": PLACE[0] + 0.0006, "lat": PLACE[1], "accuracy": 18.0} | more
    return CheckInData(**told)


REPLY = ReplyData(
    accepted_on=T0.date(), talked_to="滨溪社区王主任、管线使用人", measure="已封堵管口，抽运河水",
    time_limit="11 月 30 日前恢复水质", words="感谢您的举报。",
)  # fmt: skip


def finished(photo_ids=(), draft_key="", **more):
    told = {"site_facts": "管口已封堵，河水正在抽运", "outcome": "resolved", "reply": REPLY} | more
    return FinishData(photo_ids=photo_ids, draft_key=draft_key, **told)

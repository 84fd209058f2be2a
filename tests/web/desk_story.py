"""A desk with its people in the small county: 老李 has the village, 阿勇 stands in for him."""

import re
from dataclasses import dataclass, field
from html import unescape

from flask.testing import FlaskClient

from app.accounts import queries as accounts
from app.accounts import service as staff
from app.accounts.permissions import Role
from app.accounts.queries import Actor
from app.cases import queries as cases
from app.cases import service as moves
from app.cases import triage
from app.cases.workflow import Move, Urgency
from app.core import clock
from app.core.tx import transaction
from app.fieldwork import queries as tasks
from app.fieldwork import service as fieldwork
from app.intake import service as intake
from app.intake.submission import Submission
from app.places import queries as places
from app.places import service as duties
from tests.web import county

HERE, THERE = (121.4247, 29.2892), (121.4247, 29.3050)
PEOPLE = {
    "ayong": ("阿勇", Role.GRID_WORKER), "yuan": ("远处的人", Role.GRID_WORKER),
    "paidan": ("派遣", Role.DESK, Role.DISPATCHER), "zuzhang": ("组长", Role.DESK_LEAD),
    "both": ("两职", Role.DESK, Role.DESK_LEAD), "zhiban": ("值班长", Role.DUTY_OFFICER),
    "leader": ("分管", Role.APPROVER), "laoli2": ("老李的另一职", Role.GRID_WORKER, Role.CHECKER),
    "cust": ("保管", Role.CUSTODIAN),
}  # fmt: skip


@dataclass
class Desk:
    """The people, the village of the reports, and a browser for everybody."""

    app: object
    grid: str = ""
    people: dict[str, Actor] = field(default_factory=dict)
    browsers: dict[str, FlaskClient] = field(default_factory=dict)

    def browser(self, name: str) -> FlaskClient:
        if name not in self.browsers:
            self.browsers[name] = county.sign_in(self.app, name)
        return self.browsers[name]

    def get(self, name: str, path: str, status: int = 200) -> str:
        answer = self.browser(name).get(path)
        assert answer.status_code == status, answer.text[:2000]
        return answer.text

    def post(self, name: str, path: str, data: dict[str, object], status: int = 303) -> str:
        answer = county.post(self.browser(name), path, data)
        assert answer.status_code == status, answer.text[:3000]
        return answer.text

    def row(self, number: str):
        with self.app.app_context():
            return cases.by_number(number)

    def version(self, number: str) -> str:
        return str(self.row(number).version)

    def report(self, key: str = "desk", place: tuple[float, float] = HERE) -> str:
        """Hand a report in and return the number of its case."""
        told = Submission(
            client_key=key, kinds=("black_water",), words="河水发黑发臭，有鱼翻白",
            lng=place[0], lat=place[1],
        )  # fmt: skip
        with self.app.app_context(), transaction():
            return intake.submit(told, now=clock.now()).case_number

    def accepted(self, number: str, *, assign: bool = True) -> None:
        """Let the desk accept and assign, without its pages."""
        with self.app.app_context(), transaction():
            row, by = cases.by_number(number), self.people["paidan"]
            chosen = triage.Triage(
                urgency=row.urgency, category=row.category, grid_code=row.grid_code or ""
            )
            triage.accept(row.id, chosen, by=by, now=clock.now(), version=row.version)
            if assign:
                triage.assign(row.id, by=by, now=clock.now())

    def handled(self, number: str, *, urgent: bool = False) -> None:
        """Lead a case to the point where somebody checks it."""
        self.accepted(number)
        laoli = self.people["laoli"].key
        with self.app.app_context(), transaction():
            case_id = cases.by_number(number).id
            for move in (Move.ARRIVE, Move.HANDLE):
                moves.move(case_id, move, by=laoli, now=clock.now())
            if urgent:
                moves.regrade(
                    case_id, urgency=Urgency.RED, category="W4", by="staff:1", now=clock.now(),
                    note="死鱼",
                )  # fmt: skip

    def task(self, number: str) -> int:
        with self.app.app_context(), transaction():
            task = tasks.current(cases.by_number(number).id)
            fieldwork.sign(task.id, by=self.people["laoli"], now=clock.now())
            return task.id


def make(app) -> Desk:
    """Hire the desk and give the village its worker and deputy."""
    desk, now = Desk(app), clock.now()
    with app.app_context():
        desk.grid = places.locate(*HERE).grid
        town = places.area(desk.grid).parent_code
        with transaction():
            for username, (name, *roles) in PEOPLE.items():
                local = Role.GRID_WORKER in roles
                staff.add_staff(
                    username, name=name, roles=roles, password_hash=county.HASHED, now=now,
                    must_change=False, area_code=town if local else "330226",
                )  # fmt: skip
            known = {name: accounts.by_username(name) for name in (*PEOPLE, *county.PEOPLE)}
            for rank, name in ((duties.WORKER, "laoli"), (duties.DEPUTY, "ayong")):
                duties.set_duty(
                    desk.grid, staff_id=known[name].staff_id, rank=rank, by="system", now=now
                )
    desk.people = known
    return desk


def hidden(page: str, name: str) -> str:
    """Return the value of the first hidden field of a name."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page)
    assert found, f"no hidden {name}"
    return found.group(1)


def kept(page: str, words: str) -> bool:
    """Say whether a text stands in a text field of the page, or in the note of an old page."""
    fields = re.findall(r"<textarea[^>]*>\s*([^<]*)</textarea>", page)
    return words in {unescape(one).strip() for one in fields} or f"</b> {words}" in page

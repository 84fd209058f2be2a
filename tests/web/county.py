"""A small county for the pages of supervisors and administrators: made by services, swept once."""

from app import jobs
from app.accounts import passwords, service
from app.accounts import queries as accounts
from app.accounts.permissions import Role
from app.core import clock
from app.core.db import db
from app.core.tx import transaction
from app.enforcement.service import FindingData, set_finding
from app.enforcement.workflow import FindingKind
from app.feedback import service as feedback
from app.feedback.rules import Satisfaction, Solved
from app.intake import queries as intake
from app.places import demo, queries
from app.places import service as places
from app.worktime import service as worktime
from tests.features import sla_story as story
from tests.infra.clock import at, moment

PASSWORD = "four quiet herons fishing"
HASHED = passwords.hashed(PASSWORD)
NOW = "2026-11-24 09:00"
TOWN, OTHER_TOWN = "330226001000", "330226002000"
PEOPLE = {  # the first one is staff:1, who takes the steps of the stories
    "xiaowang": Role.DESK, "chen": Role.SUPERVISOR, "laoli": Role.GRID_WORKER,
    "checker": Role.CHECKER, "xitong": Role.SYSTEM_ADMIN, "anquan": Role.SECURITY_ADMIN,
    "shenji": Role.AUDIT_ADMIN,
}  # fmt: skip


def make():
    """Five visits due last week in one township (one late, one never made), one in another."""
    start = moment("2026-11-01 08:00")
    with clock.moved_to(start), transaction():
        worktime.seed(start)
        places.import_areas(demo.collection(), by="system", now=start, source="demo")
        for username, role in PEOPLE.items():
            service.add_staff(
                username, name=username, roles=[role], password_hash=HASHED, must_change=False,
                area_code=TOWN if role is Role.GRID_WORKER else "330226", now=start,
            )  # fmt: skip
    queries.forget()
    worker = accounts.by_username("laoli")
    for day in (16, 17, 18):
        visited(worker, f"2026-11-{day} 09:00", f"2026-11-{day} 11:00")
    visited(worker, "2026-11-16 09:00", "2026-11-20 16:00")
    never(worker, "2026-11-17 09:00", TOWN)
    never(worker, "2026-11-18 09:00", OTHER_TOWN)
    finish(visited(worker, "2026-11-16 10:00", "2026-11-16 12:00"))
    with at(NOW):
        for name in ("clocks", "escalation"):
            jobs.tick(name)
    db.session.remove()


def visited(worker, begun, arrived):
    case_id = story.accepted(begun, town=TOWN)
    with clock.moved_to(moment(begun)):
        story.assign(case_id, begun, worker)
    story.move(case_id, "arrive", arrived, arrived_at=moment(arrived))
    return case_id


def never(worker, begun, town):
    case_id = story.accepted(begun, town=town)
    story.move(case_id, "assign", begun, assignee_id=worker.staff_id, unit_code=town)
    return case_id


def finish(case_id):
    """Handle, check and close; the reporter is not content."""
    checker = accounts.by_username("checker")
    story.move(case_id, "handle", "2026-11-17 10:00")
    with transaction():
        set_finding(
            case_id,
            FindingData(kind=FindingKind.TRUE, grounds="现场堆放焚烧痕迹清楚，违法事实属实。"),
            by=checker,
            now=moment("2026-11-18 10:00"),
        )  # fmt: skip
    story.move(case_id, "pass_check", "2026-11-18 10:00", checked_at=moment("2026-11-18 10:00"))
    story.move(case_id, "close", "2026-11-19 10:00", closed_at=moment("2026-11-19 10:00"))
    with transaction():
        feedback.rate(
            intake.of_case(case_id)[0].id,
            feedback.RatingData(
                solved=Solved.NO, satisfaction=Satisfaction.DISSATISFIED, words="晚上又烧了"
            ),
            now=moment("2026-11-20 10:00"),
        )  # fmt: skip


def sign_in(app, username):
    """Return the browser of somebody who is signed in."""
    client = app.test_client()
    data = {"username": username, "password": PASSWORD}
    assert post(client, "/staff/login", data).status_code == 303
    return client


def post(client, path, data):
    token = client.get("/token").json["token"]
    return client.post(path, data=data | {"csrf_token": token})

"""A county of two townships with three villages each, closed cases, and who may look again."""

from itertools import count

from shapely.geometry import box

from app import reactions
from app.accounts.models import Staff
from app.accounts.permissions import Role
from app.cases import service as cases
from app.cases.events import CaseMoved
from app.cases.service import Opening
from app.cases.workflow import Move, Urgency
from app.core import events
from app.core.db import db
from app.core.tx import transaction
from app.feedback.events import ReopenAsked, ReopenDecided
from app.fieldwork import service as fieldwork
from app.fieldwork.weighing import CheckInData
from app.media import service as media
from app.places import queries as places
from app.places import service as place_service
from app.sla import service as sla
from app.sla.events import ClocksBreached
from app.spotchecks import service
from app.spotchecks.kinds import SpotResult
from app.supervision import service as supervision
from app.worktime import service as worktime
from tests.features import sla_story as story
from tests.features.pictures import jpeg
from tests.infra.clock import moment
from tests.rules.test_areas import collection, feature

TOWNS = ("330226001000", "330226002000")
START = "2026-10-01 09:00"
MONTH, DRAWN = "2026-10", "2026-11-02 09:00"
_numbers = count(1)


def grids(town):
    return [f"{town[:9]}{n:03d}" for n in (1, 2, 3)]


def areas():
    """Two townships side by side, three villages each from south to north."""
    whole = [feature("330226000000", "county", box(121, 29, 121.2, 29.3))]
    for n, town in enumerate(TOWNS):
        west = 121 + n / 10
        whole.append(feature(town, "township", box(west, 29, west + 0.1, 29.3)))
        whole += [
            feature(code, "grid", box(west, 29 + k / 10, west + 0.1, 29.1 + k / 10))
            for k, code in enumerate(grids(town))
        ]
    return collection(*whole)


def begin():
    """Load days and areas; give every village a worker and a deputy; return people by name."""
    events.react_with(
        {
            CaseMoved: (fieldwork.follow, sla.follow, service.follow),
            ClocksBreached: (supervision.on_breaches,),
            ReopenAsked: reactions.REACTIONS[ReopenAsked],
            ReopenDecided: reactions.REACTIONS[ReopenDecided],
        }
    )
    now = moment(START)
    with transaction():
        worktime.seed(now)
        place_service.import_areas(areas(), by="system", now=now, source="story")
    places.forget()
    people = {
        "chen": story.person("chen", Role.SUPERVISOR, area="330226"),
        "checker": story.person("checker", Role.CHECKER, area="330226"),
    }
    duties = {}
    for town in TOWNS:
        for code in grids(town):
            for rank, name in ((1, "w"), (2, "d")):
                one = story.person(f"{name}{code[6:]}", Role.GRID_WORKER, area=town)
                people[f"{name}{code[6:]}"] = one
                duties[code, rank] = one.staff_id
    with transaction():
        place_service.set_duties(duties, by="system", now=now)
    return people


def closed(people, grid, at="2026-10-10 09:00", *, category="A6", **changes):
    """Let the village's worker handle a case of his, and the checker close it; return its id.

    `changes` are written onto the case when it is assigned.
    """
    worker, area = people[f"w{grid[6:]}"], places.area(grid)
    with transaction():
        opening = Opening(
            number=f"E110-S{next(_numbers):05d}", urgency=Urgency.YELLOW, category=category,
            kinds=(category,), place_words="桥头", lng=area.centre_lng, lat=area.centre_lat,
            grid_code=grid, township_code=area.parent_code,
        )  # fmt: skip
        case_id = cases.open_case(opening, by="reporter", now=moment(at), facts={}).id
        story.add_report(case_id, at, joined=False)
        go(case_id, "accept", at)
        go(
            case_id,
            "assign",
            at,
            facts={"staff_id": worker.staff_id},
            changes={"assignee_id": worker.staff_id, "unit_code": area.parent_code} | changes,
        )
        go(case_id, "arrive", at, by=worker.key)
        go(case_id, "handle", at, by=worker.key)
        go(case_id, "pass_check", at, by=people["checker"].key)
        go(case_id, "close", at, by=people["checker"].key, changes={"closed_at": moment(at)})
    return case_id


def go(case_id, step, at, *, by="staff:1", facts=None, changes=None):
    cases.move(case_id, Move(step), by=by, now=moment(at), note="理由", facts=facts or {},
               changes=changes or {})  # fmt: skip


def draw(people, at=DRAWN, *, month=MONTH):
    with transaction():
        return service.draw(month, by=people["chen"], now=moment(at))


def draw_again(people, at, *, reason="名单里漏了一批补录的案件", by="checker"):
    """Let 陈主任 ask for another draw and somebody else make it; return its id."""
    with transaction():
        redraw_id = service.ask_again(MONTH, reason=reason, by=people["chen"], now=moment(at))
    with transaction():
        return service.decide_again(
            redraw_id, approve=True, answer="", by=people[by], now=moment(at)
        )


def told(row, *, photo=True, away=0.0, words="", at=DRAWN, challenge=""):
    """Return what a phone tells from `away` degrees beside the place."""
    key = f"look{row.id}-{next(_numbers)}"
    with transaction():
        kept = (
            [media.receive(jpeg(key), draft_key=key, now=moment(at), fresh=True)] if photo else []
        )
    return CheckInData(
        lng=row.lng + away, lat=row.lat, accuracy=20, device_at=moment(at), words=words,
        photo_ids=tuple(one.id for one in kept), draft_key=key, challenge=challenge,
    )  # fmt: skip


def look(people, row, result="solved", at="2026-11-04 10:00", **given):
    """Let the person who was asked look, with the mark of her page; return the verdict."""
    by = who(people, row)
    with transaction():
        mark = service.issue_challenge(row.id, by=by, now=moment(at))
    data = told(row, at=at, challenge=mark, words=given.pop("words", "看过了现场"), **given)
    with transaction():
        return service.look(row.id, SpotResult(result), data, by=by, now=moment(at))


def who(people, row):
    return next(one for one in people.values() if one.staff_id == row.inspector_id)


def set_status(one, status):
    with transaction():
        db.session.get(Staff, one.staff_id).status = status

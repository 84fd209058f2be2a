"""Cases, people and moments for stories of clocks; only clocks and supervision react in them."""

from itertools import count

from app.accounts import service as accounts
from app.accounts.permissions import Role
from app.cases import service as cases
from app.cases.events import CaseMoved, CaseRegraded
from app.cases.models import Case
from app.cases.service import Opening
from app.cases.workflow import Move, Urgency
from app.core import events
from app.core.db import db
from app.core.tx import transaction
from app.intake.events import ReportReceived
from app.intake.models import Report
from app.intake.submission import ContactMode, Datum, Happening, Source
from app.sla import queries
from app.sla import service as sla
from app.sla.events import ClocksBreached, ClockStopped
from app.sla.kinds import ClockKind
from app.sla.ledger import CLOCKS, PRESENT, lines_of
from app.sla.rules import replay
from app.supervision import service as supervision
from app.supervision.events import OrderAnswered, OrderIssued
from app.worktime import service as worktime
from app.worktime.events import CalendarLoaded
from tests.infra.clock import moment

TOWN, OTHER_TOWN = "330226001", "330226111"
_numbers = count(1)


def order_clock(event):
    sla.start(event.case_id, ClockKind.SUPERVISION_REPLY, event.now, subject=event.subject)


def stop_order_clock(event):
    sla.stop(event.case_id, ClockKind.SUPERVISION_REPLY, event.now, subject=event.subject)


def react(after_breaches=None):
    """Let clocks follow cases, and supervision follow clocks; nothing else reacts."""
    events.react_with(
        {
            CaseMoved: (sla.follow,),
            CaseRegraded: (sla.follow_regrade,),
            ReportReceived: (sla.follow_report,),
            CalendarLoaded: (sla.follow_calendar,),
            ClocksBreached: (supervision.on_breaches, *filter(None, [after_breaches])),
            ClockStopped: (supervision.on_end,),
            OrderIssued: (order_clock,),
            OrderAnswered: (stop_order_clock,),
        }
    )


def begin():
    """Load the calendar and let only clocks react."""
    react()
    with transaction():
        worktime.seed(moment("2026-01-01 00:00"))


def person(username, *roles, area=TOWN, natural=None):
    with transaction():
        return accounts.add_staff(
            username, name=username, roles=roles, area_code=area, password_hash="-",
            person=natural, must_change=False, now=moment("2026-01-01 00:00"),
        )  # fmt: skip


def laoli():
    return person("laoli", Role.GRID_WORKER)


def new_case(at, *, urgency="yellow", town=TOWN, reports=1):
    """Open a case with its reports; return its id."""
    with transaction():
        number = f"E110-{next(_numbers):06d}"
        opening = Opening(
            number=number, urgency=Urgency(urgency), category="A6", kinds=("A6",),
            place_words="桥头", lng=121.4, lat=29.3, grid_code=town + "01", township_code=town,
        )  # fmt: skip
        case = cases.open_case(opening, by="reporter", now=moment(at), facts={})
        case_id = case.id
        for _ in range(reports):
            add_report(case_id, at, joined=False)
    return case_id


def add_report(case_id, at, *, joined=True):
    report = Report(
        case_id=case_id, key_hash=f"{next(_numbers):064d}", source=Source.WEB,
        received_at=moment(at), kinds=["A6"], happening=Happening.NO, words="烧垃圾的味道",
        crs=Datum.WGS84, contact_mode=ContactMode.ANONYMOUS, digest="0" * 64,
    )  # fmt: skip
    db.session.add(report)
    db.session.flush()
    number = cases.get(case_id).number
    events.announce(
        ReportReceived(
            report_id=report.id,
            case_id=case_id,
            number=number,
            joined=joined,
            now=moment(at),
            actor="reporter",
        )
    )
    return report.id


def join(case_id, at):
    with transaction():
        return add_report(case_id, at)


def move(case_id, step, at, **changes):
    """Take a step at a local moment; `facts` are the step's, the rest changes columns."""
    facts = changes.pop("facts", {})
    with transaction():
        cases.move(
            case_id, Move(step), by="staff:1", now=moment(at), note="ein Grund", facts=facts,
            changes=changes,
        )  # fmt: skip


def assign(case_id, at, worker):
    move(case_id, "assign", at, assignee_id=worker.staff_id, unit_code=worker.area_code)


def accepted(at, *, until=None, **given):
    """Open a case and accept it at the same moment (or later)."""
    case_id = new_case(at, **given)
    move(case_id, "accept", until or at)
    return case_id


def run(case_id, worker, *steps):
    """Take steps like ("assign", "2026-11-23 10:00") one after another."""
    for step, at in steps:
        if step == "assign":
            assign(case_id, at, worker)
        else:
            move(case_id, step, at)


def clocks(case_id, kind):
    """Return the clocks of a kind, the oldest first; their ledgers must agree with their rows."""
    db.session.rollback()
    check(case_id)
    return [clock for clock in queries.clocks_of(case_id) if clock.kind is ClockKind(kind)]


def clock(case_id, kind):
    found = clocks(case_id, kind)
    assert len(found) == 1, found
    return found[0]


def check(case_id):
    """Replay every ledger of the case: it must say what the columns say."""
    rows = db.session.execute(CLOCKS.select().where(CLOCKS.c.case_id == case_id)).all()
    ledgers = lines_of([row.id for row in rows])
    for row in rows:
        told = replay(ledgers[row.id])
        assert {name: getattr(told, name) for name in PRESENT} == {
            name: row._mapping[name] for name in PRESENT
        }
        assert row.entries == len(ledgers[row.id])


def sweep(at, name="breach_batch"):
    """Run a sweep at a local moment until nothing is due."""
    total = 0
    while True:
        with transaction():
            done = getattr(sla, name)(moment(at))
        total += done
        if not done:
            return total


def case_row(case_id):
    db.session.rollback()
    return db.session.get(Case, case_id)

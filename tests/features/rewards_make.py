"""A checked case with its reports and the people who sign: rows that the tests of rewards need."""

from datetime import timedelta
from itertools import count

from app.accounts.models import Staff
from app.audit import service as audit
from app.cases.events import CaseMoved
from app.cases.models import Case
from app.cases.workflow import Move, State, Urgency
from app.core.db import db
from app.enforcement.events import PenaltyDecided
from app.enforcement.models import Finding, Penalty
from app.enforcement.workflow import Measure, PenaltyState
from app.identity.payees import PayeeDetails
from app.intake.models import Report
from app.intake.submission import ContactMode, Datum, Happening, Source
from app.rewards import rulesets, service
from app.rewards.checklist import BARS
from app.rewards.models import Award
from app.rewards.states import Way
from tests.infra.clock import moment

NOW = moment("2026-09-08 10:00")
_numbers = count(1)


def people(*names, person_index=None):
    rows = [
        Staff(username=f"{name}{next(_numbers)}", name=name, roles=[], password_hash="-",
              created_at=NOW, person_index=person_index)
        for name in names
    ]  # fmt: skip
    db.session.add_all(rows)
    db.session.flush()
    return [row.id for row in rows]


def case(*, reports=1, finding="true", received=NOW - timedelta(days=8), gap=timedelta(minutes=1),
         order=False, source=Source.WEB):  # fmt: skip
    n = next(_numbers)
    row = Case(
        number=f"E110-{n:06d}", state=State.CHECKED, urgency=Urgency.YELLOW, category="W4",
        kinds=["W4"], opened_at=received, round=1, version=1, township_code="330226111",
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    for place in range(reports):
        report(row.id, at=received + gap * place, ordinal=place + 1, source=source)
    if finding:
        db.session.add(
            Finding(case_id=row.id, round=1, kind=finding, punishable=True, our_jurisdiction=True,
                    offender_known=True, order_to_correct=order, grounds="…", officers=[],
                    set_at=NOW)
        )  # fmt: skip
        db.session.flush()
    return row.id


def report(case_id, *, at=NOW, ordinal=1, source=Source.WEB):
    n = next(_numbers)
    row = Report(
        case_id=case_id, key_hash=f"{n:064d}", source=source, received_at=at, kinds=["W4"],
        happening=Happening.UNKNOWN, words="河水发黑", contact_mode=ContactMode.ANONYMOUS,
        crs=Datum.WGS84, digest=f"{n:064x}", ordinal_in_case=ordinal,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    audit.record(actor="reporter", action="report.received", subject=f"report:{row.id}", now=at,
                 detail={"digest": row.digest})  # fmt: skip
    audit.seal(db.session())  # as the commit of the receipt does, before anybody looks at it
    return row.id


ANSWERS = tuple(service.Answer(key=key, ok=True, words="查过，成立") for key in BARS)


def propose(award_id, *, staff_id, now=NOW, **more):
    """Answer every condition, then propose."""
    service.answer_checks(award_id, ANSWERS, staff_id=staff_id, now=now)
    return service.propose(award_id, staff_id=staff_id, now=now, **more)


def penalty(case_id, *, fine=None, filer=None, turn=1, **events):
    filer = filer or people("执法")[0]
    row = Penalty(
        case_id=case_id, round=turn, state=PenaltyState.DECIDED, measure=Measure.FILING,
        measure_at=NOW, party="某厂", legal_basis="…", officers=[], kinds=[], amount_fen=fine,
        decided_at=NOW if fine is not None else None, events=events, filed_by=filer, filed_at=NOW,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def checked(case_id, now=NOW):
    """Announce what the check of a case announces."""
    service.consider(
        CaseMoved(case_id=case_id, number="E110-", move=Move.PASS_CHECK, old=State.HANDLED,
                  new=State.CHECKED, actor="staff:1", now=now, round=1)
    )  # fmt: skip
    return awards(case_id)


def decided_event(case_id, now=NOW, turn=1):
    return PenaltyDecided(case_id=case_id, round=turn, amount_fen=0, at=now, by="staff:1", now=now)


def awards(case_id):
    return db.session.query(Award).filter_by(case_id=case_id).order_by(Award.id).all()


def rules(**changes):
    """Put the default rule set in force, with changes."""
    if not changes:
        return rulesets.seed(now=NOW)
    document = dict(rulesets.catalog.documents()["eco110-default"]) | changes
    row = rulesets.import_version(document, valid_from=rulesets.LAUNCH, staff_id=None, now=NOW)
    return rulesets._put_in_force(row, staff_id=None, now=NOW)


def approved(*, order=True, notified=True):
    """Make an award up to its notice; return it with clerk and approver."""
    rules()
    clerk, boss = people("专岗", "领导")
    award = checked(case(order=order))[0]
    propose(award.id, staff_id=clerk, now=NOW)
    service.approve(award.id, staff_id=boss, now=NOW)
    if notified:
        service.notify(award.id, by=f"staff:{clerk}", now=NOW)
    return award, clerk, boss


def claim_by_bank(award, number="11010519491231002X"):
    payee = PayeeDetails(name="阿珍", identity_number=number, account=f"62220{award.id:010d}")
    return service.claim(award.id, report_id=award.report_id, way=Way.BANK, payee=payee, now=NOW)

"""Staff and their registered relatives earn nothing: by keyed index, told why, may object."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from app.audit.models import AuditEntry
from app.core.db import db
from app.core.errors import Forbidden, Invalid, NotFound, Refused, Stale
from app.core.tx import transaction
from app.identity import payees, relatives
from app.identity import service as identity
from app.identity.models import Payee, Relative
from app.identity.payees import PayeeDetails
from app.identity.relatives import Marks
from app.identity.rules import Kinship, Tie
from app.intake.models import Report
from app.rewards import assessing, ledger, queries, service
from app.rewards.models import Award
from app.rewards.states import Relation, State, Way
from tests.features import rewards_make as make
from tests.features.rewards_make import NOW

ID = "11010519491231002X"
OTHER_ID = "330226198001010014"
PHONE = "13900002222"
DAY = timedelta(days=1)


def payee(number=ID, account="6222020200112233445"):
    return PayeeDetails(name="阿珍", identity_number=number, account=account)


def declare(staff_id, *, now=NOW - 30 * DAY, **numbers):
    return relatives.declare(staff_id, kinship=Kinship.SIBLING, now=now, **numbers)


def take(award, *, number=ID, account="6222020200112233445", relation=Relation.SELF, **more):
    return service.claim(
        award.id, report_id=award.report_id, way=Way.BANK, payee=payee(number, account), now=NOW,
        relation=relation, **more,
    )  # fmt: skip


def entries(action):
    return db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.seq)
    ).all()


def test_only_an_index_is_kept_and_the_declaration_is_audited(any_db, context):
    with transaction():
        (laoli,) = make.people("老李")
        row = declare(laoli, identity_number=ID, phone=PHONE)
    held = " ".join(map(str, db.session.execute(text("SELECT * FROM relative")).one()))
    assert not [number for number in (ID, PHONE, "+86" + PHONE) if number in held]
    (entry,) = entries("identity.relative_declared")
    assert (entry.actor, entry.detail) == (
        f"staff:{laoli}", {"relative": row, "by": ["person", "phone"]},
    )  # fmt: skip
    (mine,) = relatives.own(laoli)
    assert (mine.kinship, mine.by_person, mine.by_phone) == (Kinship.SIBLING, True, True)


@pytest.mark.parametrize(
    ("numbers", "key", "field"),
    [
        ({}, "relative_missing", "identity_number"),
        ({"identity_number": "1101"}, "identity_number_invalid", "identity_number"),
        ({"phone": "057412345678"}, "phone_invalid", "phone"),
    ],
)
def test_what_is_no_number_is_said_at_its_field(numbers, key, field, context):
    with transaction():
        (laoli,) = make.people("老李")
        with pytest.raises(Invalid) as refused:
            declare(laoli, **numbers)
    assert (refused.value.key, refused.value.field) == (key, field)


def test_one_number_stands_once_a_person_and_never_the_own(any_db, context):
    with transaction():
        me = relatives.staff.person_index(OTHER_ID)
        laoli, wang = make.people("老李", person_index=me)[0], make.people("小王")[0]
        with pytest.raises(Invalid, match="relative_is_self"):
            declare(laoli, identity_number=OTHER_ID)
        first = declare(laoli, identity_number=ID)
        with pytest.raises(Refused, match="relative_declared"):
            declare(laoli, identity_number=ID)
        declare(wang, identity_number=ID)
        relatives.withdraw(first, staff_id=laoli, now=NOW)
        declare(laoli, identity_number=ID)
        assert relatives.counts() == relatives.Counts(standing=2, withdrawn=1, declarers=2)


def test_withdrawn_once_by_who_declared_it_alone(any_db, context):
    with transaction():
        laoli, wang = make.people("老李", "小王")
        row = declare(laoli, phone=PHONE)
        with pytest.raises(NotFound):
            relatives.withdraw(row, staff_id=wang, now=NOW)
        relatives.withdraw(row, staff_id=laoli, now=NOW)
        with pytest.raises(Stale, match="relative_withdrawn"):
            relatives.withdraw(row, staff_id=laoli, now=NOW)
    assert [entry.detail for entry in entries("identity.relative_withdrawn")] == [{"relative": row}]


@pytest.mark.parametrize(
    ("withdrawn", "tie"), [(None, Tie.RELATIVE), (1, Tie.RELATIVE), (0, None), (-1, None)]
)
def test_a_withdrawal_frees_only_what_is_reported_later(withdrawn, tie, any_db, context):
    with transaction():
        (laoli,) = make.people("老李")
        row = declare(laoli, phone=PHONE)
        if withdrawn is not None:
            relatives.withdraw(row, staff_id=laoli, now=NOW + withdrawn * DAY)
        marks = Marks(phones=frozenset({identity.phone_index(PHONE)}))
        assert relatives.tie_of(marks, since=NOW) is tie


def test_the_register_answers_only_for_numbers_that_are_given(any_db, context):
    with transaction():
        (laoli,) = make.people("老李")
        declare(laoli, phone=PHONE)
        declare(laoli, identity_number=ID)
        assert relatives.tie_of(Marks(), since=NOW) is None
        stranger = Marks(person=relatives.staff.person_index(OTHER_ID))
        assert relatives.tie_of(stranger, since=NOW) is None


CLAIMS = {
    "by identity number": ({"identity_number": ID}, {}, Tie.RELATIVE),
    "by the account's phone": ({"phone": PHONE}, {"account": PHONE}, Tie.RELATIVE),
    "staff": (None, {}, Tie.STAFF),
    "for a child": ({"identity_number": ID}, {"relation": Relation.GUARDIAN}, Tie.RELATIVE),
}


@pytest.mark.parametrize("case", CLAIMS)
def test_a_relative_is_told_why_and_may_object(case, any_db, context):
    numbers, claimed, tie = CLAIMS[case]
    with transaction():
        award, *_ = make.approved()
        (laoli,) = make.people("老李", person_index=None)
        if numbers is None:
            make.people("值班", person_index=relatives.staff.person_index(ID))
        else:
            declare(laoli, **numbers)
        taken = take(award, **claimed)
    assert (taken.refused, taken.number) == ("barred", "")
    view = queries.award_view(award.report_id)
    assert (view.state, view.excluded) == (State.NOT_ELIGIBLE, "staff_or_relative")
    assert view.can_appeal
    line = next(check for check in view.checks if check.key == "not_staff")
    assert (line.ok, line.evidence) == (False, {"tie": tie})
    assert entries("reward.bar")[-1].detail["tie"] == tie
    assert db.session.get(Payee, award.id) is None
    held = ledger.balances()
    assert (held["payable"], held.get("budget:2026", 0)) == (0, 0)


@pytest.mark.parametrize(("seen", "refused"), [(True, None), (False, "barred")])
def test_the_phone_left_with_the_report_counts_too(seen, refused, any_db, context):
    """What a clerk looked at and let pass stays so; what nobody saw bars the voucher as well."""
    with transaction():
        make.rules()
        laoli, clerk, boss = make.people("老李", "专岗", "领导")
        case_id = make.case(order=True)
        report_id = db.session.scalar(select(Report.id).where(Report.case_id == case_id))
        identity.leave_phone(report_id, PHONE, now=NOW)
        if seen:
            declare(laoli, phone=PHONE)
        (award,) = make.checked(case_id)
        line = next(check for check in award.checks if check["key"] == "not_staff")
        assert (line["ok"], line["evidence"].get("tie")) == (
            (None, Tie.RELATIVE) if seen else (True, None)
        )
        make.propose(award.id, staff_id=clerk)
        service.approve(award.id, staff_id=boss, now=NOW)
        service.notify(award.id, by="system", now=NOW)
        if not seen:
            declare(laoli, phone=PHONE)
        identity.set_claim_secret(report_id, "380712", now=NOW)
    proof = service.prove(report_id, "380712", now=NOW)
    with transaction():
        taken = service.claim(award.id, report_id=report_id, way=Way.VOUCHER, proof=proof, now=NOW)
    assert taken.refused == refused


def test_a_relative_declared_meanwhile_is_looked_at_before_the_approval(any_db, context):
    with transaction():
        award, *_ = make.approved(notified=False)
        laoli, clerk, boss = make.people("老李", "专岗", "领导")
        identity.leave_phone(award.report_id, PHONE, now=NOW)
        assessing.void(award, by="system", now=NOW, reason="test")
        make.propose(award.id, staff_id=clerk)
        declare(laoli, phone=PHONE)
        with pytest.raises(Refused, match="checks_open"):
            service.approve(award.id, staff_id=boss, now=NOW)


def test_who_collects_for_another_is_asked_to_send_somebody_else(any_db, context):
    with transaction():
        award, *_ = make.approved()
        (laoli,) = make.people("老李")
        declare(laoli, identity_number=ID)
        taken = take(award, relation=Relation.PROXY)
    assert taken.refused == "payee_is_near"
    assert [entry.subject for entry in entries("reward.payee_refused")] == [f"award:{award.id}"]
    with transaction():
        assert take(award, number=OTHER_ID, relation=Relation.PROXY).number.startswith("V-")


@pytest.mark.parametrize(("tie", "paid"), [(Tie.RELATIVE, True), (Tie.STAFF, False)])
def test_a_justified_objection_lets_a_relative_pass_and_staff_never(tie, paid, any_db, context):
    with transaction():
        award, clerk, boss = make.approved()
        judge, laoli = make.people("督查", "老李")
        if tie is Tie.STAFF:
            make.people("值班", person_index=relatives.staff.person_index(ID))
        else:
            declare(laoli, identity_number=ID)
        take(award)
        service.appeal(award.id, "那是重名，号码早已换人", report_id=award.report_id, now=NOW)
        service.answer(award.id, upheld=True, words="核对属实", staff_id=judge, now=NOW)
        make.propose(award.id, staff_id=clerk, now=NOW)
        service.approve(award.id, staff_id=boss, now=NOW)
        service.notify(award.id, by="system", now=NOW)
        taken = take(award)
    assert bool(taken.number) is paid
    assert (db.session.get(Award, award.id).state is State.CLAIMED) is paid


def test_an_objection_to_the_amount_clears_nobody(any_db, context):
    with transaction():
        award, clerk, boss = make.approved()
        judge, laoli = make.people("督查", "老李")
        declare(laoli, identity_number=ID)
        service.appeal(award.id, "太少", report_id=award.report_id, now=NOW)
        service.answer(award.id, upheld=True, words="重新计算", staff_id=judge, now=NOW)
        make.propose(award.id, staff_id=clerk, now=NOW)
        service.approve(award.id, staff_id=boss, now=NOW)
        service.notify(award.id, by="system", now=NOW)
        assert take(award).refused == "barred"


def test_after_the_window_nobody_is_barred_any_more(context):
    with transaction():
        award, *_ = make.approved()
        (laoli,) = make.people("老李")
        declare(laoli, identity_number=ID)
        with pytest.raises(Refused, match="claim_over"):
            service.claim(award.id, report_id=award.report_id, way=Way.BANK, payee=payee(),
                          now=NOW + 90 * DAY)  # fmt: skip
        assert award.state is State.NOTIFIED


def test_sealing_itself_refuses_staff(context):
    with transaction():
        award, *_ = make.approved()
        make.people("值班", person_index=relatives.staff.person_index(ID))
        with pytest.raises(Forbidden, match="payee_is_staff"):
            payees.seal_payee(award.id, payee(), report_id=award.report_id, now=NOW)


@pytest.mark.parametrize("change", ["person_index = NULL, phone_index = NULL"])
def test_the_table_keeps_no_row_without_an_index(change, any_db, context):
    with transaction():
        (laoli,) = make.people("老李")
        declare(laoli, identity_number=ID)
    with pytest.raises(Exception, match="some_index"), transaction():
        db.session.execute(text(f"UPDATE relative SET {change}"))
    assert db.session.scalar(select(Relative.person_index)) is not None

"""Identity: codes, claim secret, sealed contact and payee, openings by two custodians."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts import service as accounts
from app.accounts.permissions import Role
from app.audit.models import AuditEntry
from app.core import tx
from app.core.db import db
from app.core.errors import Forbidden, Invalid, Limited, NotFound, Refused, Stale
from app.core.tx import transaction
from app.identity import codes, keys, openings, payees, service
from app.identity.models import ClaimSecret, Contact, Opening, Payee, TrackingCode
from app.identity.openings import OpeningState
from app.identity.payees import PayeeDetails
from tests.features import rewards_make as make
from tests.infra.clock import moment

NOW = moment("2026-11-23 09:00")
MINUTE = timedelta(minutes=1)
QUICK = "$argon2id$v=19$m=65536,t=3,p=4$nobody$nobody"
PHONE = "13800001111"
ID = "11010519491231002X"
DETAILS = PayeeDetails(name="张金丝雀", identity_number=ID, account="6222020000001111")
REASON = "发放奖励需核对收款人信息"


@pytest.fixture
def report(context):
    with transaction():
        case_id = make.case()
    return db.session.scalar(select(make.Report.id).where(make.Report.case_id == case_id))


def more_reports(count):
    with transaction():
        case_id = make.case(reports=count)
    return list(db.session.scalars(select(make.Report.id).where(make.Report.case_id == case_id)))


def custodian(username, *, roles=(Role.CUSTODIAN,), person=None):
    with transaction():
        return accounts.add_staff(
            username, name=username, roles=roles, password_hash=QUICK, now=NOW, person=person
        ).staff_id


def issue(report_id, client_key="client"):
    with transaction():
        return service.issue_code(report_id, client_key=client_key, now=NOW)


def leave(report_id, phone=PHONE, now=NOW):
    with transaction():
        service.leave_phone(report_id, phone, now=now)


def actions():
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))


# ---- tracking codes ------------------------------------------------------------------------------


def test_a_code_finds_its_report_however_it_is_typed(report, any_db):
    code = issue(report)
    assert service.valid_check_digit(code)
    assert service.find_report(codes.grouped(code)) == report
    assert service.find_report(f" {codes.grouped(code).replace(' ', '－')} ") == report
    for wrong in (
        code[:-1] + str((int(code[-1]) + 1) % 10),
        "",
        "E110-ABCDEF",
        codes.draw(b"x", "y", 0),
    ):
        assert service.find_report(wrong) is None


def test_only_the_hash_is_stored(report):
    code = issue(report)
    row = db.session.get(TrackingCode, report)
    assert code not in repr(vars(row))
    assert len(row.code_hash) == 64


def test_a_repeat_shows_the_code_again_until_it_is_replaced(report):
    code = issue(report)
    assert service.issued_code(report, client_key="client") == code
    assert service.issued_code(report, client_key="other") is None
    with transaction():
        new = service.replace_code(report, now=NOW)
    assert service.find_report(code) is None
    assert service.find_report(new) == report
    assert service.issued_code(report, client_key="client") is None


def test_a_collision_draws_again(context, any_db):
    one, two = more_reports(2)
    first, second = issue(one, "same key"), issue(two, "same key")
    assert first != second
    assert (service.find_report(first), service.find_report(second)) == (one, two)
    assert service.issued_code(two, client_key="same key") == second


def test_a_rolled_back_submission_leaves_no_code(report):
    class Stop(Exception):
        pass

    with pytest.raises(Stop):
        issue_and_stop(report, Stop)
    assert db.session.get(TrackingCode, report) is None


def issue_and_stop(report_id, error):
    with transaction():
        service.issue_code(report_id, client_key="c", now=NOW)
        raise error


# ---- claim secret --------------------------------------------------------------------------------


def choose(report_id, digits="402917"):
    made = service.hash_secret(digits)
    with transaction():
        service.set_claim_secret(report_id, made, now=NOW)


def test_the_claim_secret_is_set_once_and_checked(report, any_db):
    assert not service.has_claim_secret(report)
    choose(report)
    assert service.has_claim_secret(report)
    assert "402917" not in db.session.get(ClaimSecret, report).secret_hash
    assert service.check_claim_secret(report, "402 917", now=NOW)
    assert service.check_claim_secret(report, "４０２９１７", now=NOW)
    assert not service.check_claim_secret(report, "402918", now=NOW)
    assert not service.check_claim_secret(report, "x" * 5000, now=NOW)
    with pytest.raises(Refused) as refused:
        choose(report, "918273")
    assert refused.value.key == "claim_secret_set"


@pytest.mark.parametrize(
    "digits", ["", "12345", "1234567", "abcdef", "111111", "123456", "654321", "121212"]
)
def test_weak_or_wrong_secrets_are_refused(report, digits):
    with pytest.raises(Invalid):
        choose(report, digits)


def test_five_wrong_tries_lock_for_a_day(report, any_db):
    choose(report)
    for _ in range(5):
        assert service.check_claim_secret(report, "000001", now=NOW) is False
    with pytest.raises(Limited) as locked:
        service.check_claim_secret(report, "402917", now=NOW + 23 * 60 * MINUTE)
    assert locked.value.key == "claim_secret_locked"
    assert locked.value.retry_after == 3600
    later = NOW + timedelta(days=1)
    assert not service.check_claim_secret(report, "000001", now=later)
    assert service.check_claim_secret(report, "402917", now=later)
    assert db.session.get(ClaimSecret, report).tries == 0


def test_a_right_try_starts_the_count_anew(report):
    choose(report)
    for _ in range(3):
        for _ in range(4):
            assert not service.check_claim_secret(report, "000001", now=NOW)
        assert service.check_claim_secret(report, "402917", now=NOW)


def test_twenty_tries_at_once_get_five_answers(app, any_db):
    with app.app_context():
        with transaction():
            case_id = make.case()
        report = db.session.scalar(select(make.Report.id).where(make.Report.case_id == case_id))
        choose(report)
    outcomes = []

    def guess():
        with app.app_context():
            try:
                outcomes.append(service.check_claim_secret(report, "000001", now=NOW))
            except Limited:
                outcomes.append(None)

    threads = [threading.Thread(target=guess) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (outcomes.count(False), outcomes.count(None)) == (5, 15)


def test_checking_must_not_stand_in_the_callers_transaction(report):
    """Else a refusal would roll the count of tries back."""
    choose(report)
    with pytest.raises(RuntimeError), transaction():
        service.check_claim_secret(report, "402917", now=NOW)


def test_without_a_secret_there_is_nothing_to_check(report):
    with pytest.raises(NotFound):
        service.check_claim_secret(report, "402917", now=NOW)


# ---- contact -------------------------------------------------------------------------------------


def test_a_phone_number_is_sealed_and_counted(context, any_db):
    one, two = more_reports(2)
    leave(one, "+86 138-0000-1111")
    leave(two, now=NOW + MINUTE)
    row = db.session.get(Contact, one)
    assert b"1380000" not in row.phone_sealed
    assert row.phone_index == db.session.get(Contact, two).phone_index
    assert service.reports_of_phone(PHONE, since=NOW) == 2
    assert service.reports_of_phone(PHONE, since=NOW + MINUTE) == 1
    assert service.reports_of_phone("13900001111", since=NOW) == 0
    leave(one, "13900001111")
    assert service.reports_of_phone(PHONE, since=NOW) == 1
    with transaction():
        service.forget_phone(one, now=NOW)
    assert not service.has_phone(one)


@pytest.mark.parametrize("phone", ["", "12345", "12800001111", "+1 415 555 0100"])
def test_other_phone_numbers_are_refused(report, phone):
    with pytest.raises(Invalid) as refused:
        leave(report, phone)
    assert (refused.value.key, refused.value.field) == ("phone_invalid", "phone")


# ---- openings ------------------------------------------------------------------------------------


def ask(report_id, by, reason=REASON, **more):
    with transaction():
        return openings.ask(report_id, by=by, reason=reason, now=NOW, **more)


def decide(opening_id, by, *, approve=True, now=NOW):
    with transaction():
        openings.decide(opening_id, approve=approve, by=by, now=now)


def use(opening_id, by, now=NOW):
    with transaction():
        return openings.use(opening_id, by=by, now=now)


@pytest.fixture
def vault(report):
    """A report with a phone number and two custodians."""
    leave(report)
    return report, custodian("guan"), custodian("bao")


def test_two_custodians_open_a_contact_once(vault, any_db):
    report, guan, bao = vault
    opening = ask(report, guan)
    assert [view.id for view in openings.waiting(now=NOW)] == [opening]
    decide(opening, bao)
    grant = use(opening, guan, NOW + 14 * MINUTE)
    assert actions()[-3:] == ["identity.asked", "identity.approved", "identity.opened"]
    assert openings.reveal(grant) == "+8613800001111"
    with pytest.raises(Stale):
        use(opening, guan, NOW + 14 * MINUTE)
    seen = openings.openings_of(report, now=NOW + 15 * MINUTE)
    assert [(view.state, view.opened_at) for view in seen] == [
        (OpeningState.OPENED, NOW + 14 * MINUTE)
    ]


def test_no_bytes_before_the_commit(vault):
    report, guan, bao = vault
    opening = ask(report, guan)
    decide(opening, bao)
    with pytest.raises(RuntimeError), transaction():
        openings.reveal(openings.use(opening, by=guan, now=NOW))
    assert db.session.get(Opening, opening).opened_at is None


def test_no_bytes_when_the_audit_entry_fails(vault, monkeypatch):
    report, guan, bao = vault
    opening = ask(report, guan)
    decide(opening, bao)

    def fail(_session):
        raise OSError("disk full")

    monkeypatch.setattr(tx, "_hooks", [fail])
    with pytest.raises(OSError, match="disk full"):
        use(opening, guan)
    assert db.session.get(Opening, opening).opened_at is None


@pytest.mark.parametrize("reason", ["", "核对", "123456789", "         a         "])
def test_a_reason_has_ten_characters(vault, reason):
    report, guan, _ = vault
    with pytest.raises(Invalid) as refused:
        ask(report, guan, reason)
    assert refused.value.key == "reason_short"


def test_nobody_approves_his_own_wish_not_by_a_second_account_either(vault):
    report, *_ = vault
    one, two = custodian("yi", person=ID), custodian("er", person=ID)
    opening = ask(report, one)
    for same in (one, two):
        with pytest.raises(Forbidden) as refused:
            decide(opening, same)
        assert refused.value.key == "second_person"


def test_only_custodians_ask_approve_and_open(vault):
    report, guan, bao = vault
    desk = custodian("xiaowang", roles=(Role.DESK, Role.DISPATCHER))
    with pytest.raises(Forbidden):
        ask(report, desk)
    opening = ask(report, guan)
    with pytest.raises(Forbidden):
        decide(opening, desk)
    decide(opening, bao)
    for other in (desk, bao, 999):
        with pytest.raises(Forbidden):
            use(opening, other)


def test_an_opening_lapses_is_refused_or_decided_once(vault, any_db):
    report, guan, bao = vault
    lapsed, refused, unasked = (ask(report, guan) for _ in range(3))
    decide(lapsed, bao)
    with pytest.raises(Stale):
        use(lapsed, guan, NOW + 15 * MINUTE)
    decide(refused, bao, approve=False)
    with pytest.raises(Stale):
        decide(refused, bao)
    for opening in (refused, unasked):
        with pytest.raises(Stale):
            use(opening, guan)
    states = [view.state for view in openings.openings_of(report, now=NOW + 15 * MINUTE)]
    assert states == [OpeningState.ASKED, OpeningState.REFUSED, OpeningState.LAPSED]


def test_an_opening_is_won_once_in_a_race(app, any_db):
    with app.app_context():
        with transaction():
            case_id = make.case()
        report = db.session.scalar(select(make.Report.id).where(make.Report.case_id == case_id))
        leave(report)
        guan, bao = custodian("guan"), custodian("bao")
        opening = ask(report, guan)
        decide(opening, bao)
    won = []

    def race():
        with app.app_context():
            try:
                won.append(use(opening, guan))
            except Stale:
                won.append(None)

    threads = [threading.Thread(target=race) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([grant for grant in won if grant]) == 1


def test_a_moved_ciphertext_does_not_open(context):
    one, two = more_reports(2)
    guan, bao = custodian("guan"), custodian("bao")
    leave(one)
    leave(two, "13900002222")
    with transaction():
        stolen = db.session.get(Contact, one).phone_sealed
        db.session.get(Contact, two).phone_sealed = stolen
    opening = ask(two, guan)
    decide(opening, bao)
    with pytest.raises(Refused) as refused:
        openings.reveal(use(opening, guan))
    assert refused.value.key == "unsealable"


def test_there_must_be_something_to_open(report):
    guan = custodian("guan")
    with pytest.raises(NotFound):
        ask(report, guan)
    with pytest.raises(NotFound):
        ask(report, guan, award_id=1)


# ---- payee ---------------------------------------------------------------------------------------


@pytest.fixture
def award(context):
    """An award of a verified report."""
    with transaction():
        case_id = make.case()
        make.rules()
        make.checked(case_id)
    row = db.session.scalar(select(make.Award).where(make.Award.case_id == case_id))
    return row.id, row.report_id


def put(award, details=DETAILS):
    award_id, report_id = award
    with transaction():
        return payees.seal_payee(award_id, details, report_id=report_id, now=NOW)


def test_a_payee_is_sealed_to_the_custodian_and_opened_by_two(award, any_db):
    award_id, report_id = award
    index = put(award)
    row = db.session.get(Payee, award_id)
    assert index == row.payee_index == accounts.person_index(ID)
    for canary in ("张金丝雀", ID, "6222"):
        assert canary.encode() not in row.sealed
    guan, bao = custodian("guan"), custodian("bao")
    opening = ask(report_id, guan, award_id=award_id)
    decide(opening, bao)
    found = openings.reveal(use(opening, guan))
    assert found == DETAILS
    assert "金丝雀" not in repr(found)


def test_staff_cannot_be_payees(award):
    custodian("laoli", roles=(Role.GRID_WORKER,), person=ID)
    with pytest.raises(Forbidden) as refused:
        put(award)
    assert refused.value.key == "payee_is_staff"


@pytest.mark.parametrize(
    ("details", "field"),
    [
        (PayeeDetails(name="阿珍", identity_number="1101", account="62"), "identity_number"),
        (PayeeDetails(name=" ", identity_number=ID, account="62"), "name"),
        (PayeeDetails(name="阿珍", identity_number=ID, account=""), "account"),
    ],
)
def test_incomplete_payees_are_refused(award, details, field):
    with pytest.raises(Invalid) as refused:
        put(award, details)
    assert refused.value.field == field


def test_without_a_custodian_nothing_is_kept(app, award):
    app_keys = app.config["ECO110"].keys
    keys.configure(app_keys)
    with pytest.raises(Refused) as refused:
        put(award)
    assert refused.value.key == "custody_missing"
    keys.configure(app_keys, folder=app.config["ECO110"].custodian)


def test_payees_are_purged_after_their_time(award):
    put(award)
    with transaction():
        db.session.get(Payee, award[0]).purge_after = NOW + MINUTE
    with transaction():
        assert payees.purge_payees(NOW) == 0
        assert payees.purge_payees(NOW + MINUTE) == 1
    assert db.session.get(Payee, award[0]) is None
    assert actions()[-1] == "identity.payee_purged"


def test_the_audit_names_no_person(award):
    put(award)
    leave(award[1])
    details = " ".join(str(row.detail) for row in db.session.scalars(select(AuditEntry)))
    for canary in ("金丝雀", ID, PHONE, "6222"):
        assert canary not in details

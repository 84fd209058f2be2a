"""Accounts: roles, passwords, second factor, web sessions, tries."""

from contextlib import suppress
from datetime import timedelta
from threading import Thread

import pyotp
import pytest
from argon2 import Type
from sqlalchemy import select

from app import jobs
from app.accounts import factor, passwords, queries, service, sessions
from app.accounts.models import RecoveryCode, Staff, Status, WebSession
from app.accounts.permissions import FRESH, LOCAL, ROLES, Role, Verb, covers, may, who_may
from app.audit.models import AuditEntry
from app.core import clock, limits
from app.core.db import db
from app.core.errors import Invalid, Limited
from app.core.limits import Limit
from app.core.tx import transaction
from tests.infra import quick
from tests.infra.clock import moment

NOW = moment("2026-11-23 09:00")
QUICK = "$argon2id$v=19$m=65536,t=3,p=4$nobody$nobody"
YUELONG, XIDIAN = "330226001", "330226111"


def add(username="laoli", *, roles=(Role.GRID_WORKER,), area=YUELONG, person=None, hashed=QUICK):
    with transaction():
        return service.add_staff(
            username, name="老李", roles=roles, area_code=area, password_hash=hashed,
            person=person, must_change=False, now=NOW,
        )  # fmt: skip


# ---- the table of roles ------------------------------------------------------------------------


def test_every_role_may_something_and_every_verb_belongs_to_somebody():
    assert set(ROLES) == set(Role)
    assert all(Verb.SELF in verbs for verbs in ROLES.values())
    assert not [verb for verb in Verb if not who_may(verb)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Verb.TASK_WORK, Verb.CASE_CHECK),
        (Verb.REWARD_PROPOSE, Verb.REWARD_APPROVE),
        (Verb.REWARD_APPROVE, Verb.REWARD_PAY),
        (Verb.REWARD_PROPOSE, Verb.REWARD_PAY),
        (Verb.CASE_REJECT_PROPOSE, Verb.CASE_REJECT_APPROVE),
        (Verb.EXCLUDE_PROPOSE, Verb.EXCLUDE),
        (Verb.RULES_PROPOSE, Verb.RULES_ACTIVATE),
        (Verb.STAFF_ADMIN, Verb.AUDIT_READ),
        (Verb.STAFF_ADMIN, Verb.POLICY_ADMIN),
        (Verb.POLICY_ADMIN, Verb.AUDIT_READ),
        (Verb.REWARD_PAY, Verb.CASE_READ),
        (Verb.IDENTITY_OPEN, Verb.CASE_READ),
    ],
)
def test_no_single_role_joins_what_must_be_apart(one, other):
    assert not [role for role in Role if may([role], one) and may([role], other)]


def test_only_custodians_and_finance_come_near_a_person():
    near = {Verb.IDENTITY_READ, Verb.IDENTITY_REQUEST, Verb.IDENTITY_APPROVE, Verb.IDENTITY_OPEN}
    assert {role for verb in near for role in who_may(verb)} == {Role.CUSTODIAN}
    assert who_may(Verb.PAYOUT_READ) == (Role.FINANCE,)


def test_administrators_see_no_business_data():
    for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN):
        assert not may([role], Verb.CASE_READ)
        assert not may([role], Verb.REWARD_READ)


def test_what_touches_identity_money_export_or_roles_wants_a_fresh_factor():
    for verb in (Verb.IDENTITY_OPEN, Verb.REWARD_APPROVE, Verb.REWARD_PAY, Verb.EXPORT,
                 Verb.STAFF_ADMIN):  # fmt: skip
        assert verb in FRESH


@pytest.mark.parametrize(
    ("roles", "own", "area", "seen"),
    [
        ([Role.GRID_WORKER], YUELONG, YUELONG, True),
        ([Role.GRID_WORKER], YUELONG, YUELONG + "007", True),
        ([Role.GRID_WORKER], YUELONG + "007", YUELONG, True),
        ([Role.GRID_WORKER], YUELONG, XIDIAN, False),
        ([Role.GRID_WORKER], "", "", False),
        ([Role.GRID_WORKER], YUELONG, None, False),
        ([Role.DESK], "", XIDIAN, True),
        ([Role.GRID_WORKER, Role.DESK], YUELONG, XIDIAN, True),
        ([Role.DEPARTMENT], "dept:housing", "dept:housing", True),
        ([Role.DEPARTMENT], "dept:housing", "dept:water", False),
    ],
)
def test_local_roles_see_their_own_area(roles, own, area, seen):
    assert covers(roles, own, area) is seen
    assert LOCAL


# ---- accounts ----------------------------------------------------------------------------------


def test_an_account_is_added_once_and_noted(context):
    person = add(roles=(Role.GRID_WORKER, Role.GRID_WORKER))
    assert person.key == f"staff:{person.staff_id}"
    assert person.roles == (Role.GRID_WORKER,)
    with pytest.raises(Invalid) as refused:
        add("LaoLi ")
    assert (refused.value.key, refused.value.field) == ("username_taken", "username")
    entry = db.session.scalar(select(AuditEntry).where(AuditEntry.action == "staff_added"))
    assert entry.subject == person.key
    assert "老李" not in str(entry.detail)


def test_two_accounts_of_one_person_are_known_as_one(context):
    worker = add(person="330226199001010011")
    clerk = add("clerk", roles=(Role.REWARD_CLERK,), person=" 330226199001010011")
    other = add("other", roles=(Role.APPROVER,))
    assert worker.is_same_person(clerk)
    assert not worker.is_same_person(other)
    assert not other.is_same_person(None)
    assert "330226199001010011" not in db.session.get(Staff, worker.staff_id).person_index


def test_people_are_found_by_role_and_area(context):
    add()
    add("xidian", area=XIDIAN + "002")
    assert [who.username for who in queries.holding(Role.GRID_WORKER, area=XIDIAN)] == ["xidian"]
    assert len(queries.holding(Role.GRID_WORKER)) == 2
    assert queries.by_username(" LAOLI ").username == "laoli"


def test_leave_and_closing_act_at_once(context):
    person = add()
    token = signed_in(person)
    with transaction():
        service.change_staff(person.staff_id, status=Status.LEAVE, by="staff:9", now=NOW)
    assert sessions.read(token, now=NOW).actor.status is Status.LEAVE
    with transaction():
        service.change_staff(person.staff_id, active=False, by="staff:9", now=NOW)
    assert sessions.read(token, now=NOW) is None
    assert service.stored_hash("laoli") == (None, None)


# ---- passwords ---------------------------------------------------------------------------------


@pytest.mark.parametrize("hasher", quick.REAL)
def test_the_product_hashes_at_full_cost(hasher):
    cost = (hasher.type, hasher.time_cost, hasher.memory_cost, hasher.parallelism)
    assert cost == (Type.ID, 3, 64 * 1024, 4)
    assert not hasher.check_needs_rehash(quick.NOBODY)


def test_a_password_is_compared_in_the_same_way_for_nobody():
    made = passwords.hashed("海风吹过三门湾的早晨")
    assert passwords.matches("海风吹过三门湾的早晨", made)
    assert not passwords.matches("别的", made)
    assert not passwords.matches("海风吹过三门湾的早晨", None)
    assert not passwords.matches("x" * 1000, made)
    assert not passwords.is_outdated(made)
    assert passwords.is_outdated("$argon2id$v=19$m=8192,t=2,p=1$c29tZXNhbHQ$WzsPAjZyVUQ")


@pytest.mark.parametrize(
    ("password", "key"),
    [
        ("kurz", "password_short"),
        ("elfzeichen1", "password_short"),
        ("x" * 129, "password_long"),
        ("aaaaaaaaaaaaaaaa", "password_common"),
        ("ninghai123456", "password_common"),
        ("Huanbao110!!!2026", "password_common"),
        ("password123456", "password_common"),
        ("laolilaolilaoli", "password_common"),
        ("laoli20261123", "password_common"),
    ],
)
def test_what_others_guess_first_is_refused(password, key):
    with pytest.raises(Invalid) as refused:
        passwords.check_strength(password, username="laoli")
    assert refused.value.key == key


@pytest.mark.parametrize("password", ["海风吹过三门湾的早晨很安静", "four quiet herons fishing"])
def test_a_sentence_is_a_good_password(password):
    passwords.check_strength(password, username="laoli")


def test_a_first_password_is_random_and_strong():
    first = {service.new_password() for _ in range(50)}
    assert len(first) == 50
    for password in first:
        passwords.check_strength(password, username="laoli")


# ---- second factor -----------------------------------------------------------------------------


def with_factor(person):
    secret = factor.new_secret()
    with transaction():
        codes = service.set_factor(person.staff_id, secret, pyotp.TOTP(secret).at(NOW), now=NOW)
    return secret, codes


def use(person, code, now):
    with transaction():
        return service.use_code(person.staff_id, code, now=now)


def test_a_time_code_works_once_also_with_spaces(context):
    person = add()
    secret, _codes = with_factor(person)
    later = NOW + timedelta(minutes=5)
    code = pyotp.TOTP(secret).at(later)
    assert not use(person, "000000" if code != "000000" else "111111", later)
    assert use(person, f" {code[:3]} {code[3:]} ", later)
    assert not use(person, code, later)


@pytest.mark.parametrize(("seconds", "right"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_one_step_early_or_late_is_right(context, seconds, right):
    person = add()
    secret, _codes = with_factor(person)
    later = moment("2026-11-23 10:00")
    code = pyotp.TOTP(secret).at(later + timedelta(seconds=seconds))
    assert use(person, code, later) is right


def test_a_code_of_an_earlier_step_dies_with_a_later_one(context):
    person = add()
    secret, _codes = with_factor(person)
    later = moment("2026-11-23 10:00")
    assert use(person, pyotp.TOTP(secret).at(later), later)
    assert not use(person, pyotp.TOTP(secret).at(later - timedelta(seconds=30)), later)


def test_recovery_codes_are_hashed_and_burn(context):
    person = add()
    _secret, codes = with_factor(person)
    stored = db.session.scalars(select(RecoveryCode.code_hash)).all()
    assert len(stored) == len(set(codes)) == 10
    assert not set(codes) & set(stored)
    assert use(person, codes[0].replace("-", " ").upper(), NOW)
    assert not use(person, codes[0], NOW)
    assert use(person, codes[1], NOW)


def test_the_secret_is_sealed_to_its_row(context):
    person = add()
    secret, _codes = with_factor(person)
    sealed = db.session.get(Staff, person.staff_id).totp_secret
    assert secret not in sealed
    assert factor.unseal(sealed, staff_id=person.staff_id) == secret
    with pytest.raises(Exception):  # noqa: B017
        factor.unseal(sealed, staff_id=person.staff_id + 1)


def test_a_wrong_first_code_sets_nothing(context):
    person = add()
    with pytest.raises(Invalid), transaction():
        service.set_factor(person.staff_id, factor.new_secret(), "12", now=NOW)
    assert not queries.has_factor(person.staff_id)


def test_a_reset_takes_the_factor_away_and_ends_sessions(context):
    person = add()
    with_factor(person)
    token = signed_in(person)
    with transaction():
        service.reset(person.staff_id, QUICK, by="staff:9", now=NOW)
    assert not queries.has_factor(person.staff_id)
    assert sessions.read(token, now=NOW) is None
    assert db.session.get(Staff, person.staff_id).must_change


# ---- web sessions ------------------------------------------------------------------------------


def signed_in(person, now=NOW, second_factor=False):
    with transaction():
        return service.open_session(person.staff_id, second_factor=second_factor, now=now)


def test_a_session_is_stored_hashed_and_read_by_its_id(context):
    token = signed_in(add())
    assert len(token) >= 43
    assert token not in str(db.session.scalars(select(WebSession.id_hash)).all())
    assert sessions.read(token, now=NOW).complete
    assert sessions.read(token + "x", now=NOW) is None


def test_it_ends_when_idle_and_after_twelve_hours(context):
    token = signed_in(add())
    assert sessions.read(token, now=NOW + timedelta(minutes=30)) is not None
    assert sessions.read(token, now=NOW + timedelta(minutes=31)) is None
    for step in range(1, 49):
        with transaction():
            sessions.touch(token, now=NOW + timedelta(minutes=15 * step))
    assert sessions.read(token, now=NOW + timedelta(hours=12)) is not None
    assert sessions.read(token, now=NOW + timedelta(hours=12, seconds=1)) is None


def test_half_a_sign_in_is_short(context):
    token = signed_in(add(), second_factor=True)
    assert not sessions.read(token, now=NOW).complete
    assert sessions.read(token, now=NOW + timedelta(minutes=6)) is None


def test_the_second_factor_gives_a_new_id_and_a_fresh_hour(context):
    token = signed_in(add(), second_factor=True)
    with transaction():
        new = sessions.renew(token, now=NOW)
    assert new != token
    assert sessions.read(token, now=NOW) is None
    assert sessions.read(new, now=NOW).is_fresh(NOW + timedelta(minutes=5))
    assert not sessions.read(new, now=NOW).is_fresh(NOW + timedelta(minutes=5, seconds=1))


def test_a_step_up_does_not_lengthen_the_day(context):
    token = signed_in(add())
    late = NOW + timedelta(hours=11, minutes=50)
    with transaction():
        sessions.touch(token, now=late)
        new = sessions.renew(token, now=late)
    assert sessions.read(new, now=late + timedelta(minutes=9)) is not None
    assert sessions.read(new, now=late + timedelta(minutes=11)) is None


def test_a_new_password_ends_the_other_sessions(context):
    person = add()
    here, there = signed_in(person), signed_in(person)
    with transaction():
        service.set_password(person.staff_id, QUICK, keep=here, now=NOW)
    assert sessions.read(here, now=NOW) is not None
    assert sessions.read(there, now=NOW) is None


def test_old_sessions_are_swept(context):
    signed_in(add())
    with transaction():
        assert sessions.sweep(NOW + timedelta(hours=20)) == 0
        assert sessions.sweep(NOW + timedelta(hours=25)) == 1


# ---- tries -------------------------------------------------------------------------------------

FEW = Limit(name="test", count=10, seconds=300)


def granted(limit, who, now, tries):
    count = 0
    for _ in range(tries):
        with suppress(Limited):
            limits.take(limit, who, now=now)
            count += 1
    return count


def test_a_refusal_says_when_to_come_back(context):
    granted(FEW, "laoli", NOW, 5)
    with pytest.raises(Limited) as refused:
        limits.take(FEW, "laoli", now=NOW + timedelta(seconds=20))
    assert refused.value.retry_after == 40


def test_tries_run_out_and_come_back(any_db, context):
    assert granted(FEW, "laoli", NOW, 20) == 5
    assert granted(FEW, "other", NOW, 1) == 1
    assert granted(FEW, "laoli", NOW + timedelta(seconds=61), 5) == 1
    assert granted(FEW, "laoli", NOW + timedelta(seconds=900), 20) == 5


def test_no_span_holds_more_than_the_count(context):
    times = [
        second
        for second in range(0, 900, 3)
        if granted(FEW, "x", NOW + timedelta(seconds=second), 1)
    ]
    assert max(sum(1 for t in times if start <= t < start + 300) for start in times) <= 10


def test_a_clock_set_back_an_hour_keeps_nobody_out_and_a_minute_lets_nobody_in(any_db, context):
    assert granted(FEW, "laoli", NOW, 5) == 5
    assert granted(FEW, "laoli", NOW - timedelta(seconds=59), 5) == 0
    assert granted(FEW, "laoli", NOW - timedelta(hours=1), 20) == 5
    assert granted(FEW, "laoli", NOW, 20) == 5


def test_to_ask_whether_tries_are_left_uses_none(any_db, context):
    asked = []
    for _ in range(7):
        asked.append(limits.is_used_up(FEW, "laoli", now=NOW))
        granted(FEW, "laoli", NOW, 1)
    assert asked == [False] * 5 + [True] * 2
    assert not limits.is_used_up(FEW, "other", now=NOW)
    assert not limits.is_used_up(FEW, "laoli", now=NOW + timedelta(seconds=61))
    assert not limits.is_used_up(FEW, "laoli", now=NOW - timedelta(hours=1))


def test_a_right_attempt_costs_nothing(context):
    for _ in range(50):
        limits.take(FEW, "laoli", now=NOW)
        limits.give_back(FEW, "laoli", now=NOW)
    assert granted(FEW, "laoli", NOW, 20) == 5


def test_nobody_gets_more_in_a_race(any_db, app):
    won = []

    def run():
        with app.app_context():
            won.append(granted(FEW, "race", NOW, 10))

    threads = [Thread(target=run) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(won) == 5


def test_names_and_addresses_are_not_stored_and_buckets_are_swept(context):
    limits.take(FEW, "203.0.113.77", now=NOW)
    assert "203.0.113.77" not in db.session.scalar(select(limits.Bucket.key))
    db.session.rollback()
    limits.take(FEW, "203.0.113.77", now=NOW + timedelta(days=1))
    assert len(set(db.session.scalars(select(limits.Bucket.key)))) == 2
    db.session.rollback()
    with clock.moved_to(NOW + timedelta(days=2)):
        assert jobs.tick("sessions") == 2

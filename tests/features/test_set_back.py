"""A machine's clock is set back an hour: nothing holds longer than its length (ADR 7)."""

from datetime import timedelta

import pytest

from app import jobs
from app.accounts import sessions
from app.core import clock
from app.core.db import db
from app.core.errors import Limited, Stale
from app.core.tx import transaction
from app.identity import service as identity
from app.identity.models import Opening
from tests.features.test_identity import (  # noqa: F401 - fixtures
    MINUTE,
    NOW,
    ask,
    choose,
    custodian,
    decide,
    report,
    use,
    vault,
)

BACK = NOW - timedelta(hours=1)


def set_back(by=BACK):
    """Let the job come round after the clock was set; return how many rows it mended."""
    with clock.moved_to(by):
        return jobs.tick("set_back")


@pytest.fixture
def token(vault, any_db):
    with transaction():
        return sessions.start(vault[1], complete=True, factor_at=NOW, now=NOW)


def test_a_session_lasts_no_longer(token):
    assert set_back() == 1
    assert set_back() == 0
    assert sessions.read(token, now=BACK).is_fresh(BACK + 5 * MINUTE)
    assert not sessions.read(token, now=BACK).is_fresh(BACK + 6 * MINUTE)
    assert sessions.read(token, now=BACK + 30 * MINUTE) is not None
    assert sessions.read(token, now=BACK + 31 * MINUTE) is None
    for step in range(1, 25):
        with transaction():
            sessions.touch(token, now=BACK + step * 30 * MINUTE)
    assert sessions.read(token, now=BACK + timedelta(hours=12)) is not None
    assert sessions.read(token, now=BACK + timedelta(hours=12, seconds=1)) is None


def test_what_began_in_its_time_is_left_alone(token):
    with transaction():
        sessions.touch(token, now=NOW + 20 * MINUTE)
    assert set_back(NOW + 10 * MINUTE) == 1, "seen in a time to come, begun before"
    end = NOW + timedelta(hours=12)
    with transaction():
        sessions.touch(token, now=end)
    assert sessions.read(token, now=end) is not None
    assert sessions.read(token, now=end + MINUTE) is None
    assert set_back(end - MINUTE) == 0, "two machines may differ by a minute"


def test_an_approval_to_open_an_identity_holds_fifteen_minutes(vault, any_db):
    reported, guan, bao = vault
    late, early = ask(reported, guan), ask(reported, guan)
    for opening in (late, early):
        decide(opening, bao)
    assert set_back() == 2
    assert set_back() == 0
    use(early, guan, BACK + 14 * MINUTE)
    with pytest.raises(Stale):
        use(late, guan, BACK + 16 * MINUTE)
    used = db.session.get(Opening, early)
    db.session.rollback()
    assert set_back(BACK - timedelta(hours=1)) == 1, "one that was used is history"
    assert db.session.get(Opening, early).expires_at == used.expires_at == BACK + 15 * MINUTE


def test_a_claim_secret_is_locked_for_a_day(report, any_db):
    choose(report)
    for _ in range(5):
        identity.check_claim_secret(report, "000001", now=NOW)
    assert set_back() == 1
    assert set_back() == 0
    day = BACK + timedelta(days=1)
    with pytest.raises(Limited):
        identity.check_claim_secret(report, "402917", now=day - MINUTE)
    assert identity.check_claim_secret(report, "402917", now=day)


def test_a_clock_that_goes_on_mends_nothing(token, report, any_db):
    choose(report)
    for _ in range(5):
        identity.check_claim_secret(report, "000001", now=NOW)
    assert [set_back(NOW + hours * timedelta(hours=1)) for hours in (0, 1, 30)] == [0, 0, 0]

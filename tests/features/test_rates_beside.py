"""What stands beside the rates, patterns that ask a question, exclusions by two persons, months."""

import hashlib

import pytest
from sqlalchemy import delete, event, text, update
from sqlalchemy.exc import DBAPIError

from app.cases.models import Case
from app.core.db import db
from app.core.errors import Forbidden, Invalid, Refused, Stale
from app.core.tx import transaction
from app.feedback.models import Rating
from app.rates import RATES, detectors, exclusions, means, published, scores, tally
from app.rates import records as rate_records
from app.rates.beside import BESIDE_BY_KEY
from app.rates.models import Changed, Exclusion
from app.rates.queries import EVERYTHING, Part, figure, how_many, records, stream
from app.rates.recount import differences
from app.rates.scope import Scope
from tests.features import rates_story, sla_story
from tests.features.test_rates_table import CLOSED, FOUND, GO, TO_HANDLED
from tests.infra.clock import moment

NOW = moment("2026-12-30 12:00")
FILED = FOUND + "12-02 09:00 file 12-02; 12-03 09:00 step investigated;"
REVOKED = (
    FILED + "12-04 09:00 step legal_reviewed; 12-04 10:00 notify;"
    " 12-05 09:00 decide; 12-20 09:00 revoke"
)


@pytest.fixture
def people(context):
    return rates_story.begin()


def tell(people, life, **given):
    return rates_story.Teller(people, "11-23 08:30", **given).tell(life)


BESIDE = [
    ("verified", FOUND, "1/1"),
    ("verified", TO_HANDLED + "11-25 10:00 finding untrue plain", "0/1"),
    ("response", CLOSED + "11-27 09:00 rate very", "1/1"),
    ("response", CLOSED, "0/1"),
    ("rework", TO_HANDLED + "11-25 09:00 fail_check", "1/1"),
    ("rework", FOUND + "11-25 11:00 pass_check", "0/1"),
    ("rebound", CLOSED + "11-30 09:00 reopen", "1/1"),
    ("rebound", CLOSED, "0/1"),
    ("extension", GO + "12-01 09:00 extend closure 3", "1/1"),
    ("told", GO, "1/1"),
    ("final_reply", CLOSED, "1/1"),
    ("repeated", GO, "0/1"),
]


def test_figures_beside_the_rates(any_db, people):
    for key, life, said in BESIDE:
        case = tell(people, life)
        rows = [
            row
            for row in records(
                BESIDE_BY_KEY[key], rates_story.WHOLE, Part.BOTTOM, now=NOW, size=1000
            ).rows
            if row.case_id == case.case_id
        ]
        assert f"{sum(row.good for row in rows)}/{len(rows)}" == said, (key, life)
    for rate in BESIDE_BY_KEY.values():
        page = records(rate, rates_story.WHOLE, Part.BOTTOM, now=NOW, size=1000)
        assert page.total == figure(rate, rates_story.WHOLE, now=NOW).bottom == len(page.rows)


def test_a_file_streams_the_records_of_the_list(any_db, people, monkeypatch):
    monkeypatch.setattr(rate_records, "HELD", 2)
    for number in range(3):
        for life in (CLOSED, GO, f"{GO}11-24 09:0{number} arrive"):
            tell(people, life)
    for rate in (*RATES, *BESIDE_BY_KEY.values()):
        for part in Part:
            asked = {"now": NOW, "scope": EVERYTHING}
            rows = records(rate, rates_story.WHOLE, part, **asked, size=1000).rows
            for most in (1000, 4):
                found = stream(rate, rates_story.WHOLE, part, **asked, most=most)
                assert list(found) == rows[:most], (rate.key, part)
            assert how_many(rate, rates_story.WHOLE, part, **asked) == len(rows)


def test_a_revoked_decision_counts_no_more(people):
    tell(people, REVOKED)
    late = moment("2027-03-31 00:00")
    period = rates_story.Period(start=moment("2026-11-01"), end=late)
    assert (found := figure(BESIDE_BY_KEY["punished"], period, now=late)).top == 0
    assert found.bottom == 1


def test_means_and_pauses(people):
    tell(people, GO + "11-23 12:00 arrive")
    tell(people, GO + "11-23 14:00 arrive; 11-24 09:00 suspend judicial")
    arrived = means.minutes_to_arrival(rates_story.WHOLE, now=NOW)
    assert (arrived.value, arrived.count) == (180, 2)
    assert means.days_to_closure(rates_story.WHOLE, now=NOW).value is None
    tell(people, FOUND + "11-26 00:00 pass_check")
    closed = means.days_to_closure(rates_story.WHOLE, now=NOW)
    assert (closed.value, closed.count) == (2.625, 1)
    assert means.paused("closure") == 1
    assert means.paused("closure", scope=Scope(township_code=sla_story.OTHER_TOWN)) == 0


PATTERNS = {
    "last_minute": FOUND + "12-02 23:30 pass_check",
    "late_pause": GO + "11-24 09:00 arrive; 12-02 23:30 suspend lab_report",
    "longer_limit": GO + "11-24 09:00 urgency blue",
    "ping_pong": GO + "11-23 11:00 ask_handback; 11-23 12:00 granted ayong;"
    "11-23 13:00 ask_handback; 11-23 14:00 granted laoli",
}
HONEST = (CLOSED, GO + "11-24 09:00 arrive; 11-25 09:00 suspend lab_report", TO_HANDLED, REVOKED)


def test_an_honest_month_raises_no_question(any_db, people):
    for life in HONEST:
        tell(people, life)
    assert set(detectors.counts(rates_story.WHOLE, now=NOW).values()) == {0}
    for key, life in PATTERNS.items():
        case = tell(people, life)
        page = detectors.hits(key, rates_story.WHOLE, now=NOW)
        assert {hit.case_id for hit in page.rows} == {case.case_id}, key
        assert detectors.counts(rates_story.WHOLE, now=NOW)[key] == page.total


def test_bursts_and_silence(any_db, people):
    for _ in range(5):
        tell(people, "11-23 09:00 reject")
    for _ in range(4):
        tell(people, CLOSED + "12-01 09:00 exclude test")
    found = detectors.counts(rates_story.WHOLE, now=NOW)
    assert (found["mass_rejection"], found["exclusion_burst"]) == (5, 0)
    tell(people, CLOSED + "12-01 10:00 exclude test", urgency="red")
    found = detectors.counts(rates_story.WHOLE, now=NOW)
    assert (found["exclusion_burst"], found["not_asked"]) == (5, 1)


def test_an_exclusion_needs_two_persons_and_words(people):
    case, lead, chen = tell(people, GO), people["lead"], people["chen"]
    with pytest.raises(Invalid), transaction():
        exclusions.propose(case.case_id, "because", note="x", by=lead, now=NOW)
    with pytest.raises(Invalid), transaction():
        exclusions.propose(case.case_id, "test", note=" ", by=lead, now=NOW)
    with transaction():
        made = exclusions.propose(case.case_id, "test", note="演练", by=lead, now=NOW)
    with pytest.raises(Stale), transaction():
        exclusions.propose(case.case_id, "test", note="演练", by=lead, now=NOW)
    with pytest.raises(Forbidden), transaction():
        exclusions.decide(made, approve=True, answer="", by=lead, now=NOW)
    with transaction():
        exclusions.decide(made, approve=True, answer="", by=chen, now=NOW)
    with pytest.raises(Stale), transaction():
        exclusions.decide(made, approve=True, answer="", by=chen, now=NOW)
    row = records(RATES[0], rates_story.WHOLE, Part.EXCLUDED, now=NOW).rows[0]
    assert (row.excluded, row.excluded_by) == ("test", chen.key)


def test_a_published_month_stays_and_what_changes_stands_beside_it(any_db, people):
    good, late = tell(people, CLOSED), tell(people, GO)
    with pytest.raises(Refused), transaction():
        published.publish("2026-12", by=people["chen"], now=NOW)
    now = moment("2027-01-05 09:00")
    with transaction():
        digest = published.publish("2026-12", by=people["chen"], now=now)
    with pytest.raises(Stale), transaction():
        published.publish("2026-12", by=people["chen"], now=now)
    text_of = published.export(published.rows_of("2026-12"))
    assert hashlib.sha256(text_of.encode()).hexdigest() == digest
    assert all(not one.changes for one in published.restated("2026-12", now=now))
    late.tell("12-31 09:00 exclude test")
    good.tell("12-20 09:00 reopen")
    closure = published.restated("2026-12", now=now)[2]
    assert (closure.published.top, closure.published.bottom) == (1, 2)
    assert (closure.present.top, closure.present.bottom, closure.present.excluded) == (0, 2, 1)
    numbers = {change.case_number for change in closure.changes}
    assert {sla_story.case_row(one.case_id).number for one in (good, late)} <= numbers
    assert published.is_whole("2026-12")
    assert published.get("2026-12").digest == digest
    with pytest.raises(DBAPIError), transaction():
        db.session.execute(text("UPDATE rate_month_row SET good = NOT good"))


def merge(case):
    case.tell("12-03 09:00 merge")


def unexclude(_case):
    db.session.execute(Exclusion.__table__.delete())


def rate(case):
    case.on_rate(moment("2026-11-27 09:00"), "very")


def unrate(_case):
    db.session.execute(Rating.__table__.delete())


def move_town(case):
    db.session.execute(
        update(Case).where(Case.id == case.case_id).values(township_code=sla_story.OTHER_TOWN)
    )


CHANGES = [
    (GO + "11-26 09:00 arrive", merge, "arrival"),
    (GO + "12-01 09:00 exclude test", unexclude, "closure"),
    (CLOSED, rate, "satisfaction"),
    (CLOSED + "11-27 09:00 rate very", unrate, "satisfaction"),
    (CLOSED + "11-27 09:00 rate very", move_town, "satisfaction"),
    (FILED + "12-04 09:00 step legal_reviewed",
     lambda case: case.on_step(moment("2026-12-05 09:00"), "no_penalty"), "penalty"),
    (GO, lambda case: case.on_mark(None, "test"), "reply"),
    (GO, lambda case: case.on_reply(moment("2026-11-24 09:00")), "reply"),
    ("11-23 09:00 accept",
     lambda case: case.on_assign(moment("2026-11-23 10:00"), "laoli", "remote"), "arrival"),
]  # fmt: skip


def test_whatever_changes_a_figure_marks_its_day(any_db, people):
    for life, change, rate_key in CHANGES:
        case = tell(people, life)
        settle()
        if change is merge:
            change(case)
        else:
            with transaction():
                change(case)
        marked = {row.rate for row in db.session.query(Changed)}
        assert rate_key in marked, (life, rate_key)
        assert differences(rates_story.WHOLE, now=NOW) == []
    settle()
    assert differences(rates_story.WHOLE, now=NOW) == []


def settle():
    db.session.rollback()
    with transaction():
        while tally.refresh(NOW):
            pass


@pytest.mark.parametrize("any_db", ["postgres"], indirect=True)
def test_a_day_that_another_process_has_counted_meanwhile_is_left_alone(
    any_db, people, monkeypatch
):
    """Its rows might still be unseen here, and could not be written twice."""
    tell(people, CLOSED)
    counted = []
    monkeypatch.setattr(tally, "count_day", lambda rate, day: counted.append((rate.key, day)))
    marked = {(row.rate, row.day) for row in db.session.query(Changed)}
    gone = min(marked)

    def quicker(_connection, _cursor, statement, *_rest):
        if "FOR UPDATE" in statement and not counted:
            taken = delete(Changed).where(Changed.rate == gone[0], Changed.day == gone[1])
            with db.engine.begin() as other:
                other.execute(taken)

    event.listen(db.engine, "before_cursor_execute", quicker)
    settle()
    event.remove(db.engine, "before_cursor_execute", quicker)
    assert sorted(counted) == sorted(marked - {gone})
    assert db.session.query(Changed).count() == 0


def test_recount_names_a_tampered_tally(any_db, people):
    tell(people, CLOSED)
    settle()
    assert differences(rates_story.WHOLE, now=NOW) == []
    with transaction():
        db.session.execute(text("UPDATE rate_tally SET top = 0 WHERE rate = 'closure'"))
    first = differences(rates_story.WHOLE, now=NOW)[0]
    assert (first.rate, first.shown.top, first.counted.top) == ("closure", 0, 1)


def test_scores_of_townships(people):
    tell(people, CLOSED + "11-27 09:00 rate very")
    tell(people, TO_HANDLED + "11-25 09:00 fail_check; 11-26 09:00 arrive; 11-26 10:00 handle;"
         "11-27 09:00 fail_check", town=sla_story.OTHER_TOWN)  # fmt: skip
    found = scores.scores(rates_story.WHOLE, now=NOW)
    assert not found[sla_story.TOWN].ranked
    assert str(found[sla_story.OTHER_TOWN].deducted) == "0.40"

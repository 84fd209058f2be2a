"""The calendar in the database: seeded once, loaded from a notice, read by `worktime due`."""

import contextlib

import pytest
from sqlalchemy import event, text

from app.cli import worktime as command
from app.core import events
from app.core.db import db
from app.core.errors import Invalid
from app.core.tx import transaction
from app.worktime import queries, service
from app.worktime.calendar import DayKind
from app.worktime.events import CalendarLoaded
from tests.infra.clock import moment

NOW = moment("2026-11-24 09:00")
NOTICE = """\
date,weekday,is_workday,kind,holiday
2027-01-01,Fri,0,public_holiday,元旦
2027-01-02,Sat,1,makeup_workday,元旦
2027-10-01,Fri,0,holiday,国庆节
"""


@pytest.fixture
def seeded(context):
    events.react_with({})
    with transaction():
        assert service.seed(NOW) == 23
    return context


def load(source, doc_no="国办发明电〔2026〕9号"):
    with transaction():
        return service.load(source, doc_no=doc_no, by="staff:1", now=NOW)


def test_seeding_twice_is_harmless(any_db, seeded):
    with transaction():
        assert service.seed(NOW) == 0
    assert queries.calendar() == queries.shipped()
    assert [view.year for view in queries.years()] == list(range(2026, 2003, -1))
    assert queries.missing_year(moment("2026-11-30 23:59")) is None
    assert queries.missing_year(moment("2026-12-01 00:00")) == 2027


def test_a_notice_publishes_its_year_and_is_announced(any_db, seeded):
    heard = []
    events.react_with({CalendarLoaded: (heard.append,)})
    assert load("\ufeff" + NOTICE) == (2027,)
    calendar = queries.calendar()
    assert 2027 in calendar.years
    assert [day.kind for day in queries.days_of(2027)] == [
        DayKind.HOLIDAY, DayKind.MAKEUP, DayKind.HOLIDAY,
    ]  # fmt: skip
    assert heard[0].years == (2027,)
    assert queries.missing_year(moment("2026-12-01 00:00")) is None


def test_a_corrected_notice_replaces_its_year(seeded):
    load(NOTICE)
    load("date,kind\n2027-10-01,holiday\n", doc_no="Berichtigung")
    assert [day.day.isoformat() for day in queries.days_of(2027)] == ["2027-10-01"]
    assert queries.years()[0].version == 2


def test_single_days_leave_the_rest_of_a_year(seeded):
    before = len(queries.days_of(2026))
    assert load("date,kind\n2026-12-31,rest\n") == ()
    assert len(queries.days_of(2026)) == before + 1
    assert queries.calendar().kind(queries.days_of(2026)[-1].day) is DayKind.REST


@pytest.mark.parametrize(
    ("source", "key", "line"),
    [
        ("day,kind\n", "calendar_columns", None),
        ("date,kind\n2027-13-01,holiday\n", "calendar_line", 2),
        ("date,kind\n2027-01-01,party\n", "calendar_line", 2),
        ("date,kind\n2027-01-01,holiday\n2027-01-01,rest\n", "calendar_twice", 3),
        ("date,kind\n2027-01-04,makeup\n", "calendar_makeup_weekday", 2),
        ("date,kind\n", "calendar_empty", None),
    ],
)
def test_a_bad_file_is_refused_with_its_line_and_changes_nothing(seeded, source, key, line):
    with pytest.raises(Invalid) as refused:
        load(source)
    assert (refused.value.key, refused.value.facts.get("line")) == (key, line)
    assert 2027 not in queries.calendar().years


def test_a_notice_needs_its_number(seeded):
    with pytest.raises(Invalid, match="calendar_document"):
        load(NOTICE, doc_no=" ")


def test_another_process_sees_a_notice_at_its_next_look(seeded):
    kept = queries.calendar(now=NOW)
    stolen = queries._kept[db.engine]
    load(NOTICE)
    queries._kept[db.engine] = stolen  # what another process would still hold
    assert queries.calendar(now=NOW) is kept
    assert 2027 in queries.calendar(now=moment("2026-11-24 09:02")).years


def test_a_notice_taken_back_leaves_no_trace(seeded):
    queries.calendar(now=NOW)
    with contextlib.suppress(RuntimeError), transaction():
        service.load(NOTICE, doc_no="9", by="staff:1", now=NOW)
        assert 2027 in queries.calendar(now=NOW).years
        raise RuntimeError
    assert 2027 not in queries.calendar(now=NOW).years


def test_a_look_costs_one_small_statement(seeded):
    queries.calendar()
    db.session.rollback()
    seen = []

    def count(*args):
        seen.extend([args[2]] if "SELECT" in args[2] else [])

    event.listen(db.engine, "before_cursor_execute", count)
    queries.calendar()
    queries.calendar()
    queries.calendar(fresh=False)
    event.remove(db.engine, "before_cursor_execute", count)
    assert len(seen) == 1
    assert "calendar_year" in seen[0]


LINES = """\
2026-02-12,7
2026-02-12,7wd
2026-02-12T16:30,6wh
2026-11-23T09:00,90min
2026-02-16T10:00,24h
2026-08-03,60nd

2026-12-29,5
2026-11-22T17:00Z,1wd
nonsense
2026-02-12,0
"""
ANSWERS = """\
2026-02-28
2026-02-28
2026-02-13T15:30:00+08:00
2026-11-23T10:30:00+08:00
2026-02-17T10:00:00+08:00
2026-10-08
unknown
2026-11-24
invalid
invalid
"""


def due(app, lines, *options):
    return app.test_cli_runner().invoke(command.group, ["due", *options], input=lines)


def test_due_answers_line_by_line(app):
    with app.app_context():
        with transaction():
            service.seed(NOW)
        done = due(app, LINES)
    assert done.stdout == ANSWERS
    assert done.exit_code == 1
    assert "line 10" in done.stderr


def test_due_knows_the_shipped_years_without_a_database(app):
    with app.app_context():
        db.session.execute(text("DROP TABLE calendar_year"))
        db.session.commit()
        done = due(app, "2026-09-30,7\n2027-02-01,1\n")
    assert (done.stdout, done.exit_code) == ("2026-10-15\nunknown\n", 0)


def test_due_explains_every_day(app):
    with app.app_context():
        done = due(app, "2026-02-12,2\n2026-02-14T17:00,4wh\n2026-12-31,1\n", "--explain")
    assert done.stdout.splitlines() == [
        "2026-02-14",
        "  2026-02-12 Thu workday: start day, not counted",
        "  2026-02-13 Fri workday: 1",
        "  2026-02-14 Sat makeup: 2",
        "2026-02-24T14:00:00+08:00",
        "  2026-02-14 Sat makeup: 30 min",
        *(f"  2026-02-{day} {name} holiday: 0 min" for day, name in zip(
            range(15, 24), ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Mon"],
            strict=True)),
        "  2026-02-24 Tue workday: 210 min",
        "unknown",
        "  2026-12-31 Thu workday: start day, not counted",
        "  2027-01-01 Fri holiday: not counted (not published)",
        "  2027-01-02 Sat rest: not counted (not published)",
        "  2027-01-03 Sun rest: not counted (not published)",
        "  2027-01-04 Mon workday: 1 (not published)",
        "  calendar of 2027 is not published: provisionally 2027-01-04T23:59:59+08:00",
    ]  # fmt: skip


JSON = """{"days": [{"date": "2027-01-01", "kind": "holiday"},
 {"date": "2027-01-02", "kind": "makeup_workday"}, {"date": "2027-10-01", "kind": "holiday"}]}"""


def test_json_and_csv_say_the_same(any_db, seeded):
    assert service.plan(JSON).days == service.plan(NOTICE).days
    assert load(JSON) == (2027,)
    assert queries.calendar().kind(moment("2027-01-02").date()) is not DayKind.REST


def test_a_plan_says_what_would_change_and_changes_nothing(seeded):
    load(NOTICE)
    other = "date,kind\n2027-01-01,holiday\n2027-05-03,holiday\n2027-10-01,holiday\n"
    found = service.plan(other)
    told = [(str(one.day), one.old, one.new) for one in found.changes]
    assert told == [
        ("2027-01-02", DayKind.MAKEUP, None), ("2027-05-03", None, DayKind.HOLIDAY),
    ]  # fmt: skip
    assert [str(view.day) for view in queries.days_of(2027)] == [
        "2027-01-01", "2027-01-02", "2027-10-01",
    ]  # fmt: skip


def test_one_day_changes_and_is_told(any_db, seeded):
    heard = []
    events.react_with({CalendarLoaded: (heard.append,)})
    day = moment("2026-12-25").date()
    with pytest.raises(Invalid), transaction():
        service.set_day(day, DayKind.HOLIDAY, doc_no=" ", by="staff:1", now=NOW)
    with pytest.raises(Invalid), transaction():
        service.set_day(day, DayKind.MAKEUP, doc_no="1", by="staff:1", now=NOW)
    with transaction():
        service.set_day(day, DayKind.HOLIDAY, doc_no="1", by="staff:1", now=NOW)
    assert not queries.calendar().is_working(day)
    with transaction():
        service.set_day(day, None, doc_no="2", by="staff:1", now=NOW)
    assert queries.calendar().is_working(day)
    assert [event.years for event in heard] == [(2026,), (2026,)]
    assert queries.years()[0].version == 3


def test_natural_time_explains_itself_and_needs_no_calendar(app):
    with app.app_context():
        done = due(app, "2026-12-31T10:00,24h\n2026-11-23T09:00,90min\n", "--explain")
    assert done.stdout.splitlines() == [
        "2027-01-01T10:00:00+08:00",
        "  2026-12-31 Thu workday: 840 min",
        "  2027-01-01 Fri holiday: 600 min",
        "2026-11-23T10:30:00+08:00",
        "  2026-11-23 Mon workday: 90 min",
    ]

"""Moments as SQLite keeps them: SQLAlchemy's own form, so that old rows and new ones compare."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from app.core.db import UTCDateTime

DIALECT = sqlite.dialect()
STORED = UTCDateTime().dialect_impl(DIALECT)
write, read = STORED.bind_processor(DIALECT), STORED.result_processor(DIALECT, None)
plain = sqlite.DATETIME().bind_processor(DIALECT)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=ZONES)  # noqa: DTZ001


@given(MOMENTS)
@example(datetime(2026, 11, 24, 9, tzinfo=UTC))
def test_a_moment_is_written_in_utc_and_read_back(at):
    written = write(at)
    assert written == plain(at.astimezone(UTC).replace(tzinfo=None))
    assert read(written) == at
    assert read(written).tzinfo is UTC


def test_none_stays_none_and_a_naive_moment_is_refused():
    assert write(None) is None
    with pytest.raises(ValueError, match="zone"):
        write(datetime(2026, 11, 24, 9))  # noqa: DTZ001

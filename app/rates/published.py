"""Published months: frozen with their rows and a digest; what changed since stands beside them."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from hashlib import sha256

from sqlalchemy import insert, select

from app.accounts.queries import Actor
from app.audit import service as audit
from app.core.clock import LOCAL
from app.core.db import db
from app.core.errors import Invalid, NotFound, Refused, Stale
from app.rates import RATES
from app.rates.definition import DEFINITION_VERSION, Period
from app.rates.models import Month, MonthRow
from app.rates.records import Record, every
from app.rates.recount import count
from app.rates.rules import Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """One record of a published month: the columns of its export, in order."""

    rate: str
    record: str
    case_number: str
    township_code: str
    unit_code: str
    category: str
    urgency: str
    counted_at: datetime
    done_at: datetime | None
    good: bool
    excluded: str


HEAD = tuple(Frozen.__slots__)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthView:
    """A published month as a list shows it."""

    month: str
    definition: str
    published_at: datetime
    published_by: int | None
    count: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A record that counts otherwise now; None where it was or is not there at all."""

    rate: str
    record: str
    case_number: str
    was: Frozen | None
    now: Frozen | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Restated:
    """A rate of a published month: as published, as it is now, and why they differ."""

    rate: str
    published: Figure
    present: Figure
    changes: tuple[Change, ...]


def period_of(month: str) -> Period:
    """Return the moments of a month written "2026-10". Raises Invalid."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Invalid("month_wrong", field="month") from None
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    start, end = (datetime.combine(day, time.min, LOCAL) for day in (first, after))
    return Period(start=start, end=end)


def publish(month: str, *, by: Actor | None, now: datetime) -> str:
    """Freeze a month that is over, once; return its digest. Raises Invalid, Refused, Stale."""
    if period_of(month).end > now:
        raise Refused("month_not_over", month=month)
    if db.session.get(Month, month) is not None:
        raise Stale("month_published", month=month)
    rows = present(month, now=now)
    made = digest(export(rows))
    db.session.execute(
        insert(Month),
        {"month": month, "definition": DEFINITION_VERSION, "published_at": now,
         "published_by": by.staff_id if by else None, "count": len(rows), "digest": made},
    )  # fmt: skip
    if rows:
        db.session.execute(insert(MonthRow), [asdict(row) | {"month": month} for row in rows])
    audit.record(
        actor=by.key if by else "system", action="rates.published", subject=f"month:{month}",
        now=now, detail={"digest": made, "rows": len(rows), "definition": DEFINITION_VERSION},
    )  # fmt: skip
    return made


def present(month: str, *, now: datetime) -> list[Frozen]:
    """Return the records of a month as they count now."""
    period = period_of(month)
    return [_frozen(rate.key, record) for rate in RATES for record in every(rate, period, now=now)]


def _frozen(rate: str, record: Record) -> Frozen:
    return Frozen(
        rate=rate, record=record.record, case_number=record.case_number,
        township_code=record.township_code, unit_code=record.unit_code, category=record.category,
        urgency=record.urgency, counted_at=record.counted_at, done_at=record.done_at,
        good=record.good, excluded=record.excluded or "",
    )  # fmt: skip


def rows_of(month: str) -> list[Frozen]:
    """Return the frozen records of a published month, in the order of its export."""
    order = {rate.key: place for place, rate in enumerate(RATES)}
    found = [
        Frozen(**{name: getattr(row, name) for name in HEAD})
        for row in db.session.scalars(select(MonthRow).where(MonthRow.month == month))
    ]
    return sorted(found, key=lambda row: (order[row.rate], row.record))


def export(rows: Iterable[Frozen]) -> str:
    """Write records as the file whose SHA-256 is the digest: plain codes, moments in UTC."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(HEAD)
    out.writerows([_word(getattr(row, name)) for name in HEAD] for row in rows)
    return text.getvalue()


def _word(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, bool):
        return str(int(value))
    return "" if value is None else str(value)


def digest(text: str) -> str:
    """Return the SHA-256 of an export, as `sha256sum` of the file prints it."""
    return sha256(text.encode()).hexdigest()


def is_whole(month: str) -> bool:
    """Say whether the frozen rows still make the published digest."""
    return digest(export(rows_of(month))) == get(month).digest


def get(month: str) -> MonthView:
    """Return a published month. Raises NotFound."""
    row = db.session.get(Month, month)
    if row is None:
        raise NotFound("month_unknown", month=month)
    return _view(row)


def months() -> list[MonthView]:
    """Return the published months, the latest first."""
    return [_view(row) for row in db.session.scalars(select(Month).order_by(Month.month.desc()))]


def _view(row: Month) -> MonthView:
    return MonthView(**{name: getattr(row, name) for name in MonthView.__slots__})


def restated(month: str, *, now: datetime) -> list[Restated]:
    """Return the five figures as published and as they are now, with the records between them."""
    was, are = rows_of(month), present(month, now=now)
    return [_compared(rate.key, was, are) for rate in RATES]


def _compared(rate: str, was: Sequence[Frozen], are: Sequence[Frozen]) -> Restated:
    old = {row.record: row for row in was if row.rate == rate}
    new = {row.record: row for row in are if row.rate == rate}
    changes = tuple(
        Change(
            rate=rate, record=name, was=old.get(name), now=new.get(name),
            case_number=(old.get(name) or new[name]).case_number,
        )
        for name in sorted(set(old) | set(new))
        if _counts(old.get(name)) != _counts(new.get(name))
    )  # fmt: skip
    return Restated(
        rate=rate, published=count(old.values()), present=count(new.values()), changes=changes
    )


def _counts(row: Frozen | None) -> tuple[object, ...] | None:
    return None if row is None else (row.good, row.excluded, row.township_code)

"""Read samples, second looks and what they say of all closed cases."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from app.cases.models import Case
from app.core.db import db
from app.core.errors import NotFound
from app.core.paging import Page
from app.fieldwork.rules import Grade
from app.spotchecks.conditions import holds, in_force, tells, waits
from app.spotchecks.kinds import FAILED, Occasion, SpotAnswer, SpotResult, SpotState
from app.spotchecks.models import SpotCheck, SpotRow, SpotSample
from app.spotchecks.rules_estimate import Estimate, Stratum, estimate

SAMPLE = (
    "id", "month", "turn", "policy", "head_seq", "head_hash", "seed", "frame_size",
    "frame_digest", "drawn_by", "drawn_at", "reason",
)  # fmt: skip
CHECK = (
    "id", "sample_id", "occasion", "case_id", "round", "closed_at", "inspector_id", "given_at",
    "state", "result", "words", "at", "offline", "accuracy", "distance_m", "grade", "reasons",
    "photo_id", "confirmed_by", "confirmed_at", "answer", "falsified", "answer_words",
    "answered_by", "answered_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleView:
    """A drawn sample as pages read it."""

    id: int
    month: str
    turn: int
    policy: str
    head_seq: int
    head_hash: str
    seed: str
    frame_size: int
    frame_digest: str
    drawn_by: int | None
    drawn_at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpotView:
    """A second look with the number and place of its case; distance and accuracy in metres."""

    id: int
    sample_id: int | None
    occasion: Occasion
    case_id: int
    round: int
    closed_at: datetime
    inspector_id: int | None
    given_at: datetime | None
    state: SpotState
    result: SpotResult | None
    words: str
    at: datetime | None
    offline: bool
    accuracy: float | None
    distance_m: float | None
    grade: Grade | None
    reasons: list[str]
    photo_id: str | None
    confirmed_by: int | None
    confirmed_at: datetime | None
    answer: SpotAnswer | None
    falsified: bool
    answer_words: str
    answered_by: int | None
    answered_at: datetime | None
    number: str
    place_words: str
    category: str
    township_code: str | None
    grid_code: str | None
    lng: float | None
    lat: float | None

    @property
    def drawn(self) -> bool:
        """Whether a lot fell on it; else its time after closing came."""
        return self.occasion is Occasion.DRAWN

    @property
    def to_decide(self) -> bool:
        """Whether it was found not solved and nobody decided what follows."""
        return self.failed and self.answer is None

    @property
    def waits_for_word(self) -> bool:
        """Whether a poor proof waits for the supervisor."""
        return self.grade is Grade.C and self.confirmed_at is None

    @property
    def failed(self) -> bool:
        """Whether the closing did not hold."""
        return self.result in FAILED


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a sample is: drawn, looked at with a result that counts, solved, what waits."""

    drawn: int
    looked: int
    solved: int
    to_answer: int


def samples() -> list[SampleView]:
    """Return all draws, the newest month and draw first."""
    rows = db.session.scalars(
        select(SpotSample).order_by(SpotSample.month.desc(), SpotSample.turn.desc())
    )
    return [_sample(row) for row in rows]


def sample(sample_id: int) -> SampleView:
    """Return one draw. Raises NotFound."""
    row = db.session.get(SpotSample, sample_id)
    if row is None:
        raise NotFound("no_such_sample")
    return _sample(row)


def last_of(month: str) -> SampleView | None:
    """Return the draw of a month that counts."""
    row = db.session.scalar(select(SpotSample).where(SpotSample.month == month, in_force()))
    return None if row is None else _sample(row)


def checks(sample_id: int) -> list[SpotView]:
    """Return the second looks of a sample: what waits for the supervisor first, then by number."""
    first = case((waits(), 0), else_=1)
    return _views(_of_case().where(SpotCheck.sample_id == sample_id).order_by(first, Case.number))


def check(check_id: int) -> SpotView:
    """Return one second look. Raises NotFound."""
    found = _views(_of_case().where(SpotCheck.id == check_id))
    if not found:
        raise NotFound("no_such_spot_check")
    return found[0]


def of_case(case_id: int) -> list[SpotView]:
    """Return the second looks at a case, the newest first."""
    return _views(_of_case().where(SpotCheck.case_id == case_id).order_by(SpotCheck.id.desc()))


def waiting_for(staff_id: int) -> list[SpotView]:
    """Return what a person is to look at, the longest waiting first."""
    mine = (SpotCheck.inspector_id == staff_id, SpotCheck.state == SpotState.OPEN)
    return _views(_of_case().where(*mine).order_by(SpotCheck.given_at, SpotCheck.id))


def is_given(case_id: int, staff_id: int) -> bool:
    """Say whether a person is to look, or looked, at a case a second time."""
    mine = (SpotCheck.case_id == case_id, SpotCheck.inspector_id == staff_id)
    return db.session.scalar(select(SpotCheck.id).where(*mine).limit(1)) is not None


def after_closing(*, number: int = 1, size: int = 50) -> Page[SpotView]:
    """Return looks 30 and 90 days after closing: those to decide, those to come, the newest."""
    mine = SpotCheck.occasion != Occasion.DRAWN
    total = db.session.scalar(select(func.count()).select_from(SpotCheck).where(mine)) or 0
    first = case((waits(), 0), (SpotCheck.state == SpotState.OPEN, 1), else_=2)
    rows = _views(
        _of_case().where(mine).order_by(first, SpotCheck.id.desc())
        .limit(size).offset((number - 1) * size)
    )  # fmt: skip
    return Page(rows=rows, number=number, size=size, total=total)


def to_decide_after_closing() -> list[SpotView]:
    """Return the looks after closing that wait for the supervisor: what is back, then the rest."""
    mine = (SpotCheck.occasion != Occasion.DRAWN, waits())
    first = case((SpotCheck.result == SpotResult.BACK, 0), else_=1)
    return _views(_of_case().where(*mine).order_by(first, SpotCheck.at, SpotCheck.id))


def to_answer() -> tuple[int, int]:
    """Return how many looks wait for the supervisor: drawn ones, and ones after closing."""
    rows = db.session.scalars(select(SpotCheck.occasion).where(waits())).all()
    drawn = rows.count(Occasion.DRAWN)
    return drawn, len(rows) - drawn


def progress(sample_ids: Iterable[int]) -> dict[int, Progress]:
    """Return how far samples are, in one statement."""

    def count(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    rows = db.session.execute(
        select(
            SpotCheck.sample_id, func.count(), count(tells()), count(tells() & holds()),
            count(waits()),
        )
        .where(SpotCheck.sample_id.in_(list(sample_ids)))
        .group_by(SpotCheck.sample_id)
    )  # fmt: skip
    return {
        row[0]: Progress(drawn=row[1], looked=row[2], solved=row[3], to_answer=row[4])
        for row in rows
        if row[0]
    }


def estimated(
    start: datetime, end: datetime, *, township_code: str | None = None
) -> Estimate | None:
    """Return what the samples say of the closings between two moments, weighed by stratum."""
    within = [SpotRow.closed_at >= start, SpotRow.closed_at < end, in_force()]
    if township_code is not None:
        within.append(SpotRow.township_code == township_code)
    told = SpotCheck.id.is_not(None) & tells()
    rows = db.session.execute(
        select(
            func.count(), func.sum(case((told, 1), else_=0)),
            func.sum(case((told & holds(), 1), else_=0)),
        )
        .select_from(SpotRow)
        .join(SpotSample, SpotSample.id == SpotRow.sample_id)
        .outerjoin(
            SpotCheck,
            (SpotCheck.sample_id == SpotRow.sample_id) & (SpotCheck.case_id == SpotRow.case_id),
        )
        .where(*within)
        .group_by(SpotSample.month, SpotRow.stratum)
    ).all()  # fmt: skip
    return estimate(Stratum(cases=row[0], seen=row[1], good=row[2]) for row in rows)


def _of_case() -> Any:
    own = (
        Case.number, Case.place_words, Case.category, Case.township_code, Case.grid_code,
        Case.lng, Case.lat,
    )  # fmt: skip
    return select(SpotCheck, *own).join(Case, Case.id == SpotCheck.case_id)


def _views(statement: Any) -> list[SpotView]:
    return [
        SpotView(
            **{name: getattr(row[0], name) for name in CHECK},
            **{name: value for name, value in row._mapping.items() if name != "SpotCheck"},
        )
        for row in db.session.execute(statement)
    ]


def _sample(row: SpotSample) -> SampleView:
    return SampleView(**{name: getattr(row, name) for name in SAMPLE})


def newest(found: Sequence[SampleView]) -> set[int]:
    """Return the draws that count, of a list with the newest of each month first."""
    first: dict[str, int] = {}
    for one in found:
        first.setdefault(one.month, one.id)
    return set(first.values())

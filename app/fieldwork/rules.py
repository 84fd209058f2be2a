"""How good the proof of an arrival is (domain.md §3, decision 5); pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Grade(StrEnum):
    """A and B count at once, C once the duty officer has confirmed it."""

    A = "A"
    B = "B"
    C = "C"


class Proof(StrEnum):
    """Which picture came with the check-in."""

    FRESH = "fresh"
    ALBUM = "album"
    NONE = "none"


class Challenge(StrEnum):
    """What became of the one-time challenge of the arrival page (R-F6)."""

    MET = "met"
    MISSING = "missing"
    LATE = "late"
    USED = "used"
    FOREIGN = "foreign"


class Reason(StrEnum):
    """Why a check-in is not graded better; the worker and the duty officer read it in words."""

    NO_POSITION = "no_position"
    CASE_WITHOUT_POINT = "case_without_point"
    FAR = "far"
    INACCURATE = "inaccurate"
    CLOCK_NOT_KNOWN = "clock_not_known"
    TIME_IMPOSSIBLE = "time_impossible"
    OUTSIDE_RADIUS = "outside_radius"
    ROUGH_POSITION = "rough_position"
    ALBUM_PHOTO = "album_photo"
    NO_PHOTO = "no_photo"
    CLOCK_APART = "clock_apart"
    OFFLINE = "offline"
    CHALLENGE_MISSING = "challenge_missing"
    CHALLENGE_LATE = "challenge_late"
    CHALLENGE_USED = "challenge_used"
    CHALLENGE_FOREIGN = "challenge_foreign"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Thresholds in metres and spans; configuration of the bureau (domain.md §17.6)."""

    radius_m: float = 300
    good_accuracy_m: float = 100
    poor_accuracy_m: float = 500
    clock_gap: timedelta = timedelta(minutes=5)
    offset_age: timedelta = timedelta(hours=12)


LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What is known of one check-in; `distance_m` is to the place of the case.

    `clock_gap` is between the phone's clock and ours, `offset_age` how old the last measurement of
    the phone's clock is (offline only), `timely` False when the told time cannot be true.
    """

    distance_m: float | None
    accuracy_m: float | None
    proof: Proof
    case_has_point: bool = True
    clock_gap: timedelta | None = timedelta(0)
    offline: bool = False
    offset_age: timedelta | None = None
    timely: bool = True
    challenge: Challenge = Challenge.MET


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The grade, and in `reasons` what stands in the way of a better one."""

    grade: Grade
    reasons: tuple[Reason, ...]

    @property
    def counts(self) -> bool:
        """Whether it counts for the arrival rate without anybody's word."""
        return self.grade is not Grade.C


def grade(arrival: Arrival, limits: Limits = LIMITS) -> Verdict:
    """Grade a check-in; it is never refused (screens.md W3)."""
    doubts = _position_doubts(arrival, limits) + _time_doubts(arrival, limits)
    if doubts:
        return Verdict(grade=Grade.C, reasons=doubts)
    flaws = _position_flaws(arrival, limits) + _proof_flaws(arrival, limits)
    return Verdict(grade=Grade.B if flaws else Grade.A, reasons=flaws)


def _position_doubts(arrival: Arrival, limits: Limits) -> tuple[Reason, ...]:
    if not arrival.case_has_point:
        return (Reason.CASE_WITHOUT_POINT,)
    if arrival.distance_m is None or arrival.accuracy_m is None:
        return (Reason.NO_POSITION,)
    if arrival.accuracy_m > limits.poor_accuracy_m:
        return (Reason.INACCURATE,)
    slack = 0 if arrival.offline else arrival.accuracy_m
    return (Reason.FAR,) if arrival.distance_m > limits.radius_m + slack else ()


def _time_doubts(arrival: Arrival, limits: Limits) -> tuple[Reason, ...]:
    if not arrival.timely:
        return (Reason.TIME_IMPOSSIBLE,)
    if not arrival.offline:
        return ()
    known = arrival.offset_age is not None and arrival.offset_age <= limits.offset_age
    return () if known else (Reason.CLOCK_NOT_KNOWN,)


def _position_flaws(arrival: Arrival, limits: Limits) -> tuple[Reason, ...]:
    flaws: tuple[Reason, ...] = ()
    if arrival.distance_m is not None and arrival.distance_m > limits.radius_m:
        flaws += (Reason.OUTSIDE_RADIUS,)
    if arrival.accuracy_m is not None and arrival.accuracy_m > limits.good_accuracy_m:
        flaws += (Reason.ROUGH_POSITION,)
    return flaws


PHOTO_FLAWS = {Proof.ALBUM: (Reason.ALBUM_PHOTO,), Proof.NONE: (Reason.NO_PHOTO,)}
CHALLENGE_FLAWS = {
    Challenge.MISSING: (Reason.CHALLENGE_MISSING,),
    Challenge.LATE: (Reason.CHALLENGE_LATE,),
    Challenge.USED: (Reason.CHALLENGE_USED,),
    Challenge.FOREIGN: (Reason.CHALLENGE_FOREIGN,),
}


def _proof_flaws(arrival: Arrival, limits: Limits) -> tuple[Reason, ...]:
    flaws: tuple[Reason, ...] = PHOTO_FLAWS.get(arrival.proof, ())
    if arrival.offline:
        return (*flaws, Reason.OFFLINE)
    if arrival.clock_gap is None or arrival.clock_gap > limits.clock_gap:
        flaws += (Reason.CLOCK_APART,)
    return flaws + CHALLENGE_FLAWS.get(arrival.challenge, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When the worker arrived as the rates count it, and whether that can be true."""

    at: datetime
    timely: bool


def moment(
    *,
    now: datetime,
    offline: bool,
    device_at: datetime | None,
    offset: timedelta | None,
    earliest: datetime,
) -> Moment:
    """Return the time of an arrival: ours, or offline the phone's, corrected by `offset`.

    `offset` is what the server's clock was ahead. A told time before `earliest` (the dispatch) or
    after now is not believed: ours stands instead.
    """
    if not offline:
        return Moment(at=now, timely=True)
    if device_at is None or offset is None:
        return Moment(at=now, timely=True)
    told = device_at + offset
    if not earliest <= told <= now:
        return Moment(at=now, timely=False)
    return Moment(at=told, timely=True)

"""Draw a sample that anybody can draw again: a seed, a list, and nothing but SHA-256; pure.

The seed comes from the last audit entry before the day of drawing, so nobody can choose it. Every
case has a ticket, SHA-256 of "seed:number/round". Each stratum stands in the order of what it is
spread over (medium, handler), then of the tickets, and is drawn systematically: of N cases n, those
at the places (start + i·N) ÷ n, start being SHA-256 of "seed:stratum" modulo N. So every case has
the same chance n/N, and every medium and handler its share.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from app.spotchecks.policy import Policy

OTHER_MEDIUM = "Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """One closed case of the list that is drawn from."""

    case_id: int
    number: str
    round: int
    township_code: str
    grid_code: str
    category: str
    handler_id: int | None
    closed_at: datetime

    @property
    def parts(self) -> dict[str, str]:
        """What a list may be divided by or spread over."""
        handler = "" if self.handler_id is None else f"{self.handler_id:09d}"
        medium = self.category[:1] or OTHER_MEDIUM
        return {"township": self.township_code, "medium": medium, "handler": handler}

    @property
    def name(self) -> str:
        """How the case is called in the draw."""
        return f"{self.number}/{self.round}"


def stratum(case: Closed, by: Sequence[str]) -> str:
    """Return the part of the list that a case belongs to."""
    return ":".join(case.parts[name] for name in by)


def line(case: Closed, by: Sequence[str]) -> str:
    """Return a case as the digest of the list and its file write it."""
    told = (stratum(case, by), case.parts["medium"], case.parts["handler"])
    return ",".join((case.name, *told, case.closed_at.astimezone(UTC).isoformat()))


def digest(frame: Iterable[Closed], by: Sequence[str]) -> str:
    """Return the SHA-256 of the list, a line each, in the order of the lines."""
    text = "".join(f"{one}\n" for one in sorted(line(case, by) for case in frame))
    return hashlib.sha256(text.encode()).hexdigest()


def seed(month: str, turn: int, *, head_seq: int, head_hash: str) -> str:
    """Return the seed of a month's draw; `turn` counts its draws from 1."""
    text = f"spot check {month} {turn} {head_seq} {head_hash}"
    return hashlib.sha256(text.encode()).hexdigest()


def ticket(seed_: str, name: str) -> str:
    """Return the ticket of a case, or of a stratum for its start."""
    return hashlib.sha256(f"{seed_}:{name}".encode()).hexdigest()


def size(there: int, *, share_percent: int, least: int) -> int:
    """Return how many of a stratum are drawn: the share rounded up, at least `least`, or all."""
    return min(there, max(least, -(-there * share_percent // 100)))


def draw(frame: Iterable[Closed], seed_: str, policy: Policy) -> list[Closed]:
    """Return the drawn cases in the order of their tickets."""
    parts: dict[str, list[Closed]] = defaultdict(list)
    for case in frame:
        parts[stratum(case, policy.strata)].append(case)
    drawn = [case for name, part in parts.items() for case in _of(name, part, seed_, policy)]
    return sorted(drawn, key=lambda case: ticket(seed_, case.name))


def _of(name: str, part: list[Closed], seed_: str, policy: Policy) -> list[Closed]:
    """Draw systematically from one stratum."""
    there = len(part)
    ordered = sorted(
        part, key=lambda case: (stratum(case, policy.spread), ticket(seed_, case.name))
    )
    wanted = size(there, share_percent=policy.share_percent, least=policy.least)
    start = int(ticket(seed_, name), 16) % there
    return [ordered[(start + n * there) // wanted] for n in range(wanted)]

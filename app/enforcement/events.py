"""What `enforcement` announces."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingSet:
    """The checker set the finding of a round; `starts_filing` says whether a filing is now due."""

    case_id: int
    round: int
    kind: str
    verified: bool
    punishable: bool
    our_jurisdiction: bool
    offender_known: bool
    by: str
    now: datetime

    @property
    def starts_filing(self) -> bool:
        """Whether the clock of the penalty rate starts (decision 4)."""
        ours = self.our_jurisdiction and self.offender_known
        return self.verified and self.punishable and ours


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyFiled:
    """A measure was taken (decision 4); `at` is its day, `now` when it was recorded."""

    case_id: int
    measure: str
    at: datetime
    by: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyDecided:
    """A decision stands; `amount_fen` is the fine, 0 where there is none."""

    case_id: int
    amount_fen: int
    at: datetime
    by: str
    now: datetime
    on_spot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoPenaltyDecided:
    """No penalty by law (行政处罚法 33), after legal review: excluded from the penalty rate."""

    case_id: int
    by: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsequenceAdded:
    """Detention, arrest, verdict or a seal was added to a penalty."""

    case_id: int
    kind: str
    at: datetime
    by: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyRevoked:
    """A decision was revoked: what was paid on it is to be looked at again."""

    case_id: int
    by: str
    now: datetime
    reason: str
    published: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyNotified:
    """The party was told what is planned: it may ask for a hearing (行政处罚法 64)."""

    case_id: int
    by: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HearingAsked:
    """The party asked for a hearing in time."""

    case_id: int
    at: datetime
    by: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyServed:
    """The decision reached the party at `at` (行政处罚法 61)."""

    case_id: int
    at: datetime
    by: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationWithdrawn:
    """What was published of a revoked decision is taken down (行政处罚法 48)."""

    case_id: int
    at: datetime
    by: str
    now: datetime

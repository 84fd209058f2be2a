"""What `enforcement` announces."""

from dataclasses import dataclass
from datetime import datetime

from app.enforcement.rounds import OfRound


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingSet(OfRound):
    """The checker set the finding of a round; `starts_filing` says whether a filing is now due."""

    kind: str
    verified: bool
    punishable: bool
    our_jurisdiction: bool
    offender_known: bool

    @property
    def starts_filing(self) -> bool:
        """Whether the clock of the penalty rate starts (decision 4)."""
        ours = self.our_jurisdiction and self.offender_known
        return self.verified and self.punishable and ours


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyFiled(OfRound):
    """A measure was taken (decision 4); `at` is its day, `now` when it was recorded."""

    measure: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyDecided(OfRound):
    """A decision stands; `amount_fen` is the fine, 0 where there is none."""

    amount_fen: int
    at: datetime
    on_spot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoPenaltyDecided(OfRound):
    """No penalty by law (行政处罚法 33), after legal review: excluded from the penalty rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsequenceAdded(OfRound):
    """Detention, arrest, verdict or a seal was added to a penalty."""

    kind: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyRevoked(OfRound):
    """A decision was revoked: what was paid on it is to be looked at again."""

    reason: str
    published: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyNotified(OfRound):
    """The party was told at `at` what is planned; `hearing`: it may ask for one (行政处罚法 64).

    `again`: it replaces a notice, whose days to speak are over with it.
    """

    at: datetime
    hearing: bool
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HearingAsked(OfRound):
    """The party asked for a hearing in time."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyServed(OfRound):
    """The decision reached the party at `at` (行政处罚法 61)."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationWithdrawn(OfRound):
    """What was published of a revoked decision is taken down (行政处罚法 48)."""

    at: datetime

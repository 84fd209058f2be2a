"""Each round of a case has its finding, its penalty and the clocks of that penalty."""

from dataclasses import dataclass
from datetime import datetime

SUBJECT = "round:"
"""The clocks of a penalty are called after the round whose violation it punishes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfRound:
    """Something about the violation of one round of a case."""

    case_id: int
    round: int
    by: str
    now: datetime

    @property
    def subject(self) -> str:
        """How the clocks of that round's penalty are called."""
        return f"{SUBJECT}{self.round}"

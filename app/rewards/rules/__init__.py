"""What a report is worth: pure arithmetic in fen over a rule set and the facts of a case.

One file a kind of component; its line in `KINDS` is all that a new kind needs here.
"""

from app.rewards.rules.assess import KINDS, assess
from app.rewards.rules.document import RuleDoc, RuleFault, read
from app.rewards.rules.facts import Facts, FactsFault
from app.rewards.rules.lines import Assessment, Line
from app.rewards.rules.split import shares

__all__ = (
    "KINDS", "Assessment", "Facts", "FactsFault", "Line", "RuleDoc", "RuleFault", "assess", "read",
    "shares",
)  # fmt: skip

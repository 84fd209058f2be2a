"""Who may approve how much (domain.md §7, approval ladder); rungs are data."""

from collections.abc import Sequence

from app.rewards.rules.document import Step


def step_for(ladder: Sequence[Step], amount_fen: int) -> Step:
    """Return the lowest rung that reaches the amount."""
    for step in ladder:
        if step.up_to_fen is None or amount_fen <= step.up_to_fen:
            return step
    raise ValueError("a ladder ends with a rung without end")


def reaches(ladder: Sequence[Step], level: str, amount_fen: int) -> bool:
    """Say whether somebody of a level may approve the amount.

    What needs the bureau's meeting is approved by the director, who then names the minutes
    (decision 28).
    """
    names = [step.level for step in ladder]
    if level not in names:
        return False
    needed = step_for(ladder, amount_fen)
    need = names.index(needed.level) - (1 if needed.minutes and len(names) > 1 else 0)
    return names.index(level) >= need

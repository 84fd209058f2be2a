"""Shares of a joint report: equal, the remainder fen to the representative."""


def shares(amount_fen: int, people: int) -> tuple[int, ...]:
    """Split fen by people, the representative first: 100,000 by 3 → 33,334, 33,333, 33,333."""
    if people < 1:
        raise ValueError("nobody to share")
    share, rest = divmod(amount_fen, people)
    return (share + rest, *(share for _ in range(people - 1)))

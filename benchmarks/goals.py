"""The goals of speed and size, each over figures of one run, and the table that says which hold.

Figures are ratios of medians of interleaved rounds in CPU time wherever two things are compared:
a machine that does other work beside them changes both alike. What is due to a person (a look-up
in milliseconds, megabytes) stands as it is.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple


class Goal(NamedTuple):
    """A figure of a benchmark, and the most (or, after ≥, the least) that it may be."""

    part: str
    bench: str
    key: str
    words: str
    bound: float
    sign: str = "≤"


def _photos() -> Iterator[Goal]:
    for scene in ("detailed", "smooth"):
        told = f"3 photos, {scene}: both versions ÷"
        yield Goal("a", "photos", f"{scene}.to_plain", f"{told} plain Pillow", 0.33)
        yield Goal("a", "photos", f"{scene}.to_bare", f"{told} bare decode, resize, encode", 1.15)
        yield Goal("a", "photos", f"{scene}.to_bicubic", f"{told} the same, bicubic", 1.15)
        yield Goal("a", "photos", f"{scene}.ssim", f"3 photos, {scene}: SSIM", 0.97, "≥")


GOALS = (
    Goal("a", "submission", "ratio", "a report in words ÷ bare Flask + ORM insert", 1.6),
    Goal("a", "submission", "times less than the peer's 54 ms", "… times less than the peer",
         20, "≥"),
    Goal("a", "submission", "SQL statements", "… SQL statements", 8),
    Goal("a", "submission", "commits", "… commits", 1),
    *_photos(),
    Goal("b", "locate", "393 cells, database.to_bare", "point → grid of the county ÷ STRtree", 1.5),
    Goal("b", "locate", "5000 cells.to_bare", "point → grid of 5,000 ÷ STRtree", 1.5),
    Goal("c", "worker_page", "ratio", "worker's page of 50 ÷ (bare ORM page + hello)", 2),
    Goal("c", "worker_page", "page, big ÷ small", "… in a big county ÷ in a small one", 1.2),
    Goal("c", "worker_page", "SQL statements of a page", "… SQL statements", 4),
    Goal("c", "worker_page", "ratio of an update", "an update ÷ bare Flask + ORM insert", 2),
    Goal("d", "sweep", "sweep_ratio", "sweep ÷ bare row by row", 0.5),
    Goal("d", "sweep", "sweep_and_tell_ratio", "… where each clock's holder is told", 0.5),
    Goal("d", "sweep", "nothing_due_ratio", "nothing due ÷ a full scan", 1 / 200),
    Goal("d", "sweep_postgres", "set_ratio", "sweep ÷ one bare set statement, PostgreSQL", 2.5),
    Goal("e", "rates", "big ÷ small", "five rates, 12 months: ten times the cases ÷ once", 1.1),
    Goal("e", "rates", "ours ÷ raw", "… ÷ the raw group-by", 1 / 300),
    Goal("e", "rates_writes", "SQLite: with ÷ without", "moves with tallies ÷ without, SQLite",
         1.2),
    Goal("e", "rates_writes", "PostgreSQL: with ÷ without", "… PostgreSQL", 1.2),
    Goal("e", "xlsx", "ratio", "Excel file ÷ xlsxwriter in constant memory", 0.25),
    Goal("e", "xlsx", "MB over idle, the table", "… MB over idle", 64),
    Goal("e", "xlsx", "MB over idle, list of a rate", "… from the database, MB over idle", 64),
    Goal("g", "similar", "look_up_ms", "(R-F3) a photo alike among a million, ms CPU", 100),
)  # fmt: skip


def table(results: dict[str, dict[str, Any]]) -> list[str]:
    """Return a line a goal whose benchmark was run: figure, goal, whether it holds."""
    return [
        f"({goal.part}) {figure:>9.4g} {goal.sign} {goal.bound:<7.4g}"
        f" {'met   ' if holds(goal, figure) else 'MISSED'} {goal.words}"
        for goal in GOALS
        if goal.bench in results
        for figure in (results[goal.bench][goal.key],)
    ]


def holds(goal: Goal, figure: float) -> bool:
    """Say whether a figure is as good as its goal."""
    return figure >= goal.bound if goal.sign == "≥" else figure <= goal.bound

"""What pages, commands, jobs and reactions call."""

from app.spotchecks.answering import answer, confirm
from app.spotchecks.drawing import draw
from app.spotchecks.giving import follow, pass_on_batch
from app.spotchecks.looking import issue_challenge, look, own
from app.spotchecks.redrawing import ask_again, decide_again
from app.spotchecks.watching import give_batch

__all__ = [
    "answer", "ask_again", "confirm", "decide_again", "draw", "follow", "give_batch",
    "issue_challenge", "look", "own", "pass_on_batch",
]  # fmt: skip

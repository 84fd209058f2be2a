"""What the server decides about a report by itself; pure."""

import hashlib
import json
from dataclasses import asdict

from app.cases.workflow import Urgency
from app.intake.kinds import KINDS
from app.intake.submission import MIN_WORDS, Happening, Submission

FISH_KILL = ("死鱼", "鱼死", "翻塘", "鱼群死亡", "dead fish", "fish kill")


def urgency(submission: Submission) -> Urgency:
    """Return the first level of a case: urgent kinds, or burning and discharge going on now.

    Source: domain.md §9, decision 25. The desk may change it with a reason.
    """
    kinds = [KINDS[key] for key in submission.kinds]
    now = submission.happening is Happening.YES
    words = submission.words.lower()
    if any(kind.urgent or (kind.urgent_now and now) for kind in kinds):
        return Urgency.RED
    return Urgency.RED if any(sign in words for sign in FISH_KILL) else Urgency.YELLOW


def category(submission: Submission) -> str:
    """Return the official code that the first telling tile suggests; the desk confirms it."""
    told = [KINDS[key] for key in submission.kinds if key != "unsure"]
    return told[0].code if told else "Z"


def missing(submission: Submission) -> list[tuple[str, str]]:
    """Return (field, error key) of everything a report needs and this one lacks (move 1)."""
    faults: list[tuple[str, str]] = []
    if not submission.photo_ids and len(submission.words.strip()) < MIN_WORDS:
        faults.append(("words", "photo_or_words"))
    placed = submission.lng is not None and submission.lat is not None
    if not (placed or submission.place_words.strip() or submission.grid_code):
        faults.append(("place_words", "place_missing"))
    if not submission.kinds:
        faults.append(("kinds", "kind_missing"))
    faults += [("kinds", "kind_unknown") for key in submission.kinds if key not in KINDS]
    if submission.phone and not submission.consent:
        faults.append(("consent", "consent_missing"))
    return faults


def fingerprint(submission: Submission) -> str:
    """Return the SHA-256 (hex) of what was told, without key and ways to reach the teller."""
    told = asdict(submission)
    for private in ("client_key", "phone", "device_at", "actor"):
        told.pop(private)
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()

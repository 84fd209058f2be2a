"""The list of conditions of an award: answered line by line with evidence, bound to the approval.

A line says what the records know; a person says whether it holds and by what it is shown. Answers
are kept, the last of a line counts, and only as long as the records say what they said then.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, update

from app.accounts import queries as accounts
from app.accounts.queries import Actor
from app.audit import service as audit
from app.core.db import claim, db
from app.core.errors import Invalid
from app.rewards import assessing, evidence, matter, moves, rulesets
from app.rewards.models import Award, CheckAnswer
from app.rewards.states import State

BARS = {
    "first": "not_first", "not_known": "already_known", "not_in_media": "in_media",
    "no_other_scheme": "other_scheme_paid", "not_staff": "staff_or_relative",
    "photos_new": "already_known",
}  # fmt: skip
"""Line that a person answers → the fact that bars where it does not hold (domain.md §7)."""
STABLE: Mapping[str, tuple[str, ...]] = {
    "first": ("place", "entry"), "not_known": ("cases", "own_reports"),
    "not_in_media": ("own_reports",), "not_staff": ("tie",), "photos_new": ("same_in_reports",),
}  # fmt: skip
"""What of a line's evidence an answer rests on; a later report of the case changes nothing."""
AT_CLAIM = "not_staff"
"""Looked up anew when somebody collects (`standing.py`), so its record binds no approval."""
MOST_WORDS = 1000
Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person says to one line: whether it holds, shown by words or a link."""

    key: str
    ok: bool
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidView:
    """What a person said to a line of the list, by what it is shown, who and when."""

    ok: bool
    words: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckView:
    """One line of the eligibility list; `ok` is what the records say, None: a person must look.

    `holds` counts the answer too; None while there is none, or the records have changed since.
    """

    key: str
    ok: bool | None
    evidence: Mapping[str, Any]
    holds: bool | None
    said: SaidView | None


def mark(line: Line) -> str:
    """Return a digest of the records that an answer to this line rests on."""
    rests = [line["key"], [line["evidence"].get(name) for name in STABLE.get(line["key"], ())]]
    return _digest(rests)[:16]


def _digest(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def lines_now(award: Award) -> list[dict[str, Any]]:
    """Return the list as the records have it at this moment."""
    found = matter.of_case(award.case_id)
    report = found.report(award.report_id)
    if report is None:  # withdrawn, or its case was parted again: nothing holds any more
        return [evidence.Check(key="verified", ok=False, evidence={}).dump()]
    own = {name: value for name, value in award.facts.items() if name in assessing.STATED}
    facts = evidence.facts_of(found, report, earlier_fen=award.earlier_fen, own=own)
    paid = evidence.paid_with(found, report, rulesets.doc_of(award.rule_set_id))
    return [check.dump() for check in evidence.checks_of(found, report, facts, paid)]


def last_answers(award_ids: Iterable[int]) -> dict[tuple[int, str], CheckAnswer]:
    """Return the last answer to each line, by award and line, in one statement."""
    newest = (
        select(func.max(CheckAnswer.id))
        .where(CheckAnswer.award_id.in_(set(award_ids)))
        .group_by(CheckAnswer.award_id, CheckAnswer.key)
    )
    rows = db.session.scalars(select(CheckAnswer).where(CheckAnswer.id.in_(newest)))
    return {(row.award_id, row.key): row for row in rows}


def holds(line: Line, answer: CheckAnswer | None) -> bool | None:
    """Say whether a line holds; None where a person has to answer, for the first time or anew."""
    if line["ok"] is False or line["key"] not in BARS:
        return bool(line["ok"])
    standing = answer is not None and answer.seen == mark(line)
    return answer.ok if standing and answer is not None else None


def open_lines(award: Award, lines: Sequence[Line]) -> list[str]:
    """Return the lines that do not hold by answer or record: nothing is proposed meanwhile."""
    said = last_answers([award.id])
    return [line["key"] for line in lines if not holds(line, said.get((award.id, line["key"])))]


def answer(
    award_id: int, answers: Sequence[Answer], *, staff_id: int, now: datetime,
    version: int | None = None,
) -> Award:  # fmt: skip
    """Keep what a person says to the lines; one that does not hold bars the award with its reason.

    Raises Invalid without evidence where no record shows it, Stale once it was proposed.
    """
    award = moves.get(award_id)
    moves.check_version(award, version)
    if award.state is not State.ASSESSED:
        raise moves.already(award)
    lines = {line["key"]: line for line in lines_now(award)}
    _check(answers, lines)
    award.checks = list(lines.values())
    won = claim(
        update(Award)
        .where(Award.id == award.id, Award.version == award.version, Award.state == award.state)
        .values(version=award.version + 1)
    )
    if not won:
        raise moves.already(moves.get(award.id))
    db.session.add_all(
        CheckAnswer(award_id=award.id, key=one.key, ok=one.ok, words=one.words.strip(),
                    seen=mark(lines[one.key]), staff_id=staff_id, at=now)
        for one in answers
    )  # fmt: skip
    db.session.flush()
    db.session.refresh(award)
    said = {one.key: one.ok for one in answers}
    words = _digest([[one.key, one.words.strip()] for one in answers])
    audit.record(
        actor=f"staff:{staff_id}", action="reward.checked", subject=f"award:{award.id}", now=now,
        detail={"answers": said, "digest": words},
    )  # fmt: skip
    bars = {BARS[one.key]: True for one in answers if not one.ok}
    return _barred(award, bars, staff_id=staff_id, now=now) if bars else award


def _check(answers: Sequence[Answer], lines: Mapping[str, Line]) -> None:
    for one in answers:
        if one.key not in BARS or one.key not in lines:
            raise Invalid("check_not_yours", field="checks", name=one.key)
        shown = one.ok and lines[one.key]["ok"] is True
        if not shown and not one.words.strip():
            raise Invalid("check_words_missing", field=f"{one.key}_words")
        if len(one.words) > MOST_WORDS:
            raise Invalid("check_words_long", field=f"{one.key}_words", most=MOST_WORDS)


def _barred(award: Award, bars: Mapping[str, bool], *, staff_id: int, now: datetime) -> Award:
    own = {name: value for name, value in award.facts.items() if name in assessing.STATED}
    return assessing.recompute(award, own=own | dict(bars), by=f"staff:{staff_id}", now=now)


def bound(award: Award) -> str:
    """Return the digest of the list that an approval binds; empty before there were answers.

    What was approved before lists were answered stays bound as it was.
    """
    said = last_answers([award.id])
    if not said:
        return ""
    return _digest([_bound(line, said.get((award.id, line["key"]))) for line in lines_now(award)])


def _bound(line: Line, said: CheckAnswer | None) -> list[object]:
    records = [] if line["key"] == AT_CLAIM else [line["ok"], mark(line)]
    person = (
        [said.ok, said.words, said.staff_id, said.at.astimezone(UTC).isoformat()] if said else []
    )
    return [line["key"], records, person]


def refresh(award: Award) -> None:
    """Store the list as the records have it now."""
    award.checks = lines_now(award)
    db.session.flush()


def views(awards: Sequence[Award]) -> dict[int, tuple[CheckView, ...]]:
    """Return the lists of awards with what was said to them, in two statements."""
    said = last_answers(award.id for award in awards)
    people = accounts.by_ids(one.staff_id for one in said.values())
    return {
        award.id: tuple(
            _seen(line, said.get((award.id, line["key"])), people) for line in award.checks
        )
        for award in awards
    }


def _seen(line: Line, said: CheckAnswer | None, people: Mapping[int, Actor]) -> CheckView:
    told = None
    if said is not None:
        name = people[said.staff_id].name if said.staff_id in people else ""
        told = SaidView(ok=said.ok, words=said.words, name=name, at=said.at)
    return CheckView(**line, holds=holds(line, said), said=told)

"""From assessment to approval: proposer, reviewer and approver are three natural persons."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from app.audit import service as audit
from app.core import clock
from app.core.db import claim, db
from app.core.errors import Forbidden, Invalid, Refused
from app.intake.models import Report
from app.rewards import assessing, catalog, checklist, ledger, moves, rulesets
from app.rewards.models import ApproverLevel, Award
from app.rewards.rules import Facts, FactsFault
from app.rewards.rules.document import Step as Rung
from app.rewards.rules.ladder import reaches, step_for
from app.rewards.states import OPEN, State, Step


def amend(
    award_id: int, stated: Mapping[str, Any], *, note: str, staff_id: int, now: datetime,
    version: int | None = None,
) -> Award:  # fmt: skip
    """State what no record holds (picked amount, insider, a bar) with a reason, and value anew.

    Raises Invalid for a fact that is not a person's to state, Stale once it was proposed.
    """
    award = moves.get(award_id)
    moves.check_version(award, version)
    if award.state is not State.ASSESSED:
        raise moves.already(award)
    if not note.strip():
        raise Invalid("reason_missing", field="note")
    foreign = set(stated) - assessing.STATED
    if foreign:
        raise Invalid("fact_not_yours", field="facts", name=min(foreign))
    before = {name: value for name, value in award.facts.items() if name in assessing.STATED}
    try:
        Facts.read(stated)
        award = assessing.recompute(
            award, own=before | dict(stated), by=f"staff:{staff_id}", now=now
        )
    except FactsFault as fault:
        raise Invalid("facts_fault", field="facts", fault=str(fault)) from None
    award.note = note.strip()
    audit.record(
        actor=f"staff:{staff_id}", action="reward.amend", subject=f"award:{award.id}", now=now,
        detail={"stated": dict(stated), "note": note.strip()},
    )  # fmt: skip
    return award


def propose(
    award_id: int, *, staff_id: int, now: datetime, note: str = "", version: int | None = None
) -> Award:
    """Send an award to a second person. Raises Refused above the clerk's daily limits."""
    audit.take_turn()
    award = moves.get(award_id)
    moves.check_version(award, version)
    if not award.amount_fen:
        raise Refused("nothing_to_pay")
    checklist.refresh(award)
    _must_be_answered(award)
    _within_day(award, staff_id, now=now)
    return moves.take(
        award, Step.PROPOSE, by=f"staff:{staff_id}", now=now,
        values={"proposed_by": staff_id, "proposed_at": now, "note": note.strip() or award.note},
    )  # fmt: skip


def _must_be_answered(award: Award) -> None:
    """Refuse an award with a condition that nobody has shown to hold. Raises Refused."""
    lines = checklist.open_lines(award, checklist.lines_now(award))
    if lines:
        raise Refused("checks_open", n=len(lines))


def _within_day(award: Award, staff_id: int, *, now: datetime) -> None:
    start = clock.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    day = (Award.proposed_at >= start, Award.proposed_at < start + timedelta(days=1))
    count, fen = db.session.execute(
        select(func.count(), func.coalesce(func.sum(Award.amount_fen), 0)).where(
            Award.proposed_by == staff_id, *day
        )
    ).one()
    limits = catalog.defaults()
    if count + 1 > limits.clerk_proposals or fen + award.amount_fen > limits.clerk_fen:
        raise Refused("clerk_day_full", n=limits.clerk_proposals, fen=limits.clerk_fen)


def review(
    award_id: int, *, staff_id: int, now: datetime, note: str = "", version: int | None = None
) -> Award:
    """Let a reviewer (法制/专岗复核) pass a proposed award."""
    award = moves.get(award_id)
    moves.check_version(award, version)
    moves.must_be_other(award, staff_id)
    return moves.take(
        award, Step.REVIEW, by=f"staff:{staff_id}", now=now, detail={"note": note.strip()},
        values={"reviewed_by": staff_id, "reviewed_at": now},
    )  # fmt: skip


def approve(
    award_id: int, *, staff_id: int, now: datetime, minutes_no: str = "",
    version: int | None = None,
) -> Award:  # fmt: skip
    """Approve by the ladder; the approval binds holder, amount and rule version by a hash.

    The highest rung needs the meeting's minutes and a second approver: the first one's word leaves
    the state as it is. Raises Forbidden (own award, level too low), Refused (not yet reviewed),
    Invalid (minutes missing), Stale (somebody was quicker).
    """
    award = moves.get(award_id)
    moves.check_version(award, version)
    moves.must_be_other(award, staff_id)
    rung = rung_of(award)
    _check_rung(award, rung, staff_id=staff_id, minutes_no=minutes_no)
    first = rung.second and award.approved_by is None
    if first:
        return _first_word(award, staff_id=staff_id, minutes_no=minutes_no, now=now)
    column = "approved2_by" if award.approved_by else "approved_by"
    values: dict[str, Any] = {
        column: staff_id, "approved_at": now, "approval_hash": binding(award),
        "minutes_no": minutes_no.strip() or award.minutes_no,
    }  # fmt: skip
    by = f"staff:{staff_id}"
    award = moves.take(award, Step.APPROVE, by=by, now=now, values=values,
                       detail={"hash": values["approval_hash"]})  # fmt: skip
    year = ledger.budget(ledger.year_of(award.approved_at))
    ledger.shift(award, "approve", year, ledger.PAYABLE, by=by, now=now)
    return award


def _first_word(award: Award, *, staff_id: int, minutes_no: str, now: datetime) -> Award:
    won = claim(
        update(Award)
        .where(Award.id == award.id, Award.version == award.version, Award.state == award.state,
               Award.approved_by.is_(None))
        .values(approved_by=staff_id, minutes_no=minutes_no.strip(), version=award.version + 1)
    )  # fmt: skip
    if not won:
        raise moves.already(moves.get(award.id))
    db.session.refresh(award)
    audit.record(
        actor=f"staff:{staff_id}", action="reward.approve_first", subject=f"award:{award.id}",
        now=now, detail={"amount_fen": award.amount_fen, "minutes": minutes_no.strip()},
    )  # fmt: skip
    return award


def _check_rung(award: Award, rung: Rung, *, staff_id: int, minutes_no: str) -> None:
    if award.state not in (State.PROPOSED, State.REVIEWED):
        raise moves.already(award)
    ladder = rulesets.ladder_of(rulesets.doc_of(award.rule_set_id))
    if not reaches(ladder, level_of(staff_id), award.amount_fen):
        raise Forbidden("level_too_low", level=rung.level)
    if rung.review and award.state is not State.REVIEWED:
        raise Refused("review_missing")
    _must_be_answered(award)
    if rung.minutes and not (minutes_no.strip() or award.minutes_no):
        raise Invalid("minutes_missing", field="minutes_no")


def rung_of(award: Award) -> Rung:
    """Return the rung of the ladder that the award's amount needs."""
    ladder = rulesets.ladder_of(rulesets.doc_of(award.rule_set_id))
    return step_for(ladder, award.amount_fen)


def level_of(staff_id: int) -> str:
    """Return up to which rung somebody may approve; who is not listed has the default one."""
    row = db.session.get(ApproverLevel, staff_id)
    return row.level if row else catalog.defaults().unlisted_level


def set_level(staff_id: int, level: str, *, by: str, now: datetime) -> None:
    """List somebody at a rung of the ladder. Raises Invalid for a rung that is not there."""
    if level not in {rung.level for rung in catalog.defaults().ladder}:
        raise Invalid("no_such_level", field="level")
    db.session.merge(ApproverLevel(staff_id=staff_id, level=level))
    audit.record(
        actor=by, action="reward.level", subject=f"staff:{staff_id}", now=now,
        detail={"level": level},
    )  # fmt: skip


def second_word(award_id: int, *, staff_id: int, now: datetime) -> Award:
    """Let a second approver agree to a further payout of the same payee this month."""
    award = moves.get(award_id)
    moves.must_be_other(award, staff_id)
    won = claim(
        update(Award)
        .where(Award.id == award.id, Award.version == award.version,
               Award.state.in_((State.CLAIMED, State.INSTRUCTED)), Award.approved2_by.is_(None))
        .values(approved2_by=staff_id, version=award.version + 1)
    )  # fmt: skip
    if not won:
        raise moves.already(moves.get(award.id))
    db.session.refresh(award)
    audit.record(
        actor=f"staff:{staff_id}", action="reward.approve_second", subject=f"award:{award.id}",
        now=now, detail={"amount_fen": award.amount_fen},
    )  # fmt: skip
    return award


def send_back(
    award_id: int, *, note: str, staff_id: int, now: datetime, version: int | None = None
) -> Award:
    """Give a proposed award back to the clerk with a reason."""
    award = moves.get(award_id)
    moves.check_version(award, version)
    if not note.strip():
        raise Invalid("reason_missing", field="note")
    cleared = dict.fromkeys(assessing.CLEARED) | {"minutes_no": "", "note": note.strip()}
    return moves.take(
        award, Step.SEND_BACK, by=f"staff:{staff_id}", now=now, values=cleared,
        detail={"note": note.strip()},
    )  # fmt: skip


def bar(award_id: int, *, reason: str, note: str, staff_id: int, now: datetime) -> Award:
    """Say that an award is not to be paid, with reason and evidence; the reporter may appeal."""
    award = moves.get(award_id)
    if not note.strip():
        raise Invalid("reason_missing", field="note")
    if reason not in assessing.STATED:
        raise Invalid("bar_reason", field="reason")
    if award.state not in (*OPEN, State.APPROVED):
        raise moves.already(award)
    by, owed = f"staff:{staff_id}", award.state is State.APPROVED
    award = moves.take(
        award, Step.BAR, by=by, now=now, values={"excluded": reason, "note": note.strip()},
        detail={"reason": reason, "note": note.strip()},
    )  # fmt: skip
    if owed:
        year = ledger.budget(ledger.year_of(award.approved_at))
        ledger.shift(award, "bar", ledger.PAYABLE, year, by=by, now=now, reason=reason)
    return award


def binding(award: Award) -> str:
    """Return the hash that ties an approval to holder, amount, rule version and list (R-M4)."""
    report = db.session.get_one(Report, award.report_id)
    rules = rulesets.get(award.rule_set_id)
    words = ("award", award.id, report.id, report.key_hash, award.amount_fen, rules.key,
             rules.version, rules.digest, checklist.bound(award))  # fmt: skip
    return hashlib.sha256("|".join(str(word) for word in words if word != "").encode()).hexdigest()


def must_be_bound(award: Award) -> None:
    """Refuse an approval that no longer fits what was approved. Raises Refused."""
    if award.approval_hash != binding(award):
        raise Refused("approval_void")

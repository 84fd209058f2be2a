"""From the notice to the claim: by code and claim secret without a name, or with sealed details."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.errors import Forbidden, Invalid, NotFound, Refused
from app.rewards import assessing, catalog, ledger, moves, rulesets
from app.rewards.approval import must_be_bound
from app.rewards.models import Appeal, Award
from app.rewards.rules import RuleDoc
from app.rewards.states import APPEALABLE, Relation, State, Step, Way
from app.worktime import queries as worktime
from app.worktime import rules as time_rules
from app.worktime.rules import Unit

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
VOUCHER_SIGNS = 10
MOST_WORDS = 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimData:
    """How somebody takes an award; `payee_index` comes from the sealing (identity)."""

    way: Way
    relation: Relation = Relation.SELF
    secret_ok: bool = False
    payee_index: str | None = None


def notify(award_id: int, *, by: str, now: datetime) -> Award:
    """Tell the reporter: the claim window starts (60 natural days, a last day of rest moves on)."""
    award = moves.get(award_id)
    must_be_bound(award)
    due = claim_due(rulesets.doc_of(award.rule_set_id), now)
    values = {"notified_at": now, "claim_due_at": due, "next_reminder_at": reminder(due, now)}
    return moves.take(award, Step.NOTIFY, by=by, now=now, values=values,
                      detail={"due": due.isoformat()})  # fmt: skip


def claim_due(doc: RuleDoc, now: datetime) -> datetime:
    """Return the last moment to claim a notice of `now`."""
    length = doc.claim_days or catalog.defaults().claim_days
    unit = Unit(doc.claim_unit) if doc.claim_days else Unit.ND
    return time_rules.due(now, length, unit, worktime.calendar()).at


def reminder(due: datetime, now: datetime) -> datetime | None:
    """Return the next reminder day (30, 10, 3 days before the end), at nine in the morning."""
    days = (clock.local(due) - timedelta(days=left) for left in catalog.defaults().remind_days)
    mornings = (day.replace(hour=9, minute=0, second=0, microsecond=0) for day in days)
    return next((moment for moment in mornings if moment > now), None)


def ways_of(doc: RuleDoc) -> tuple[Way, ...]:
    """Return how an award of this rule set may be taken; the voucher only where it is allowed."""
    return tuple(way for way in Way if way is not Way.VOUCHER or doc.anonymous_allowed)


def of_report(award_id: int, report_id: int) -> Award:
    """Return an award of this report only. Raises NotFound for anybody else's (R-S2)."""
    award = moves.get(award_id)
    if award.report_id != report_id:
        raise NotFound("no_such_award")
    return award


def claim_award(award_id: int, data: ClaimData, *, report_id: int, now: datetime) -> str:
    """Take an award and return its voucher number: number and amount, no name.

    The claim secret was checked, or the details sealed, in the same transaction by the caller
    (identity owns both). Raises Forbidden, Invalid, Refused, Stale.
    """
    award = of_report(award_id, report_id)
    must_be_open(award, now=now)
    _check_way(data, rulesets.doc_of(award.rule_set_id))
    number = voucher_number()
    values = {
        "claimed_at": now, "claim_way": data.way, "relation": data.relation,
        "voucher_no": number, "payee_index": data.payee_index, "next_reminder_at": None,
        "claim_hash": claim_binding(award, way=data.way, number=number, index=data.payee_index),
    }  # fmt: skip
    moves.take(award, Step.CLAIM, by="reporter", now=now, values=values,
               detail={"way": data.way})  # fmt: skip
    return number


def must_be_open(award: Award, *, now: datetime) -> None:
    """Refuse a claim before the notice, after the window, or of an approval that fell."""
    must_be_bound(award)
    if award.state is not State.NOTIFIED:
        raise moves.already(award)
    if award.claim_due_at is not None and now > award.claim_due_at:
        raise Refused("claim_over", due=award.claim_due_at)


def _check_way(data: ClaimData, doc: RuleDoc) -> None:
    if data.way not in ways_of(doc):
        raise Invalid("way_not_allowed", field="way")
    if data.way is Way.VOUCHER and not data.secret_ok:
        raise Forbidden("claim_secret_wrong")
    if data.way is not Way.VOUCHER and not data.payee_index:
        raise Invalid("payee_missing", field="account")


def voucher_number() -> str:
    """Return a number that nobody can guess and that tells no order."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(VOUCHER_SIGNS))
    return f"V-{signs[:5]}-{signs[5:]}"


def claim_binding(award: Award, *, way: Way | None, number: str | None, index: str | None) -> str:
    """Return the hash that ties a claim to approval, way, voucher and payee."""
    words = (award.approval_hash, way, number, index or "")
    return hashlib.sha256("|".join(map(str, words)).encode()).hexdigest()


def decline(award_id: int, *, report_id: int, now: datetime) -> Award:
    """Give an award up, expressly; the money goes back to its budget line."""
    award = moves.take(
        of_report(award_id, report_id), Step.DECLINE, by="reporter", now=now,
        values={"ended_at": now, "next_reminder_at": None},
    )  # fmt: skip
    _back_to_budget(award, "decline", by="reporter", now=now)
    return award


def donate(award_id: int, *, report_id: int, now: datetime) -> Award:
    """Give an award to the charity fund, expressly."""
    award = moves.take(
        of_report(award_id, report_id), Step.DONATE, by="reporter", now=now,
        values={"ended_at": now, "next_reminder_at": None},
    )  # fmt: skip
    ledger.shift(award, "donate", ledger.PAYABLE, ledger.DONATED, by="reporter", now=now)
    return award


def lapse(award: Award, *, now: datetime) -> Award:
    """End an award whose window is over."""
    award = moves.take(
        award, Step.LAPSE, by="system", now=now,
        values={"ended_at": now, "next_reminder_at": None}, where=(Award.claim_due_at < now,),
    )  # fmt: skip
    _back_to_budget(award, "lapse", by="system", now=now)
    return award


def _back_to_budget(award: Award, kind: str, *, by: str, now: datetime) -> None:
    year = ledger.budget(ledger.year_of(award.approved_at))
    ledger.shift(award, kind, ledger.PAYABLE, year, by=by, now=now)


def appeal(award_id: int, words: str, *, report_id: int, now: datetime) -> Award:
    """Object to an award, once; another person answers within ten working days (decision 29)."""
    award = of_report(award_id, report_id)
    if not words.strip():
        raise Invalid("words_missing", field="words")
    if len(words) > MOST_WORDS:
        raise Invalid("words_too_long", field="words", most=MOST_WORDS)
    if award.state not in APPEALABLE:
        raise moves.already(award)
    if appeal_of(award.id) is not None:
        raise Refused("appealed_before")
    length = catalog.defaults().appeal_working_days
    due = time_rules.due(now, length, Unit.WD, worktime.calendar()).at
    db.session.add(
        Appeal(award_id=award.id, words=words.strip(), asked_at=now, due_at=due,
               against=award.excluded)
    )  # fmt: skip
    return moves.take(
        award, Step.APPEAL, by="reporter", now=now, values={"back_state": award.state}
    )


def appeal_of(award_id: int) -> Appeal | None:
    """Return the objection to an award."""
    return db.session.scalar(select(Appeal).where(Appeal.award_id == award_id))


def answer(award_id: int, *, upheld: bool, words: str, staff_id: int, now: datetime) -> Award:
    """Answer an objection: by nobody who had a hand in the award.

    Upheld, the award is assessed anew without the bar; dismissed, it stands where it stood, and
    an open claim window runs for at least the days it had left.
    """
    award = moves.get(award_id)
    found = appeal_of(award_id)
    if found is None or found.decided_at is not None:
        raise moves.already(award)
    if not words.strip():
        raise Invalid("reason_missing", field="words")
    moves.must_be_other(award, staff_id)
    by = f"staff:{staff_id}"
    found.upheld, found.answer = upheld, words.strip()
    found.decided_by, found.decided_at = staff_id, now
    if not upheld:
        return _dismiss(award, found, by=by, now=now)
    owed = award.back_state is State.NOTIFIED
    year = award.approved_at
    award = moves.take(award, Step.UPHOLD, by=by, now=now,
                       values=dict.fromkeys(assessing.CLEARED))  # fmt: skip
    if owed:
        ledger.shift(award, "uphold", ledger.PAYABLE, ledger.budget(ledger.year_of(year)), by=by,
                     now=now, reason="appeal")  # fmt: skip
    own = {k: v for k, v in award.facts.items() if k in assessing.STATED and k != award.excluded}
    return assessing.recompute(award, own=own, by=by, now=now)


def _dismiss(award: Award, found: Appeal, *, by: str, now: datetime) -> Award:
    values: dict[str, object] = {}
    if award.back_state is State.NOTIFIED and award.claim_due_at is not None:
        due = award.claim_due_at + (now - found.asked_at)
        values = {"claim_due_at": due, "next_reminder_at": reminder(due, now)}
    return moves.take(award, Step.DISMISS, by=by, now=now, values=values)

"""Take a report in: exactly once, all or nothing, into the case that it belongs to."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, bindparam, delete, func, insert, select, update

from app.audit import service as audit
from app.cases import queries as cases
from app.cases import service as case_service
from app.cases.models import Case
from app.cases.workflow import OPEN, Move, State
from app.core.db import claim, db
from app.core.errors import Invalid, Limited, NotFound, Stale
from app.core.events import announce
from app.identity import codes
from app.identity import service as identity
from app.intake import queries, rules
from app.intake.events import ReportReceived
from app.intake.models import Draft, Note, Report
from app.intake.submission import MAX_WORDS, Submission
from app.media import service as media
from app.places import queries as places

DRAFT_AGE = timedelta(hours=24)
CODE_AGAIN = timedelta(hours=24)
REPORTS_PER_PHONE_AND_DAY = 10
REPORTS: Table = Report.__table__  # type: ignore[assignment]
ADD = insert(REPORTS).returning(REPORTS.c.id)
"""A report is never edited: its row needs no object that watches it."""
BY_KEY = select(Report).where(Report.key_hash == bindparam("key"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the reporter gets; `query_code` is None once it may not be repeated any more."""

    report_id: int
    case_id: int
    case_number: str
    query_code: str | None
    received_at: datetime
    digest: str
    ordinal: int
    repeated: bool


def key_hash(client_key: str) -> str:
    """Return what is kept of an idempotency key."""
    return hashlib.sha256(client_key.encode()).hexdigest()


def receipt_of(client_key: str, *, now: datetime) -> Receipt | None:
    """Return the receipt that a key already has."""
    report = db.session.scalar(BY_KEY, {"key": key_hash(client_key)})
    if report is None:
        return None
    fresh = now - report.received_at < CODE_AGAIN
    code = identity.issued_code(report.id, client_key=client_key) if fresh else None
    number = db.session.scalar(select(Case.number).where(Case.id == report.case_id))
    return Receipt(
        report_id=report.id, case_id=report.case_id, case_number=number or "", query_code=code,
        received_at=report.received_at, digest=report.digest, ordinal=report.ordinal_in_case,
        repeated=True,
    )  # fmt: skip


def submit(submission: Submission, *, now: datetime) -> Receipt:
    """Store a report with its photos, place, code, case and clocks in the caller's transaction.

    The same key with the same content answers with the first receipt (R-U13). Raises Stale
    `report_already_received` for the same key with other content, Invalid for what is missing.
    """
    audit.take_turn()
    before = receipt_of(submission.client_key, now=now)
    digest = rules.fingerprint(submission)
    if before is not None:
        if before.digest != digest:
            raise Stale("report_already_received", number=before.case_number)
        return before
    _check(submission)
    place = _locate(submission)
    joined = _joined(submission.join_case)
    case = joined or _open(submission, place, now=now)
    report_id, ordinal = _store(submission, place, case_id=case.id, digest=digest, now=now)
    media.hold(
        submission.photo_ids, draft_key=submission.client_key,
        holder_kind="report", holder_id=report_id,
    )  # fmt: skip
    code = identity.issue_code(report_id, client_key=submission.client_key, now=now)
    if submission.phone:
        _leave_phone(report_id, submission.phone, now=now)
    announce(
        ReportReceived(
            report_id=report_id,
            case_id=case.id,
            number=case.number,
            joined=joined is not None,
            now=now,
            actor=submission.actor,
        )
    )
    return Receipt(
        report_id=report_id, case_id=case.id, case_number=case.number, query_code=code,
        received_at=now, digest=digest, ordinal=ordinal, repeated=False,
    )  # fmt: skip


def _check(submission: Submission) -> None:
    faults = rules.missing(submission)
    if faults:
        field, key = faults[0]
        raise Invalid(key, field=field)
    if len(submission.words) > MAX_WORDS:
        raise Invalid("words_too_long", field="words", most=MAX_WORDS)


def _locate(submission: Submission) -> dict[str, Any]:
    """Return the place columns of a report; a chosen village stands where no point was given."""
    found: dict[str, Any] = {
        "lng": None, "lat": None, "raw_lng": submission.lng, "raw_lat": submission.lat,
        "place_flag": None, "grid_code": None, "township_code": None,
    }  # fmt: skip
    if submission.lng is not None and submission.lat is not None:
        point = places.locate(submission.lng, submission.lat, crs=str(submission.datum))
        found |= {"lng": point.lng, "lat": point.lat, "place_flag": point.flag,
                  "grid_code": point.grid, "township_code": point.township}  # fmt: skip
    if found["grid_code"] is None and submission.grid_code:
        area = places.area(submission.grid_code)
        if area is None:
            raise Invalid("area_unknown", field="grid_code")
        grid = area.code if area.level == "grid" else None
        found |= {"grid_code": grid, "township_code": area.parent_code if grid else area.code}
    return found


def _joined(number: str) -> Case | None:
    """Return the open case that the reporter says is the same matter."""
    if not number:
        return None
    case = db.session.scalar(select(Case).where(Case.number == number))
    if case is None:
        raise NotFound("no_such_case")
    if case.state is State.MERGED and case.merged_into_id:
        case = db.session.get(Case, case.merged_into_id)
    return case if case is not None and case.state in OPEN else None


def _open(submission: Submission, place: dict[str, Any], *, now: datetime) -> Case:
    opening = case_service.Opening(
        number=codes.case_number(), urgency=rules.urgency(submission),
        category=rules.category(submission), kinds=submission.kinds,
        place_words=submission.place_words, lng=place["lng"], lat=place["lat"],
        grid_code=place["grid_code"], township_code=place["township_code"],
    )  # fmt: skip
    return case_service.open_case(
        opening, by=submission.actor, now=now, facts={"source": str(submission.source)}
    )


def _store(
    submission: Submission, place: dict[str, Any], *, case_id: int, digest: str, now: datetime
) -> tuple[int, int]:
    """Write the row of a report; return its id and how many-th of its case it is."""
    count = 0
    if submission.join_case:
        told = select(func.count()).select_from(Report).where(Report.case_id == case_id)
        count = db.session.scalar(told) or 0
    row = place | {
        "case_id": case_id,
        "key_hash": key_hash(submission.client_key),
        "source": submission.source,
        "received_at": now,
        "device_at": submission.device_at,
        "kinds": list(submission.kinds),
        "happening": submission.happening,
        "words": submission.words.strip(),
        "suspect": submission.suspect.strip(),
        "place_words": submission.place_words.strip(),
        "accuracy": submission.accuracy,
        "crs": submission.datum,
        "digest": digest,
        "contact_mode": submission.contact_mode,
        "ordinal_in_case": count + 1,
        "test": submission.test,
        "refuses_reply": submission.refuses_reply,
        "withdrawn_at": None,
    }
    report_id = int(db.session.connection().execute(ADD, row).scalar_one())
    audit.record(
        actor=submission.actor, action="report.received", subject=f"report:{report_id}", now=now,
        detail={"digest": digest, "case": case_id, "photos": len(submission.photo_ids)},
    )  # fmt: skip
    return report_id, count + 1


def _leave_phone(report_id: int, phone: str, *, now: datetime) -> None:
    since = now - timedelta(days=1)
    if identity.reports_of_phone(phone, since=since) >= REPORTS_PER_PHONE_AND_DAY:
        raise Limited("phone_reports_today", retry_after=86400)
    identity.leave_phone(report_id, phone, now=now)


def withdraw(report_id: int, *, now: datetime) -> None:
    """Take a report back; its case ends with its last report, before dispatch only (move 5)."""
    report = queries.by_id(report_id)
    won = claim(
        update(Report).where(Report.id == report_id, Report.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )  # fmt: skip
    if not won:
        raise Stale("already_withdrawn")
    audit.record(
        actor="reporter", action="report.withdrawn", subject=f"report:{report_id}", now=now
    )
    case = cases.by_id(report.case_id)
    left = [other for other in queries.of_case(case.id) if other.withdrawn_at is None]
    if not left and case.state in (State.SUBMITTED, State.ACCEPTED):
        case_service.move(case.id, Move.WITHDRAW, by="reporter", now=now)


def add_note(report_id: int, kind: str, words: str, *, actor: str, now: datetime) -> None:
    """Keep something that was added to a report; `kind` is question, answer or addition."""
    if not words.strip():
        raise Invalid("words_missing", field="words")
    if len(words) > MAX_WORDS:
        raise Invalid("words_too_long", field="words", most=MAX_WORDS)
    db.session.add(Note(report_id=report_id, kind=kind, words=words.strip(), actor=actor, at=now))
    audit.record(actor=actor, action=f"report.{kind}", subject=f"report:{report_id}", now=now)


def save_draft(key: str, fields: dict[str, Any], *, now: datetime) -> None:
    """Keep an unfinished form for a day."""
    draft = db.session.get(Draft, key)
    if draft is None:
        db.session.add(Draft(key=key, fields=fields, updated_at=now))
    else:
        draft.fields, draft.updated_at = fields, now


def drop_draft(key: str) -> None:
    """Forget an unfinished form."""
    db.session.execute(delete(Draft).where(Draft.key == key))


def sweep_drafts(now: datetime) -> int:
    """Forget the forms that nobody finished within a day; return how many."""
    gone = db.session.execute(
        delete(Draft).where(Draft.updated_at < now - DRAFT_AGE).returning(Draft.key)
    )
    return len(gone.all())

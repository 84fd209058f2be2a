"""The second look itself: a fresh challenge, a graded position, a photo, what was found."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from app.accounts.queries import Actor
from app.audit import service as audit
from app.cases import check
from app.cases import service as cases
from app.core.db import claim, db
from app.core.errors import Invalid, NotFound, Stale
from app.core.reasons import reason_of
from app.fieldwork import weighing
from app.fieldwork.rules import Challenge, Verdict
from app.fieldwork.weighing import CheckInData
from app.media import service as media
from app.sla import service as sla
from app.spotchecks.giving import subject
from app.spotchecks.kinds import CLOCKS, RESULTS_AFTER, Occasion, SpotResult, SpotState
from app.spotchecks.models import SpotCheck

CHALLENGE_LIFE = timedelta(minutes=10)
HOLDER = "spot_check"


def own(check_id: int, staff_id: int) -> SpotCheck:
    """Return a spot check of this person. Raises NotFound for any other (R-S2)."""
    row = db.session.get(SpotCheck, check_id)
    if row is None or row.inspector_id != staff_id:
        raise NotFound("no_such_spot_check")
    return row


def issue_challenge(check_id: int, *, by: Actor, now: datetime) -> str:
    """Return the one-time mark of the page: ten minutes, this person, this spot check."""
    row = own(check_id, by.staff_id)
    young = row.challenge_at is not None and now - row.challenge_at < CHALLENGE_LIFE / 2
    if row.challenge is None or not young:
        row.challenge, row.challenge_at = secrets.token_hex(16), now
        db.session.flush()
    return row.challenge


def look(
    check_id: int, result: SpotResult | None, data: CheckInData, *, by: Actor, now: datetime
) -> Verdict:
    """Store what was found and how good the proof of being there is; poor proof is no refusal.

    Raises NotFound, Forbidden (who had a case that was drawn), Stale (done already), Invalid: no
    result, no picture though something was seen, no words where it is not solved or the proof poor.
    """
    row = own(check_id, by.staff_id)
    if row.state is not SpotState.OPEN:
        raise Stale("spot_check_changed")
    case_id, occasion = row.case_id, row.occasion
    _must_be_whole(result, data, occasion)
    if occasion is Occasion.DRAWN:
        check.must_be_other(case_id, by)
    number, told, values, verdict = _weighed(row, data, now=now)
    if not verdict.counts:
        why = [str(one) for one in verdict.reasons]
        reason_of(data.words, "spot_words", field="words", reasons=why)
    won = claim(
        update(SpotCheck)
        .where(SpotCheck.id == check_id, SpotCheck.state == SpotState.OPEN)
        .values(state=SpotState.DONE, result=result, words=data.words.strip(), **values)
    )
    if not won:
        raise Stale("spot_check_changed")
    audit.record(
        actor=by.key, action="spot.looked", subject=f"case:{number}", now=now,
        detail={"spot_check": check_id, "result": str(result), "grade": str(verdict.grade)},
    )  # fmt: skip
    sla.stop(
        case_id, CLOCKS[occasion], now, at=told, actor=by.key, subject=subject(check_id, occasion)
    )
    return verdict


def _weighed(
    row: SpotCheck, data: CheckInData, *, now: datetime
) -> tuple[str, datetime, dict[str, Any], Verdict]:
    """Return the case's number, when it was, what is stored of the proof, and its grade."""
    case = cases.get(row.case_id)
    told = weighing.happened(data, now=now, earliest=row.given_at or now)
    away = weighing.metres(case.lng, case.lat, data)
    held = media.hold(
        data.photo_ids, draft_key=data.draft_key, holder_kind=HOLDER, holder_id=row.id
    )
    photo_id, proof = weighing.picture(held, told.at)
    verdict = weighing.weigh(
        data, away=away, has_point=case.lng is not None, proof=proof, timely=told.timely,
        challenge=_met(row, data, now=now), now=now,
    )  # fmt: skip
    values = {
        "at": told.at, "received_at": now, "device_at": data.device_at,
        "clock_offset_s": data.clock_offset_s, "offline": data.offline, "lng": data.lng,
        "lat": data.lat, "accuracy": data.accuracy, "distance_m": away, "grade": verdict.grade,
        "photo_id": photo_id, "reasons": [str(reason) for reason in verdict.reasons],
    }  # fmt: skip
    return case.number, told.at, values, verdict


def _must_be_whole(result: SpotResult | None, data: CheckInData, occasion: Occasion) -> None:
    if result is None or (occasion is not Occasion.DRAWN and result not in RESULTS_AFTER):
        raise Invalid("spot_result", field="result")
    if result is not SpotResult.UNSEEN and not data.photo_ids:
        raise Invalid("spot_photo", field="photo")
    if result is not SpotResult.SOLVED:
        reason_of(data.words, "spot_words", field="words")


def _met(row: SpotCheck, data: CheckInData, *, now: datetime) -> Challenge:
    if not data.challenge:
        return Challenge.MISSING
    if data.challenge != row.challenge or row.challenge_at is None:
        return Challenge.FOREIGN
    return Challenge.LATE if now - row.challenge_at > CHALLENGE_LIFE else Challenge.MET

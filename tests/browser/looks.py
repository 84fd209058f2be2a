"""Second looks of the story: cases closed before this month, drawn, one found never solved."""

from sqlalchemy import update

from app.cases.models import Case
from app.core import clock
from app.core.db import db
from app.core.tx import transaction
from app.fieldwork import patrols
from app.fieldwork.patrols import NOWHERE
from app.fieldwork.weighing import CheckInData
from app.media import service as media
from app.spotchecks import queries, service
from app.spotchecks.kinds import SpotResult
from app.spotchecks.models import SpotCheck
from tests.browser.living import DAY, Living
from tests.features.pictures import jpeg

OTHER_TOWN = "330226002000"
DAYS = 45
"""So long ago is another month on every day."""


def make(living: Living) -> None:
    """Close two cases of two townships, draw their month; 老李 looked at one and has another."""
    living.walk("solid", "closed", DAYS)
    dark = living.walk("dark", "closed", DAYS, punishable=True)
    month = f"{clock.local(living.now - DAYS * DAY):%Y-%m}"
    laoli = living.staff["worker"]
    with transaction():
        db.session.get_one(Case, dark.case_id).township_code = OTHER_TOWN
    with transaction():
        sample_id = service.draw(month, by=living.staff["supervisor"], now=living.now - DAY)
        ids = [row.id for row in queries.checks(sample_id)]
        db.session.execute(update(SpotCheck).values(inspector_id=laoli.staff_id))
    failed = ids[0]
    key, now = f"look-{failed}", living.now - DAY / 2
    other = living.staff["checker"]
    photo = media.receive(jpeg(key), draft_key=key, now=now, fresh=True)
    data = CheckInData(
        accuracy=None, device_at=now, words="和照片一样，没有动过，附近没有信号",
        photo_ids=(photo.id,), draft_key=key,
    )  # fmt: skip
    with transaction():
        db.session.execute(
            update(SpotCheck).where(SpotCheck.id == failed).values(inspector_id=other.staff_id)
        )
    with transaction():
        service.look(failed, SpotResult.NEVER, data, by=other, now=now)
    with transaction():
        db.session.execute(
            update(SpotCheck).where(SpotCheck.id == failed).values(inspector_id=laoli.staff_id)
        )
    after_closing(living)
    to_decide(living, month)


def after_closing(living: Living) -> None:
    """Let the same two cases be looked at 30 days after closing; one of them is back."""
    with transaction():
        service.give_batch(living.now - DAY)
    row = queries.after_closing().rows[0]
    key, now, laoli = f"look-{row.id}", living.now - DAY / 2, living.staff["worker"]
    photo = media.receive(jpeg(key), draft_key=key, now=now, fresh=True)
    data = CheckInData(
        accuracy=None, device_at=now, words="又堆了新的木板，烧过的痕迹是新的",
        photo_ids=(photo.id,), draft_key=key,
    )  # fmt: skip
    with transaction():
        service.look(row.id, SpotResult.BACK, data, by=laoli, now=now)


def to_decide(living: Living, month: str) -> None:
    """Leave a wish to draw again, and a patrol without a position, to somebody else."""
    boss, laoli, now = living.staff["supervisor"], living.staff["worker"], living.now - DAY / 3
    with transaction():
        service.ask_again(month, reason="名单里漏了一批补录的案件", by=boss, now=now)
    with transaction():
        patrols.start(NOWHERE, by=laoli, now=now)
        patrols.point(NOWHERE, problem=True, words="沟边有新倒的建筑垃圾", by=laoli, now=now)
        patrols.finish(NOWHERE, by=laoli, now=now)


def numbers() -> dict[str, int]:
    """Return the ids that addresses use."""
    sample = queries.samples()[0]
    found = {row.failed: row.id for row in queries.checks(sample.id)}
    after = {f"after_{row.state}": row.id for row in queries.after_closing().rows}
    return {"sample": sample.id, "look_failed": found[True], "look": found[False]} | after

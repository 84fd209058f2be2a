"""kill -9 of the server during many submissions with photos: what was promised is there (R-K1)."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from PIL import Image
from sqlalchemy import func, select

from app.cases.models import Case
from app.core import clock
from app.core.db import db
from app.core.tx import transaction
from app.identity import service as identity
from app.intake.models import Report
from app.media import queries as media
from app.media import sweep
from app.media.models import Photo
from app.media.place import stores
from app.media.store import PREFIXES
from tests.infra.beside import beside
from tests.infra.citizen import Citizen
from tests.infra.server import serving

SUBMISSIONS, AT_ONCE, KILL_AFTER = 200, 20, 40


def picture(number: int) -> bytes:
    answer = io.BytesIO()
    tone = (number * 37 % 256, number * 91 % 256, number * 17 % 256)
    Image.new("RGB", (320, 240), tone).save(answer, "JPEG")
    return answer.getvalue()


def photos_of(number: int) -> list[tuple[str, bytes]]:
    return [(f"{number}-{n}.jpg", picture(number * 3 + n)) for n in range(number % 3 + 1)]


def send_all(port: int, kill) -> dict[int, str]:
    """Let 20 citizens at a time report; kill the server once enough hold a receipt."""
    got: dict[int, str] = {}
    enough = Event()

    def one(number: int) -> None:
        try:
            got[number] = Citizen(port, timeout=20).report(photos_of(number))
        except (OSError, AssertionError, TypeError):
            return
        if len(got) >= KILL_AFTER and not enough.is_set():
            enough.set()
            kill()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(one, range(SUBMISSIONS)))
    assert enough.is_set(), f"only {len(got)} got a receipt before the end"
    return got


@pytest.mark.slow
def test_what_got_its_receipt_survives_a_kill(database_url, tmp_path):
    with serving(tmp_path, database_url, threads=16) as server:
        got = send_all(server.port, server.process.kill)
    with beside(tmp_path, database_url):
        for number, code in got.items():
            report = identity.find_report(code)
            assert report is not None, f"report {number} had its receipt and is gone"
            held = media.for_holder("report", [report])[report]
            assert len(held) == number % 3 + 1
            for photo in held:
                row = db.session.get(Photo, photo.id)
                assert all(store.exists(row.sha256) for store in stores().all())
        nothing_is_half_stored()
        leftovers_are_swept()


def nothing_is_half_stored() -> None:
    cases = db.session.scalar(select(func.count()).select_from(Case))
    reports = db.session.scalar(select(func.count()).select_from(Report))
    assert cases == reports
    with_case = select(Case.id)
    lost = select(func.count()).select_from(Report).where(Report.case_id.not_in(with_case))
    assert db.session.scalar(lost) == 0


def leftovers_are_swept() -> None:
    later = clock.now() + timedelta(hours=26)
    for _ in range(4):
        with transaction():
            sweep.sweep(later)
    named = set(db.session.scalars(select(Photo.sha256)))
    unheld = select(func.count()).select_from(Photo).where(Photo.holder_kind.is_(None))
    assert db.session.scalar(unheld) == 0
    for store in stores().all():
        stored = {key for prefix in PREFIXES for key in store.keys(prefix)}
        assert named == stored

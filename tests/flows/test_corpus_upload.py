"""Every photo and every hostile file goes through the real form."""

import csv
import hashlib
import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import select

from app.core.db import db
from app.media import service as media
from app.media.models import Photo
from tests.features.test_media_pictures import assert_clean
from tests.infra.beside import beside
from tests.infra.citizen import DRAFT, TOKEN, Citizen, multipart
from tests.infra.corpus import corpus

AT_ONCE = 9  # as many photos as a report may hold
NO_PICTURE = "special/ultrahdr_gainmap.jpg"  # ends with its header: there is no picture in it
LEFT_OUT = re.compile(r"第 ?(\d+) ?张[^<]*?[，。：]([^<]+)")
ROOM_MB = 40  # what a worker may grow by over the whole corpus once it is warm
TOLD = {
    "words": "整批照片", "place_words": "科园北路", "kinds": "burning",
    "happening": "no", "contact_mode": "anonymous",
}  # fmt: skip

pytestmark = [pytest.mark.corpus, pytest.mark.slow]


def files(folder: str) -> list[Path]:
    ends = {".csv", ".md", ".json"}
    found = sorted(path for path in corpus(folder).rglob("*") if path.is_file())
    return [path for path in found if path.suffix not in ends]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def resident_mb(server) -> float:
    """Return the memory of the one worker that answers requests."""
    master = server.process.popen.pid
    children = Path(f"/proc/{master}/task/{master}/children").read_text(encoding="ascii").split()
    return max(_resident(pid) for pid in children)


def _resident(pid: str) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


def send(server, batch: list[Path]) -> dict[int, str]:
    """Post one form with these files; return the refusal by place in the batch, as it is read."""
    citizen = Citizen(server.port)
    _, _, page = citizen.ask("GET", "/report")
    told = TOLD | {"csrf_token": TOKEN.search(page)[1], "draft": DRAFT.search(page)[1]}
    names = [path.name.encode("ascii", "replace").decode() for path in batch]
    contents = [path.read_bytes() for path in batch]
    sent = multipart(told, list(zip(names, contents, strict=True)))
    status, where, page = citizen.ask("POST", "/report", *sent)
    assert status in {303, 422}, (status, names)
    if status == 303:
        status, _, page = citizen.ask("GET", where)
        assert status == 200
    return {int(n): unescape(words).strip() for n, words in LEFT_OUT.findall(page)}


def test_every_file_is_taken_or_refused_with_a_reason(live_server, database_url, tmp_path):
    batches = [
        (name, many[first : first + AT_ONCE])
        for name in ("photos", "bad-open")
        for many in [files(name)]
        for first in range(0, len(many), AT_ONCE)
    ]
    memory, refused = [], {}
    for _, batch in batches:
        for place, words in send(live_server, batch).items():
            refused[batch[place - 1]] = words
        memory.append(resident_mb(live_server))
    with beside(tmp_path, database_url):
        stored = {photo.sha256: photo for photo in db.session.scalars(select(Photo))}
        taken = {path: stored.get(digest(path)) for _, many in batches for path in many}
        check_answers(taken, refused)
        check_copies(stored.values(), tmp_path / "copies")
    assert memory[-1] - memory[len(memory) // 3] <= ROOM_MB, memory
    assert "Worker exiting" not in live_server.process.output
    assert "WORKER TIMEOUT" not in live_server.process.output


def check_answers(taken, refused):
    """A file is stored or its refusal was read; the list's real photos are stored."""
    silent = [path.name for path, photo in taken.items() if not photo and path not in refused]
    assert not silent
    assert not [path.name for path in refused if not re.search(r"[一-鿿]{4}", refused[path])]
    folder = corpus("photos")
    with (folder / "MANIFEST.csv").open(encoding="utf-8") as file:
        real = {folder / row["file"] for row in csv.DictReader(file)}
    real = {path for path in real if path.suffix != ".avif"} - {folder / NO_PICTURE}
    lost = [path.name for path, photo in taken.items() if path in real and not photo]
    assert not lost


def check_copies(stored, folder: Path):
    """No copy carries anything but its picture: our own reading, and exiftool's where it is."""
    folder.mkdir()
    for photo in stored:
        for size in (320, 1600):
            with media.open_copy(photo.id, size) as copy:
                content = copy.read()
            assert_clean(content)
            (folder / f"{photo.id}-{size}.jpg").write_bytes(content)
    assert len(stored) >= 118
    if not shutil.which("exiftool"):
        return
    command = ["exiftool", "-json", "-G", "-a", "-q", str(folder)]
    told = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert len(told) == 2 * len(stored)
    groups = {name.partition(":")[0] for row in told for name in row}
    assert groups <= {"SourceFile", "ExifTool", "File", "JFIF", "Composite"}

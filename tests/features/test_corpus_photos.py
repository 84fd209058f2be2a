"""All of ../shared/data/photos and bad-open: real photos are taken, nothing else does any harm."""

import csv
import json
import os
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from app.media.decoder import Decoder, NotSeen, Seen
from app.media.reasons import REASONS
from app.media.rules import SNIFF_BYTES, PhotoKind, sniff
from tests.features.test_media_pictures import assert_clean

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
HERE = (DATA / "photos").is_dir() and (DATA / "bad-open").is_dir()
NO_PICTURE = "special/ultrahdr_gainmap.jpg"  # ends with its header: there is no picture in it

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not HERE, reason="../shared/data/photos is absent"),
]


@pytest.fixture(scope="module")
def look():
    decoder = Decoder(slots=2)

    def look_at(path):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            kind = sniff(os.pread(descriptor, SNIFF_BYTES, 0))
            return (
                decoder.look(descriptor, kind)
                if isinstance(kind, PhotoKind)
                else NotSeen(unfit=kind)
            )
        finally:
            os.close(descriptor)

    yield look_at
    decoder.close()


def pictures(folder):
    ends = {".csv", ".md", ".json"}
    return [
        path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix not in ends
    ]


@pytest.fixture(scope="module")
def good(look):
    return {
        str(path.relative_to(DATA / "photos")): look(path) for path in pictures(DATA / "photos")
    }


@pytest.fixture(scope="module")
def bad(look):
    return {
        str(path.relative_to(DATA / "bad-open")): look(path) for path in pictures(DATA / "bad-open")
    }


def test_every_real_photo_is_taken(good):
    refused = {name: seen.unfit.code for name, seen in good.items() if isinstance(seen, NotSeen)}
    assert refused.pop(NO_PICTURE) == "photo_cut_off"
    assert set(refused.values()) == {"photo_is_avif"}
    assert all(name.endswith(".avif") for name in refused)
    assert len(good) >= 123


def test_what_the_list_says_of_them_is_read(good):
    with (DATA / "photos" / "MANIFEST.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if isinstance(good[row["file"]], Seen)]
    for row in rows:
        seen = good[row["file"]]
        assert (seen.width, seen.height) == (int(row["width"]), int(row["height"])), row["file"]
        assert (seen.taken or "") == row["datetime_original"], row["file"]
        assert (seen.lat is None) == (row["gps_lat"] == ""), row["file"]
        if row["gps_lat"]:
            wanted = (float(row["gps_lng"]), float(row["gps_lat"]))
            assert (seen.lng, seen.lat) == pytest.approx(wanted, abs=1e-5), row["file"]


def test_no_child_takes_400_mb_and_none_dies(good, bad):
    assert max(seen.peak_mb for seen in (*good.values(), *bad.values())) <= 400
    codes = Counter(seen.unfit.code for seen in bad.values() if isinstance(seen, NotSeen))
    assert set(codes) <= set(REASONS)
    assert codes["photo_too_hard"] == 0


def test_nothing_is_taken_that_plain_pillow_would_not_open(bad):
    with (DATA / "bad-open" / "baseline-pillow13.csv").open(encoding="utf-8") as file:
        results = {
            row["file"]: row["pillow13_pillow_heif1.8_result"] for row in csv.DictReader(file)
        }
    allowed = ("OK JPEG", "OK MPO", "OK PNG", "OK WEBP", "OK HEIF")
    for name, seen in bad.items():
        assert isinstance(seen, NotSeen) or results[name].startswith(allowed), name
        if isinstance(seen, NotSeen) and results[name].startswith(allowed):
            pytest.fail(f"{name} can be opened and is refused as {seen.unfit.code}")


def test_copies_carry_no_metadata(good, bad, tmp_path):
    count = 0
    for seen in (*good.values(), *bad.values()):
        for size, copy in seen.copies.items() if isinstance(seen, Seen) else ():
            assert_clean(copy)
            count += 1
            (tmp_path / f"{count}-{size}.jpg").write_bytes(copy)
    assert count >= 2 * 118
    if not shutil.which("exiftool"):
        return
    made = subprocess.run(
        ["exiftool", "-json", "-G", "-a", "-q", str(tmp_path)], capture_output=True, check=True
    )
    allowed = {"SourceFile", "ExifTool", "File", "JFIF", "Composite"}
    for told in json.loads(made.stdout):
        groups = {name.partition(":")[0] for name in told}
        assert groups <= allowed, told
        assert "File:Comment" not in told
        assert "ExifTool:Warning" not in told
        assert told["File:ImageWidth"] <= 1600


def test_near_duplicates_are_near_and_others_are_not(good):
    hashes = {
        Path(name).stem: int(seen.dhash, 16)
        for name, seen in good.items()
        if name.startswith("near-duplicates/")
    }
    near = ("reenc_q50", "half", "bright", "watermark")
    scenes = {name.partition("__")[0] for name in hashes}
    for scene in scenes:
        original = hashes[f"{scene}__orig_q90"]
        for change in near:
            apart = (original ^ hashes[f"{scene}__{change}"]).bit_count()
            assert apart <= 8, (scene, change, apart)
        for other in scenes - {scene}:
            assert (original ^ hashes[f"{other}__orig_q90"]).bit_count() > 8

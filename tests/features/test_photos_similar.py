"""`./eco110 photos similar`: pairs as JSON lines; a bad file gets its line and stops nothing."""

import json
from itertools import combinations
from pathlib import Path

import pytest

from tests.features import scenes
from tests.infra.corpus import corpus

NEAR = ("reenc_q50", "half", "bright", "mirror", "watermark")


def lines(app, *arguments):
    done = app.test_cli_runner().invoke(args=["photos", "similar", *map(str, arguments)])
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_pair_is_written_and_a_bad_file_gets_a_clear_line(app, tmp_path):
    image, folder = scenes.scene(1), tmp_path / "photos"
    folder.mkdir()
    for name, content in {
        "a.jpg": scenes.written(image), "b.jpg": scenes.written(image),
        "c.jpg": scenes.written(scenes.CHANGES["mirrored"](image, 1)),
        "d.jpg": scenes.written(scenes.scene(2)), "bad.jpg": b"no picture",
    }.items():  # fmt: skip
        (folder / name).write_bytes(content)
    found = lines(app, folder, folder / "absent.jpg", "--lang", "en")
    bad = {Path(line["a"]).name: line for line in found if line["b"] is None}
    assert {name: line["reason"] for name, line in bad.items()} == {
        "bad.jpg": "photo_not_a_picture", "absent.jpg": "photo_missing",
    }  # fmt: skip
    assert all(line["message"] and line["same"] is False for line in bad.values())
    pairs = {(Path(line["a"]).stem, Path(line["b"]).stem): line for line in found if line["b"]}
    assert set(pairs) == set(combinations("abcd", 2))
    assert {pair for pair, line in pairs.items() if line["same"]} == set(combinations("abc", 2))
    assert pairs["a", "b"] | {"a": "", "b": ""} == {"a": "", "b": "", "distance": 0, "same": True}


@pytest.mark.corpus
@pytest.mark.slow
def test_near_duplicates_are_one_and_other_scenes_are_not(app):
    folder = corpus("photos/near-duplicates")
    same = {
        tuple(sorted((Path(line["a"]).stem, Path(line["b"]).stem))): line["same"]
        for line in lines(app, folder)
    }
    for scene in {path.stem.partition("__")[0] for path in folder.glob("*.jpg")}:
        for change in NEAR:
            pair = tuple(sorted((f"{scene}__orig_q90", f"{scene}__{change}")))
            assert same[pair], pair
    other = [pair for pair in same if len({name.partition("__")[0] for name in pair}) == 2]
    assert not [pair for pair in other if same[pair]]

"""What is one picture and what is not: changes that fraudsters make, second photos of a scene."""

from functools import cache
from itertools import combinations

import numpy as np
import pytest
from PIL import Image, ImageOps

from app.media import likeness, prints
from tests.features import scenes

SEEDS = range(20)


def of(image):
    return tuple(likeness.read(told) for told in prints.of_picture(image))


@cache
def original(seed):
    return of(scenes.scene(seed))


def is_same(ones, others):
    laid = likeness.compare(ones, others)
    return laid is not None and laid.same


@pytest.mark.parametrize("change", scenes.CHANGES)
def test_a_changed_copy_is_found(change):
    make = scenes.CHANGES[change]
    found = [is_same(original(seed), of(make(scenes.scene(seed), seed))) for seed in SEEDS]
    assert sum(found) >= 0.95 * len(found)


def test_photos_of_different_scenes_are_never_one():
    assert not [pair for pair in combinations(SEEDS, 2) if is_same(*map(original, pair))]


def test_a_second_photo_of_the_scene_is_another_photo():
    found = []
    for seed in SEEDS:
        image = scenes.scene(seed)
        first = of(scenes.seen_first(image))
        again = (scenes.saved(scenes.seen_again(image, seed * 10 + n)) for n in range(5))
        found += [is_same(first, of(second)) for second in again]
    assert sum(found) <= 0.01 * len(found)


def test_a_view_moved_by_three_percent_is_another_photo():
    """Nearly the same place a moment later: much like a copy, and no copy."""
    found = []
    for seed in SEEDS:
        image = scenes.scene(seed)
        for direction in ((1, 0), (-1, 0), (0, 1), (1, 1)):
            first, second = scenes.moved(image, 0.03, direction)
            found.append(is_same(of(first), of(second)))
    assert sum(found) <= 0.01 * len(found)


@pytest.mark.parametrize("direction", [(1, 0), (0, -1)])
def test_two_copies_cut_on_opposite_sides_are_still_one(direction):
    found = [is_same(*map(of, scenes.moved(scenes.scene(seed), 0.02, direction))) for seed in SEEDS]
    assert sum(found) >= 0.95 * len(found)


def test_how_two_pictures_lie_is_told_by_side():
    image = scenes.scene(3)
    width, height = image.size
    part = image.crop((round(width * 0.02), 0, width, round(height * 0.97)))
    laid = likeness.compare(original(3), of(part))
    assert laid.left == pytest.approx(0.02, abs=0.006)
    assert laid.bottom == pytest.approx(0.03, abs=0.006)
    assert abs(laid.right) < 0.006 > abs(laid.top)
    back = likeness.compare(of(part), original(3))
    assert back.left == pytest.approx(-0.02, abs=0.006)


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_pair_reads_the_same_from_either_side(mirrored):
    part = scenes.scene(3).crop((16, 0, 640, 470))
    later = of(ImageOps.mirror(part) if mirrored else part)
    one = likeness.compare(original(3), later)
    other = likeness.other_way(likeness.compare(later, original(3)))
    wanted = [one.left, one.right, one.top, one.bottom]
    assert [other.left, other.right, other.top, other.bottom] == pytest.approx(wanted, abs=0.006)
    assert max(wanted) == pytest.approx(0.025, abs=0.006)


def test_a_mirrored_picture_is_told_as_mirrored():
    laid = likeness.compare(original(4), of(ImageOps.mirror(scenes.scene(4))))
    assert (laid.mirrored, laid.same) == (True, True)
    assert not likeness.compare(original(4), original(4)).mirrored


def test_the_print_of_a_mirrored_picture_is_computed_from_the_prints():
    one, turned = original(5)[0].mirrored(), of(ImageOps.mirror(scenes.scene(5)))[0]
    assert (one.dhash ^ turned.dhash).bit_count() <= 8  # points of one grey answer no both times
    assert (one.phash ^ turned.phash).bit_count() <= 1
    assert one.mirrored() == original(5)[0]


@pytest.mark.parametrize("grey", [0, 40, 128, 255])
def test_blank_pictures_are_never_alike(grey):
    blank = of(Image.new("RGB", (640, 480), (grey, grey, grey)))
    assert not blank[0].telling
    assert likeness.compare(blank, blank) is None


def test_a_frame_is_found_and_a_picture_without_one_is_left_whole():
    assert len(of(scenes.screenshot(scenes.scene(6)))) == 2
    assert all(len(original(seed)) == 1 for seed in SEEDS)
    grey = scenes.screenshot(scenes.scene(6)).convert("L").resize((320, 640))
    left, top, right, bottom = prints.inside(grey)
    assert (left, right) == (0, 320)
    assert top == pytest.approx(640 * 450 / 1440, abs=2)
    assert bottom == pytest.approx(640 * 990 / 1440, abs=2)


@pytest.mark.parametrize(
    "told",
    [
        {"dhash": "0" * 16, "phash": "0" * 16, "grey": "00" * 1023},
        {"dhash": "x", "phash": "0" * 16, "grey": "00" * 1024},
        {"dhash": "0", "phash": "0", "grey": "zz"},
        {"dhash": "0" * 16, "grey": "00" * 1024},
    ],
)
def test_a_print_that_the_child_cannot_have_made_is_refused(told):
    with pytest.raises((ValueError, KeyError)):
        likeness.read(told)


def test_the_sieve_ranks_the_likeliest_first():
    rows = np.stack([np.frombuffer(original(seed)[0].grey, np.uint8) for seed in range(5)])
    assert likeness.agreement(original(3)[0].grey, rows).argmax() == 3

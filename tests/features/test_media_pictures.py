"""Real decoding of drawn pictures: upright, clean, in the right colours, claims read."""

import json
import random
import shutil
import subprocess
from io import BytesIO

import pytest
from PIL import Image, ImageOps
from PIL.TiffImagePlugin import IFDRational

from app.media import decoding
from app.media.decoding import decode
from app.media.rules import Caps, PhotoKind, claimed_place
from app.media.rules_whole import is_cut_off, scan_of, tail_is_cut
from tests.features import media_pictures as pictures

# Pillow warns of broken metadata; the decoder's own process is told not to.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")

KINDS = ("JPEG", "PNG", "WEBP", "HEIC")
MARKERS = (
    b"Exif",
    b"ICC_PROFILE",
    b"http://ns.adobe",
    b"CANARY",
    b"canary",
    b"Photoshop",
    b"MPF\0",
)


def taken(content, kind=PhotoKind.JPEG):
    facts, copies = decode(BytesIO(content), PhotoKind(kind), Caps())
    assert "code" not in facts, facts
    return facts, [Image.open(BytesIO(copy)) for copy in copies], copies


def refused(content, kind=PhotoKind.JPEG):
    return decode(BytesIO(content), PhotoKind(kind), Caps())[0].get("code")


def segments(content):
    """Name the markers of a JPEG up to its data, and what follows its end."""
    found, at = [], 2
    while content[at + 1] != 0xDA:
        found.append(content[at + 1])
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return found, content[content.rindex(b"\xff\xd9") + 2 :]


def assert_clean(copy):
    """Read the bytes ourselves: only what a picture needs, and JFIF's own empty header."""
    markers, tail = segments(copy)
    assert set(markers) <= {0xE0, 0xDB, 0xC0, 0xC4}
    assert markers.count(0xE0) == 1
    assert copy[6:11] == b"JFIF\0"
    assert copy[18:20] == b"\0\0"  # no thumbnail
    assert tail == b""
    assert not [marker for marker in MARKERS if marker in copy]


def metadata(folder, copy):
    """Ask an independent reader what a copy tells beside its picture."""
    path = folder / "copy.jpg"
    path.write_bytes(copy)
    made = subprocess.run(
        ["exiftool", "-json", "-G", "-a", str(path)], capture_output=True, check=True
    )
    (told,) = json.loads(made.stdout)
    groups = {name.partition(":")[0] for name in told} - {"SourceFile"}
    return groups - {"File", "ExifTool", "Composite", "JFIF"}, told.get("File:Comment")


@pytest.mark.parametrize("kind", KINDS)
def test_copies_carry_no_metadata_of_any_kind(kind, tmp_path):
    facts, opened, copies = taken(pictures.loaded(kind), kind)
    assert facts["format"] == kind
    for image, copy in zip(opened, copies, strict=True):
        assert_clean(copy)
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        if shutil.which("exiftool"):
            assert metadata(tmp_path, copy) == (set(), None)


@pytest.mark.parametrize("kind", KINDS)
def test_claims_are_read_from_every_format(kind):
    facts, _, _ = taken(pictures.loaded(kind), kind)
    assert facts["taken"] == "2026:04:30 09:08:07"
    assert facts["offset"] == "+08:00"
    assert facts["lng"] == pytest.approx(121.43)
    assert facts["lat"] == pytest.approx(29.29)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_copies_stand_upright(kind, orientation):
    upright = pictures.scene((600, 400))
    back = {5: 5, 6: 8, 7: 7, 8: 6}.get(orientation, orientation)
    turned = upright.transpose(decoding.TURNS[back]) if back in decoding.TURNS else upright
    content = pictures.written(turned, kind, exif=pictures.exif(orientation), quality=95)
    facts, (large, small), _ = taken(content, kind)
    assert (facts["width"], facts["height"]) == turned.size
    assert large.size == (600, 400)
    assert small.size == (320, 213)
    red, _, blue = large.resize((6, 4), Image.Resampling.BOX).getpixel((0, 0))
    assert red > 180
    assert blue < 90
    straight, _, _ = taken(pictures.written(upright, kind, quality=95), kind)
    assert (int(facts["dhash"], 16) ^ int(straight["dhash"], 16)).bit_count() <= 3


def test_the_aspect_true_draft_really_reduces(monkeypatch):
    sizes = []
    load = decoding.JpegImageFile.load

    def spy(image):
        sizes.append(image.size)
        return load(image)

    monkeypatch.setattr(decoding.JpegImageFile, "load", spy)
    taken(pictures.jpeg((4000, 3000)))
    assert sizes[0] == (2000, 1500)
    sizes.clear()
    taken(pictures.jpeg((3000, 4000)))
    assert sizes[0] == (1500, 2000)


def test_sizes_and_shapes():
    for size, large, small in (
        ((4000, 3000), (1600, 1200), (320, 240)),
        ((900, 12_000), (120, 1600), (24, 320)),
        ((1, 1), (1, 1), (1, 1)),
        ((100, 80), (100, 80), (100, 80)),
    ):
        _, images, _ = taken(pictures.jpeg(size))
        assert [image.size for image in images] == [large, small]


@pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "P", "1", "I;16"])
def test_every_mode_of_a_png_becomes_a_plain_picture(mode):
    image = pictures.scene((200, 100), mode="L") if "I" in mode else pictures.scene((200, 100))
    if mode == "I;16":
        image = image.convert("I").point(lambda value: value * 257).convert("I;16")
    else:
        image = image.convert(mode)
    grey = ImageOps.grayscale(pictures.scene((200, 100)))
    _, (large, _), _ = taken(pictures.written(image, "PNG"), "PNG")
    assert large.mode == "RGB"
    told = large.convert("L").resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    assert abs(told - grey.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))) < 25


def test_clear_parts_become_white():
    image = pictures.scene((200, 100)).convert("RGBA")
    image.putalpha(0)
    for kind in ("PNG", "WEBP"):
        _, (large, small), _ = taken(pictures.written(image, kind), kind)
        assert large.getextrema() == ((255, 255),) * 3
        assert small.getextrema() == ((255, 255),) * 3
    palette = pictures.scene((200, 100)).convert("P")
    content = pictures.written(palette, "PNG", transparency=bytes(256))
    _, (large, _), _ = taken(content, "PNG")
    assert large.getextrema() == ((255, 255),) * 3


def test_cmyk_becomes_rgb():
    content = pictures.written(Image.new("CMYK", (64, 64), (0, 255, 255, 0)), "JPEG")
    _, (large, _), _ = taken(content)
    red, green, blue = large.getpixel((30, 30))
    assert red > 200
    assert green < 60
    assert blue < 60


def test_another_colour_space_is_converted_and_a_broken_one_does_no_harm():
    srgb = pictures.profile()
    swapped = srgb.replace(b"rXYZ", b"tXYZ").replace(b"bXYZ", b"rXYZ").replace(b"tXYZ", b"bXYZ")
    swapped = swapped.replace(b"\0s\0R\0G\0B", b"\0o\0t\0h\0e")
    red = Image.new("RGB", (64, 64), (250, 0, 0))
    for profile, wanted in (
        (srgb, (250, 0, 0)),
        (swapped, (0, 0, 250)),
        (b"nonsense", (250, 0, 0)),
    ):
        _, (large, _), _ = taken(pictures.written(red, "PNG", icc_profile=profile), "PNG")
        got = large.getpixel((30, 30))
        assert all(abs(one - other) < 8 for one, other in zip(got, wanted, strict=True)), profile


@pytest.mark.parametrize("kind", KINDS)
def test_a_cut_off_photo_is_never_shown_as_whole(kind):
    content = pictures.heic() if kind == "HEIC" else pictures.written(pictures.scene(), kind)
    rng = random.Random(kind)
    assert refused(content, kind) is None
    for offset in [rng.randrange(12, len(content) - 16) for _ in range(10)]:
        assert refused(content[:offset], kind) == "photo_cut_off", offset


def test_a_cut_tail_is_flagged():
    first, second = pictures.jpeg(), pictures.jpeg(seed=2)
    facts, _, _ = taken(first + second)
    assert facts["flags"] == []
    facts, _, _ = taken(first + second[:-700])
    assert facts["flags"] == ["cut_tail"]
    film = b"\0\0\0\x10ftypmp42\0\0\0\0" + b"\0\0\0\x20mdat" + bytes(24)
    assert not tail_is_cut(BytesIO(first + film))
    assert tail_is_cut(BytesIO(first + film[:-4]))
    assert not tail_is_cut(BytesIO(first + b"SEFHsomething of the maker's"))


def test_the_scan_knows_what_can_be_decoded_small():
    assert scan_of(BytesIO(pictures.jpeg())).baseline
    assert not scan_of(BytesIO(pictures.jpeg(progressive=True))).baseline
    assert scan_of(BytesIO(pictures.jpeg()[:200])) is None


def test_structures_of_nonsense_never_raise():
    rng = random.Random(3)
    whole = {kind: pictures.loaded(kind) for kind in KINDS}
    for kind, content in whole.items():
        for _ in range(40):
            broken = bytearray(content)
            for _ in range(8):
                broken[rng.randrange(len(broken))] = rng.randrange(256)
            is_cut_off(PhotoKind(kind), BytesIO(bytes(broken)))
            facts, copies = decode(BytesIO(bytes(broken)), PhotoKind(kind), Caps())
            assert facts.get("code", "photo_").startswith("photo_")
            assert bool(copies) == ("code" not in facts)


def exif_with(pointer_tag, pointer):
    """Make a JPEG whose EXIF block points where it should not."""
    entry = pointer_tag.to_bytes(2, "big") + b"\0\4\0\0\0\1" + pointer.to_bytes(4, "big")
    block = b"Exif\0\0MM\0*\0\0\0\x08\0\x01" + entry + b"\0\0\0\x08"
    plain = pictures.jpeg()
    return plain[:2] + b"\xff\xe1" + (len(block) + 2).to_bytes(2, "big") + block + plain[2:]


@pytest.mark.parametrize(
    "content",
    [
        exif_with(0x8825, 8),
        exif_with(0x8769, 8),
        exif_with(0x8825, 0xFFFFFFF0),
        pictures.jpeg(exif=pictures.exif(orientation=99)),
        pictures.jpeg(exif=b"Exif\0\0MM\0*\xff\xff\xff\xff"),
        pictures.jpeg(
            exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\x88\x25\0\2\xff\xff\xff\xff" * 9
        ),
    ],
)
def test_a_hostile_exif_block_costs_only_its_claims(content):
    facts, (large, _), _ = taken(content)
    assert large.size == (640, 480)
    assert facts.get("lng") in (None, 121.43)


def test_a_zero_denominator_is_no_number_and_no_harm():
    nothing = IFDRational(1, 0)
    bad = pictures.exif(place=(nothing, 17, 24.0, 121, nothing, 48.0))
    facts, _, _ = taken(pictures.jpeg(exif=bad))
    assert claimed_place(facts["lng"], facts["lat"]).flag == "place_invalid"


@pytest.mark.parametrize("quality", [40, 60, 95])
@pytest.mark.parametrize("scale", [0.25, 0.5, 1])
def test_a_dhash_survives_recompression_and_resizing(quality, scale):
    image = pictures.scene((1200, 900), seed=5)
    original, _, _ = taken(pictures.written(image, quality=92))
    smaller = image.resize((round(1200 * scale), round(900 * scale)))
    again, _, _ = taken(pictures.written(smaller, quality=quality))
    assert (int(original["dhash"], 16) ^ int(again["dhash"], 16)).bit_count() <= 8

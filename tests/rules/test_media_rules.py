"""What may be taken in, by content and by header; what a file's claims are worth."""

import random
from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.media.reasons import REASONS, sentence
from app.media.rules import (
    Caps,
    PhotoKind,
    Unfit,
    claimed_place,
    claimed_time,
    fit,
    sniff,
)

CHINA = timezone(timedelta(hours=8))
NOW = datetime(2026, 5, 1, 10, tzinfo=CHINA)


def naive(*parts):
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)


def ftyp(major: bytes, *others: bytes) -> bytes:
    body = b"ftyp" + major + b"\0\0\0\0" + b"".join(others)
    return (len(body) + 4).to_bytes(4, "big") + body


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe0\0\x10JFIF", PhotoKind.JPEG),
        (b"\xff\xd8\xff\xdb", PhotoKind.JPEG),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", PhotoKind.PNG),
        (b"RIFF\x24\0\0\0WEBPVP8 ", PhotoKind.WEBP),
        (ftyp(b"heic", b"mif1", b"heic"), PhotoKind.HEIC),
        (ftyp(b"heix", b"mif1"), PhotoKind.HEIC),
        (ftyp(b"mif1", b"mif1", b"heic"), PhotoKind.HEIC),
        (ftyp(b"mif1", b"mif1"), PhotoKind.HEIC),
        (ftyp(b"mif1", b"avif", b"heic"), PhotoKind.HEIC),
    ],
)
def test_allowed_kinds_are_known_by_their_first_bytes(head, kind):
    assert sniff(head) is kind


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (b"", "photo_empty"),
        (b"\xff", "photo_cut_off"),
        (b"\xff\xd8", "photo_cut_off"),
        (b"\x89PNG", "photo_cut_off"),
        (b"GIF89a", "photo_is_gif"),
        (b"II*\0\x08\0\0\0", "photo_is_tiff"),
        (b"MM\0*\0\0\0\x08", "photo_is_tiff"),
        (b"%PDF-1.7", "photo_is_pdf"),
        (b"BM\x36\0\0\0\0\0\0\0", "photo_is_bmp"),
        (b"BMW is a make of car", "photo_not_a_picture"),
        (b"PK\x03\x04", "photo_is_archive"),
        (b"\x1f\x8b\x08", "photo_is_archive"),
        (b"\x1aE\xdf\xa3", "photo_is_video"),
        (b"RIFF\0\0\0\0AVI LIST", "photo_is_video"),
        (b"\0\0\0\x0cJXL \r\n", "photo_is_jxl"),
        (b"\xff\x0a\0\0", "photo_is_jxl"),
        (b"\0\0\0\x0cjP  \r\n", "photo_is_jp2"),
        (ftyp(b"avif", b"mif1", b"miaf"), "photo_is_avif"),
        (ftyp(b"avis"), "photo_is_avif"),
        (ftyp(b"mif1", b"avif", b"miaf"), "photo_is_avif"),
        (ftyp(b"isom", b"mp42"), "photo_is_video"),
        (ftyp(b"qt  "), "photo_is_video"),
        (b"<?xml version='1.0'?>\n<SVG xmlns='x'>", "photo_is_svg"),
        (b"  <svg><script>alert(1)</script></svg>", "photo_is_svg"),
        (b"<html><body onload=alert(1)>", "photo_not_a_picture"),
        (b"%!PS-Adobe-3.0 EPSF", "photo_not_a_picture"),
        (b"MZ\x90\0", "photo_not_a_picture"),
        (b"\x7fELF", "photo_not_a_picture"),
        (b"8BPS\0\1", "photo_not_a_picture"),
        (b"hello", "photo_not_a_picture"),
    ],
)
def test_everything_else_is_refused_with_its_own_reason(head, code):
    assert sniff(head) == Unfit(code=code)


def test_sniffing_random_bytes_never_raises():
    rng = random.Random(7)
    for _ in range(3000):
        head = rng.randbytes(rng.randrange(40))
        if rng.random() < 0.3:
            head = head[:4] + b"ftyp" + head[4:]
        found = sniff(head)
        assert isinstance(found, PhotoKind) or found.code in REASONS


@pytest.mark.parametrize(
    ("kind", "size", "baseline", "code"),
    [
        (PhotoKind.JPEG, (12032, 9024), True, None),
        (PhotoKind.JPEG, (12000, 10000), True, None),
        (PhotoKind.JPEG, (12001, 10000), True, "photo_too_many_pixels"),
        (PhotoKind.JPEG, (10000, 5000), False, None),
        (PhotoKind.JPEG, (10001, 5000), False, "photo_too_many_pixels"),
        (PhotoKind.JPEG, (20000, 1), True, None),
        (PhotoKind.JPEG, (20001, 1), True, "photo_too_long"),
        (PhotoKind.JPEG, (65535, 65535), True, "photo_too_long"),
        (PhotoKind.HEIC, (8000, 6000), False, None),
        (PhotoKind.HEIC, (8000, 6251), False, "photo_too_many_pixels"),
        (PhotoKind.PNG, (6000, 5000), False, None),
        (PhotoKind.PNG, (6000, 5001), False, "photo_too_many_pixels"),
        (PhotoKind.PNG, (30000, 30000), False, "photo_too_long"),
        (PhotoKind.PNG, (13300, 13300), False, "photo_too_many_pixels"),
        (PhotoKind.WEBP, (6000, 5001), False, "photo_too_many_pixels"),
    ],
)
def test_caps_hold_to_the_pixel(kind, size, baseline, code):
    unfit = Caps().over(kind, size, baseline=baseline)
    assert (unfit.code if unfit else None) == code
    if unfit:
        assert "%" not in sentence(unfit.code, dict(unfit.facts))


@pytest.mark.parametrize(
    ("size", "edge", "wanted"),
    [
        ((4000, 3000), 1600, (1600, 1200)),
        ((3000, 4000), 1600, (1200, 1600)),
        ((640, 480), 1600, (640, 480)),
        ((12000, 1), 320, (320, 1)),
        ((1, 1), 320, (1, 1)),
    ],
)
def test_a_copy_keeps_the_shape_and_is_never_larger(size, edge, wanted):
    assert fit(size, edge) == wanted


@pytest.mark.parametrize(
    ("text", "offset", "at", "flag"),
    [
        (None, None, None, None),
        ("", None, None, None),
        ("    :  :     :  :  ", None, None, None),
        ("2026:04:30 09:08:07", None, naive(2026, 4, 30, 9, 8, 7), None),
        ("2026-04-30T09:08:07", None, naive(2026, 4, 30, 9, 8, 7), None),
        (
            "2026:04:30 09:08:07", "+09:00",
            datetime(2026, 4, 30, 9, 8, 7, tzinfo=timezone(timedelta(hours=9))), None,
        ),
        ("2026:04:30 09:08:07", "nonsense", naive(2026, 4, 30, 9, 8, 7), None),
        ("2026:04:30 09:08:07", "+99:99", naive(2026, 4, 30, 9, 8, 7), None),
        ("0000:00:00 00:00:00", None, None, "taken_invalid"),
        ("2026:02:30 09:08:07", None, None, "taken_invalid"),
        ("2026:13:01 09:08:07", None, None, "taken_invalid"),
        ("2026:04:30 24:00:00", None, None, "taken_invalid"),
        ("1970:01:01 00:00:00", None, None, "taken_invalid"),
        ("yesterday", None, None, "taken_invalid"),
        ("<script>alert(1)</script>", None, None, "taken_invalid"),
        ("2099:01:01 00:00:00", None, None, "taken_in_future"),
        ("9999:12:31 23:59:59", "-14:00", None, "taken_in_future"),
        ("2026:05:01 23:00:00", None, naive(2026, 5, 1, 23), None),
    ],
)  # fmt: skip
def test_a_claimed_time_is_read_or_flagged_and_never_harms(text, offset, at, flag):
    taken = claimed_time(text, offset, now=NOW)
    assert (taken.at, taken.flag) == (at, flag)
    assert taken.at is None or taken.at.utcoffset() == at.utcoffset()


@pytest.mark.parametrize(
    ("lng", "lat", "wanted", "flag"),
    [
        (121.43, 29.29, (121.43, 29.29), None),
        (None, None, (None, None), None),
        (121.43, None, (None, None), "place_invalid"),
        (121.43, 95.0, (None, None), "place_invalid"),
        (181.0, 29.0, (None, None), "place_invalid"),
        (0.0, 0.0, (None, None), "place_invalid"),
        (float("nan"), 29.0, (None, None), "place_invalid"),
        (float("inf"), 29.0, (None, None), "place_invalid"),
        (116.4, 39.9, (116.4, 39.9), None),
    ],
)
def test_a_claimed_place_is_read_or_flagged(lng, lat, wanted, flag):
    place = claimed_place(lng, lat)
    assert ((place.lng, place.lat), place.flag) == (wanted, flag)


def test_every_sentence_tells_what_to_do():
    facts = dict.fromkeys(("limit", "megapixels", "side", "offset", "n"), 1)
    for code in REASONS:
        assert sentence(code, facts).endswith(".")


def test_a_moment_without_offset_is_compared_in_local_time():
    late = claimed_time("2026:05:02 09:59:00", None, now=NOW.astimezone(UTC).astimezone(CHINA))
    assert late.flag is None

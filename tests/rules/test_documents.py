"""Papers: what goes in comes out, letter by letter, whatever it looks like to typst."""

import io
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from app.documents import glyphs, pdf
from tests.infra import papers

AT = datetime(2026, 11, 23, 2, 21, 7, 250_000, tzinfo=UTC)
RARE = "甽㙍𠮷犇喆䶮溇垟壧峧龘"
HOSTILE = (
    '#import "x.typ"', "#panic()", "$ a^2 $", "*b* _c_ = d", "@cite <label>", r"\n \u{41} \#",
    "`raw` ```typ #1```", "// gone /* gone */", "~ -- --- ...", "[ ] { } ( )", '"straight" \'one\'',
    "#json(bytes(sys.inputs.data))", "{{ csrf }} {% raw %}", "http://127.0.0.1/#a",
    "- a + b / c: d",
)  # fmt: skip


def drawn(*, place="深甽镇", at=AT, **more):
    data = {
        "title": "领奖通知", "lang": "zh", "foot": "E110-000001", "lead": "经查证属实。",
        "rows": [("地点", place)], "notes": [], "closing": [], **more,
    }  # fmt: skip
    return pdf.draw("notice", data, at=at)


def test_rare_characters_are_drawn_with_glyphs_of_their_own_and_can_be_searched():
    raw = drawn(place=RARE)
    assert RARE in papers.text(raw)
    fonts = PdfReader(io.BytesIO(raw)).pages[0]["/Resources"]["/Font"]
    inner = [fonts[name]["/DescendantFonts"][0] for name in fonts]
    names = {one["/BaseFont"].partition("+")[2] for one in inner}
    assert {name.partition("-")[0] for name in names} == {"NotoSansCJKsc"}
    assert all("/FontFile3" in one["/FontDescriptor"] for one in inner)
    assert {ord(sign) for sign in RARE} <= glyphs.drawn()


def test_the_font_has_all_of_gbk_but_one_sign():
    pairs = (bytes([a, b]) for a in range(0x81, 0xFF) for b in range(0x40, 0xFF) if b != 0x7F)
    known = {pair.decode("gbk", "ignore") for pair in pairs} - {""}
    assert len(known) > 21_000
    assert {sign for sign in known if len(sign) == 1 and ord(sign) not in glyphs.drawn()} == {"≒"}


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("张\U0002a6a5", "张[U+2A6A5]"), ("好🐟", "好[U+1F41F]"), ("a\u202eb\x00c\u200d", "abc"),
        ("葛\U000e0100", "葛"), ("新\U00031350", "新[U+31350]"), ("旧\ue863", "旧[U+E863]"),
        ("一\n二", "一\n二"), ("ﬁ", "ﬁ"),
    ],
)  # fmt: skip
def test_what_the_font_lacks_is_named_and_what_has_no_mark_is_left_out(told, shown):
    assert glyphs.written(told) == shown
    assert "".join(shown.split()) in papers.text(drawn(place=told))


@pytest.mark.parametrize("words", HOSTILE)
def test_nothing_in_the_data_is_read_as_markup(words):
    assert "".join(words.split()) in papers.text(drawn(place=words, lead=words, title=words))


@pytest.mark.parametrize("words", ["宁海" * 3000, "x" * 4000, "https://" + "a/b?c=" * 500])
def test_a_long_text_runs_on_over_pages_and_is_whole(words):
    raw = drawn(place=words, foot="")
    kept = papers.text(raw)
    pages = len(PdfReader(io.BytesIO(raw)).pages)
    for number in range(1, pages + 1):
        kept = kept.replace(f"{number}/{pages}", "")
    assert words in kept


def test_no_line_leaves_the_paper():
    page = PdfReader(io.BytesIO(drawn(place="W" * 400))).pages[0]
    ends = []

    def see(words, _matrix, place, _font, _size):
        if words.strip():
            ends.append(place[4])

    page.extract_text(visitor_text=see)
    assert max(ends) < page.mediabox.width


def test_the_same_data_give_the_same_bytes_and_the_file_names_nobody():
    one, two = drawn(), drawn()
    assert one == two
    told = PdfReader(io.BytesIO(one)).metadata
    assert set(told) == {"/Title", "/Creator", "/CreationDate", "/ModDate"}
    assert told.title == "领奖通知"
    assert told.creation_date == AT.replace(microsecond=0)
    assert drawn(at=AT.replace(hour=3)) != one


def test_the_eye_of_the_tests_sees_into_packed_files():
    raw = drawn(place="张金丝雀")
    assert "张金丝雀" not in raw.decode(errors="replace")
    assert "张金丝雀" in papers.said(raw)

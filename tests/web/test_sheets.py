"""Files of tables: what a spreadsheet reads back is what was written, and never computed."""

import csv
import io
import zipfile
from xml.etree import ElementTree as ET

import pytest

from app.web.supervisor import sheet
from app.web.supervisor.sheet import LONGEST, csv_file, xlsx_file

SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SHEET = "xl/worksheets/sheet1.xml"
PLAIN = ("桥头，一号", "007", "1e5", "true", "2026-11-23", "http://127.0.0.1/", "mailto:a", " a ",
         "<b>&\"'", "two\nlines", "😀𝄞", "_x0041_", "#REF!")  # fmt: skip
FORMULAS = ("=1+1", "@x", "-5 天", "＝1", " =1")


def parts(answer):
    with zipfile.ZipFile(io.BytesIO(answer.data)) as file:
        assert file.testzip() is None
        return {name: file.read(name) for name in file.namelist()}


def cells(answer, name=SHEET):
    """Read the texts of a sheet by row and column letter, by the format's own rules."""
    root = ET.fromstring(parts(answer)[name])
    return [
        {cell.get("r").rstrip("0123456789"): text(cell) for cell in row}
        for row in root.iter(f"{SPACE}row")
    ]


def text(cell):
    assert cell.get("t") == "inlineStr"
    assert [child.tag for child in cell] == [f"{SPACE}is"]
    return "".join(node.text or "" for node in cell.iter(f"{SPACE}t"))


def one(cell):
    return cells(xlsx_file([["h", "k"], [cell, "z"]], "x"))[1]


@pytest.mark.parametrize("cell", PLAIN)
def test_a_text_comes_back_as_it_was(cell):
    written = cell.replace("_x0041_", "_x005F_x0041_")  # the format's way to say: no escape
    assert one(cell) == {"A": written, "B": "z"}


@pytest.mark.parametrize("cell", FORMULAS)
def test_a_formula_comes_back_as_a_text(cell):
    assert one(cell)["A"] == f"'{cell}"


@pytest.mark.parametrize("cell", ["a\x00b", "a\x01b", "a\x1b[0m", "a\ufffe", "a\uffff", "a\ud800"])
def test_no_character_breaks_the_file(cell):
    assert one(cell)["A"].startswith("a")
    assert one(cell)["B"] == "z"
    assert csv_file([["h"], [cell]], "x").data.startswith(b"\xef\xbb\xbfh\r\na")


def test_a_text_too_long_for_a_cell_is_cut():
    assert one("长" * 40_000)["A"] == "长" * LONGEST
    assert len(one("=" * 40_000)["A"]) == LONGEST


def test_blank_cells_stay_blank_and_in_their_columns():
    assert cells(xlsx_file([["h", "k"], ["", "z"], ["y", ""]], "x"))[1:] == [{"B": "z"}, {"A": "y"}]


def test_a_table_without_rows_has_its_head():
    found = cells(xlsx_file([["number", "结果"]], "x"))
    assert [row for row in found if row] == [{"A": "number", "B": "结果"}]


def test_a_row_of_another_length_or_two_columns_of_one_name_are_errors():
    with pytest.raises(ValueError, match="argument 2"):
        xlsx_file([["h", "k"], ["1"]], "x")
    with pytest.raises(ValueError, match="two columns"):
        xlsx_file([["h", "h"], ["1", "2"]], "x")


def test_the_head_is_frozen_and_the_paper_is_a4_across():
    answer = xlsx_file(iter([["h"], ["1"]]), "arrival")
    root = ET.fromstring(parts(answer)[SHEET])
    pane, paper = (next(root.iter(f"{SPACE}{name}")) for name in ("pane", "pageSetup"))
    assert (pane.get("state"), pane.get("ySplit"), pane.get("topLeftCell")) == ("frozen", "1", "A2")
    assert (paper.get("paperSize"), paper.get("orientation")) == ("9", "landscape")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="arrival.xlsx"'


def test_no_part_of_the_file_links_or_computes():
    rows = [["h", "k"], ["http://127.0.0.1/", "=1+1"]]
    whole = b"".join(parts(xlsx_file(rows, "x")).values())
    for word in (b"<hyperlink ", b"relationships/hyperlink", b"<f>", b"<f "):
        assert word not in whole


def test_rows_are_taken_one_at_a_time():
    taken = []

    def rows():
        yield ["h"]
        for number in range(3):
            taken.append(number)
            yield [str(number)]

    assert [row["A"] for row in cells(xlsx_file(rows(), "x"))] == ["h", "0", "1", "2"]
    table = list(csv.reader(io.StringIO(csv_file(rows(), "x").data.decode("utf-8-sig"))))
    assert table == [["h"], ["0"], ["1"], ["2"]]
    assert taken == [0, 1, 2] * 2


@pytest.mark.parametrize(("count", "held"), [
    (0, [0]), (1, [1]), (2, [2]), (3, [2, 1]), (4, [2, 2]), (5, [2, 2, 1]),
])  # fmt: skip
def test_lines_without_room_go_on_upon_further_sheets_none_lost(monkeypatch, count, held):
    monkeypatch.setattr(sheet, "ROOM", 2)
    rows = iter([["h", "k"], *([str(number), "z"] for number in range(count))])
    answer = xlsx_file(rows, "x", count=count)
    names = [name for name in parts(answer) if name.startswith("xl/worksheets/")]
    found = [[row["A"] for row in cells(answer, name) if row] for name in names]
    assert [only[0] for only in found] == ["h"] * len(held)
    assert [len(only) - 1 for only in found] == held
    assert [cell for only in found for cell in only[1:]] == [str(one) for one in range(count)]


@pytest.mark.parametrize("kind", sheet.FORMATS)
def test_a_large_file_waits_on_the_disk_and_arrives_whole(monkeypatch, kind):
    def table():
        return iter([["h"], ["1"], ["二"]])

    small = sheet.as_file(kind, table(), "x", count=2)
    whole, length = small.data, small.content_length
    monkeypatch.setattr(sheet, "HELD", 1)
    large = sheet.as_file(kind, table(), "x", count=2)
    assert length == large.content_length == len(whole)
    assert len(large.data) == len(whole)
    if kind == "csv":
        assert large.data.decode("utf-8-sig") == "h\r\n1\r\n二\r\n"

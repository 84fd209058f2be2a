"""Reporting without scripts: photos, errors that keep everything, exactly one case."""

import re

import pytest
from sqlalchemy import func, select

from app.core.db import db
from app.intake.models import Draft, Report
from app.media.models import Photo
from tests.web.citizen import PLACE, WORDS, Azhen, code_of, hidden, number_of, words_of


@pytest.fixture
def azhen(client):
    return Azhen(client)


def rows(app, model):
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model))


def test_the_whole_way_with_a_photo(azhen, app):
    page = azhen.submit("smoke").text
    assert re.fullmatch(r"\d{16}", code_of(page))
    assert number_of(page)
    with app.app_context():
        report = db.session.scalars(select(Report)).one()
        photo = db.session.scalars(select(Photo)).one()
        assert (report.words, report.place_words, report.kinds) == (WORDS, PLACE, ["burning"])
        assert (photo.holder_kind, photo.holder_id) == ("report", report.id)
    assert rows(app, Draft) == 0


def test_a_photo_alone_or_words_alone_will_do(azhen, app):
    azhen.submit("smoke", words="")
    azhen.open("/report?new=1", 303)
    azhen.submit(words="味道很呛人")
    with app.app_context():
        told = db.session.scalars(select(Report.words).order_by(Report.id)).all()
    assert told == ["", "味道很呛人"]
    assert rows(app, Photo) == 1


def test_what_is_missing_is_told_and_what_is_there_is_kept(azhen):
    page = azhen.report("near", place_words="", kinds=[], words="太吵了")
    assert page.status_code == 422
    text = page.text
    assert "<title>错误：" in text
    assert 'role="alert"' in text
    assert 'href="#place_words"' in text
    assert 'href="#kinds-0"' in text
    assert 'aria-invalid="true"' in text
    assert 'aria-describedby="place_words-e"' in text
    assert "太吵了" in text
    assert "写好的字和 1 张照片都还在" in text
    assert text.count('name="drop"') == 1
    assert hidden(text, "draft") == azhen.draft


def test_a_draft_comes_back_when_the_page_is_opened_again(azhen):
    azhen.report("near", place_words="", suspect="某厂", happening="no")
    text = azhen.open("/report").text
    assert WORDS in text
    assert "某厂" in text
    assert re.search(r'value="burning" checked', text)
    assert re.search(r'name="happening"[^>]*value="no" checked', text)


def test_nothing_is_preset_about_going_on(azhen):
    text = azhen.open("/report").text
    chips = re.findall(r'<input[^>]*name="happening"[^>]*>', text)
    assert len(chips) == 3
    assert not any("checked" in chip for chip in chips)


def test_a_bad_photo_is_named_with_its_reason_and_the_report_goes_on(azhen, app):
    page = azhen.report("near", ("x.jpg", b"no picture at all" * 40), "far")
    assert page.headers["Location"] == "/report/check"
    text = words_of(azhen.open("/report/check").text)
    assert "第 2 张没有算进去" in text
    assert rows(app, Photo) == 2


def test_a_photo_can_be_taken_out(azhen, app):
    text = azhen.report("near", "far", place_words="").text
    first = re.search(r'name="drop" value="(\w+)"', text)[1]
    assert azhen.send("/report", drop=first, kinds=["burning"], words=WORDS).status_code == 303
    text = azhen.open("/report").text
    assert first not in text
    assert text.count('name="drop"') == 1
    assert WORDS in text
    assert rows(app, Photo) == 1


def test_ten_photos_are_one_too_many(azhen, app):
    page = azhen.report(*[f"p{n}" for n in range(10)], place_words="")
    assert "第 10 张没有算进去" in words_of(page.text)
    assert rows(app, Photo) == 9


def test_the_same_report_twice_is_one_case_with_one_code(azhen, app):
    first = azhen.submit("smoke").text
    again = azhen.send("/report/check", draft=azhen.draft)
    second = azhen.open(again.headers["Location"]).text
    assert code_of(first) == code_of(second)
    assert rows(app, Report) == 1


def test_a_form_that_was_sent_already_leads_to_its_receipt(azhen, app):
    azhen.submit("smoke")
    page = azhen.send("/report", kinds=["noise"], place_words="别处", words="别的事情一件")
    assert page.status_code == 409
    assert "这份举报已收到" in page.text
    assert rows(app, Report) == 1
    assert hidden(azhen.open("/report").text, "draft") != azhen.draft


@pytest.mark.parametrize(
    ("phone", "words"),
    [
        ("139 0000 123", "现在是 10 位"),
        ("", "现在是 0 位"),
        ("23900001234", "这不像手机号"),
    ],
)
def test_a_phone_number_is_checked(azhen, phone, words):
    page = azhen.report(contact_mode="phone", phone=phone, consent="y")
    assert page.status_code == 422
    assert words in page.text


def test_a_phone_number_needs_consent_that_is_not_preset(azhen):
    assert (
        "checked"
        not in re.search(r'<input[^>]*name="consent"[^>]*>', azhen.open("/report").text)[0]
    )
    page = azhen.report(contact_mode="phone", phone="13900001234")
    assert page.status_code == 422
    assert "请勾选同意保存手机号" in page.text


def test_a_phone_number_lies_nowhere_in_plain(azhen, tmp_path):
    azhen.report(contact_mode="phone", phone="139 0000 1234", consent="y", place_words="")
    assert "139 0000 1234" in azhen.page.text
    azhen.submit(contact_mode="phone", phone="139 0000 1234", consent="y")
    files = list(tmp_path.glob("test.db*"))
    assert files
    assert not any(b"13900001234" in path.read_bytes() for path in files)


def test_only_a_machine_fills_the_trap(azhen, app):
    page = azhen.report(website="http://spam.example")
    assert page.status_code == 422
    assert rows(app, Report) == 0


def test_words_may_run_to_three_thousand_characters(azhen, app):
    azhen.submit(words="字" * 2998 + "\r\n" + "尾")
    assert azhen.report(words="字" * 3001).status_code == 422


def test_without_a_token_nothing_happens(azhen, app):
    azhen.report("smoke")
    azhen.token = "wrong"
    assert azhen.send("/report/check").status_code == 400
    assert rows(app, Report) == 0


def test_the_check_page_asks_for_a_finished_form_first(client):
    assert client.get("/report/check").headers["Location"] == "/report"


def test_elder_mode_asks_one_thing_a_page(azhen, app):
    azhen.open("/report?elder=1", 303)
    azhen.open("/report/step/1")
    azhen.draft = hidden(azhen.page.text, "draft")
    assert 'class="elder"' in azhen.page.text
    assert azhen.send("/report/step/1", "smoke", go="check").headers["Location"] == "/report/step/2"
    assert azhen.send("/report/step/2", go="check", place_words="").status_code == 422
    assert azhen.send("/report/step/2", go="check", place_words=PLACE).status_code == 303
    assert azhen.send("/report/step/3", go="check", kinds=["burning"]).status_code == 303
    last = azhen.send("/report/step/4", go="check", contact_mode="anonymous")
    assert last.headers["Location"] == "/report/check"
    page = azhen.open("/report/check").text
    changes = re.findall(r'<dd class="do"><a href="([^"]+)"', page)
    assert changes == [f"/report/step/{n}" for n in (1, 2, 3, 3, 4)]
    azhen.open(azhen.send("/report/check").headers["Location"])
    assert rows(app, Report) == 1


def test_english_is_complete_on_the_form(azhen):
    text = words_of(azhen.open("/report?lang=en").text)
    assert not re.search(r"[\u4e00-\u9fff]", re.sub(r"[镇乡]|街道|\S*(街道|镇|乡)", "", text))

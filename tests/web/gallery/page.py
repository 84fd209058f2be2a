"""The sample page: a form with every kind of field, and rows for every macro."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

from flask import Flask, render_template, request
from jinja2 import ChoiceLoader, FileSystemLoader
from wtforms import (
    BooleanField,
    MultipleFileField,
    PasswordField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired

from app.core import clock
from app.core.paging import Page
from app.places.outline import Outline, Shape
from app.web import access
from app.web.clocks import clock_tag
from app.web.forms import BaseForm, picks

FOLDER = Path(__file__).resolve().parent
KINDS = picks([("burning", "垃圾焚烧"), ("noise", "噪声"), ("unsure", "说不清")])
CONTACT = picks([("anonymous", "匿名，凭查询码"), ("phone", "留手机号收短信")])


class SampleForm(BaseForm):
    place = StringField("在哪里", [InputRequired("请写地点，或点“重新定位”")])
    words = TextAreaField("补充说明", render_kw={"maxlength": "3000"})
    password = PasswordField("密码", render_kw={"autocomplete": "off"})
    kinds = SelectMultipleField("什么污染", [InputRequired("请选一样")], choices=KINDS)
    media = SelectMultipleField("看到了什么", choices=KINDS)
    contact = RadioField("怎么联系您", choices=CONTACT, default="anonymous")
    agree = BooleanField("同意用于联系")
    loud = BooleanField("正在发生")
    photos = MultipleFileField("照片")


def hang(app: Flask) -> None:
    """Serve the page at /gallery; `?err=1` with errors, `?sec=desk` in the frame of staff."""
    app._got_first_request = False
    app.add_url_rule("/gallery", "gallery", show)
    app.jinja_loader = ChoiceLoader([app.jinja_loader, FileSystemLoader(FOLDER)])


def public(monkeypatch) -> None:
    monkeypatch.setattr(access, "PUBLIC_ENDPOINTS", access.PUBLIC_ENDPOINTS | {"gallery"})


def show() -> str:
    form = SampleForm()
    if request.args.get("err"):
        form.process()
        form.validate()
    section = request.args.get("sec", "")
    base = "base_staff.html" if section else "base.html"
    return render_template("gallery.html", form=form, base=base, sec=section, **rows())


def a_clock(minutes_ago: int, minutes_left: int, state: str = "running") -> SimpleNamespace:
    now = clock.now()
    start, due = now - timedelta(minutes=minutes_ago), now + timedelta(minutes=minutes_left)
    return SimpleNamespace(
        state=state, started_at=start, due_at=due, warn_at=start + (due - start) * 0.5,
        near_at=start + (due - start) * 0.8, stopped_at=None, provisional=False,
    )  # fmt: skip


def rows() -> dict[str, object]:
    now = clock.now()
    tags = [
        clock_tag(a_clock(60, -12)),
        clock_tag(a_clock(100, 18)),
        clock_tag(a_clock(150, 110)),
        clock_tag(a_clock(10, 322)),
        clock_tag(a_clock(1, 2, "paused"), why="等举报人补充"),
    ]
    step = {"due": None, "late": ""}
    steps = [
        step | {"words": "收到", "at": now, "by": "您提交，两张照片", "look": "done"},
        step | {"words": "到场", "at": now, "by": "网格员", "due": now, "late": "超时 20 分钟",
                "look": "late"},
        step | {"words": "处置", "at": None, "by": "现在做", "due": "核查前完成", "look": "now"},
        step | {"words": "复查", "at": None, "by": "看有没有再烧", "due": now, "look": "todo"},
    ]  # fmt: skip
    page = Page(rows=[1] * 10, number=2, size=10, total=33)
    return {"tags": tags, "rows": steps, "rates": rates(), "lg": league(), "page": page,
            "view": view()}  # fmt: skip


def rates() -> list[dict[str, object]]:
    whole = {
        "name": "到勤率", "value": "93.94%", "top": 31, "bottom": 33, "words": "按时到场／应到场",
        "say": "应到场 33 件，按时 31 件，目标 95%。", "address": "/", "share": 93.94, "aim": 95,
        "bands": (80, 90), "low": 80.39, "high": 98.32, "missed": True, "few": False,
        "weeks": [88, 90, 92, None, 91, 95, 97, 93.9], "change": "低 1.06 点", "excluded": 2,
        "excluded_address": "/", "counts_first": False,
    }  # fmt: skip
    no_aim = {"aim": None, "bands": None, "low": None, "high": None, "missed": False}
    few = {"value": "75.00%", "top": 3, "bottom": 4, "share": 75, "few": True, "counts_first": True}
    nothing = {"value": "—", "top": 0, "bottom": 0, "share": None, "weeks": [None] * 8}
    return [
        whole,
        whole | no_aim | few | {"name": "执罚率", "excluded": 0},
        whole | no_aim | nothing | {"name": "满意率"},
    ]


def league() -> list[dict[str, object]]:
    row = {"address": "/", "few": False, "bad": False, "low": None, "high": None}
    return [
        row
        | {"name": "跃龙街道", "value": "98.50", "share": 98.5, "low": 92, "high": 99.6, "n": 66},
        row | {"name": "强蛟镇", "value": "83.33", "share": 83.3, "n": 12, "bad": True},
        row | {"name": "胡陈乡", "value": "66.67", "share": 66.7, "n": 3, "few": True},
    ]


def view() -> Outline:
    cells = ("M10 10L140 20L130 120L20 110z", "M140 20L280 30L270 130L130 120z")
    shapes = tuple(
        Shape(code=str(n), name=f"第{n}网格", path=path, x=70 + 130 * n, y=60, here=bool(n))
        for n, path in enumerate(cells)
    )
    return Outline(
        view_box="0 0 300 140", width=300, height=140, shapes=shapes, west=121.4, north=29.3,
        squeeze=0.87, approximate=True,
    )  # fmt: skip

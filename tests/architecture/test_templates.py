"""Every template compiles, is used, and holds nothing that the page's policy would refuse."""

import ast
import re

import pytest
from jinja2 import meta

from tests.architecture.code import ROOT, modules

FOLDER = ROOT / "templates"
IN_THE_PAGE = {
    "a style attribute": r"\sstyle\s*=",
    "an inline handler": r"\son[a-z]+\s*=",
    "hx-on": r"\bhx-on\b",
    "a style element": r"<style\b",
    "an inline script": r"<script\b(?![^>]*\bsrc\s*=)",
    "words inside a script element": r"<script\b[^>]*>\s*[^<\s]",
    "a script address": r"javascript:",
}
IN_THE_TEMPLATE = {
    "unescaped output": r"\|\s*safe\b",
    "escaping switched off": r"autoescape\s+false",
}
SUFFIXES = {".html", ".txt", ".xml", ".svg", ".json", ".js", ".typ"}


def names() -> list[str]:
    return sorted(
        path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()
    )


def source(name: str) -> str:
    """Read a template without its comments."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    return re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)


def sins(text: str) -> list[str]:
    """Name what a text holds that it must not; the page is what stands outside the tags."""
    page = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "_", text, flags=re.DOTALL)
    looks = [(IN_THE_PAGE, page), (IN_THE_TEMPLATE, text)]
    return [
        what
        for forms, where in looks
        for what, form in forms.items()
        if re.search(form, where, re.IGNORECASE)
    ]


def pattern(node: ast.expr | ast.JoinedStr) -> str | None:
    """Return what template names a string in the program may stand for, as a pattern."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.escape(node.value)
    if isinstance(node, ast.JoinedStr):
        parts = [pattern(part) if isinstance(part, ast.Constant) else ".+" for part in node.values]
        return "".join(part or "" for part in parts)
    return None


def named_in_the_program() -> list[str]:
    found = (pattern(node) for module in modules() for node in ast.walk(module.tree))
    return [text for text in found if text and text.endswith(tuple(re.escape(s) for s in SUFFIXES))]


@pytest.mark.parametrize("name", names())
def test_it_holds_nothing_inline(name):
    assert not sins(source(name))


def test_all_compile(app):
    assert [app.jinja_env.get_template(name).name for name in names()] == list(names())


def test_all_are_used(app):
    patterns = [re.compile(text) for text in set(named_in_the_program())]
    referred = set()
    for name in names():
        tree = app.jinja_env.parse(source(name))
        referred |= {other for other in meta.find_referenced_templates(tree) if other}
    unused = [
        name
        for name in names()
        if name not in referred and not any(form.fullmatch(name) for form in patterns)
    ]
    assert not unused


def test_all_referred_exist(app):
    missing = [
        f"{name} -> {other}"
        for name in names()
        for other in meta.find_referenced_templates(app.jinja_env.parse(source(name)))
        if other and not (FOLDER / other).is_file()
    ]
    assert not missing


def test_every_address_is_of_a_route(app):
    """A wrong endpoint would show only when that branch of the page is drawn."""
    known = {rule.endpoint for rule in app.url_map.iter_rules()}
    wrong = [
        f"{name}: {endpoint}"
        for name in names()
        for endpoint in re.findall(r"url_for\(\s*['\"]([^'\"]+)['\"]", source(name))
        if endpoint not in known
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('<p style="color:red">', "a style attribute"),
        ('<a onclick="go()">', "an inline handler"),
        ("<style>p{}</style>", "a style element"),
        ("<script>go()</script>", "an inline script"),
        ('<script src="/x.js">go()</script>', "words inside a script element"),
        ('<p hx-on:click="go()">', "hx-on"),
        ("{{ words|safe }}", "unescaped output"),
        ("{% autoescape false %}", "escaping switched off"),
        ('<a href="javascript:go()">', "a script address"),
    ],
)
def test_the_scan_finds(text, what):
    assert what in sins(text)


def test_the_scan_lets_a_clean_text_pass():
    assert not sins("{% macro f(only=None, on=1) %}<p class=\"{{ 'a' if on }}\">onward</p>")

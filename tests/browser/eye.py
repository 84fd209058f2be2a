"""What is looked at on a page: axe, width, words of the other language; each look once."""

import json
import re
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page

from tests.infra.browser import accessibility, scrolls_sideways, shot

WIDTHS = (320, 360, 768, 1280)
HAN = re.compile(r"[\u3400-\u9fff]+")
LATIN = re.compile(r"[A-Za-z]{3,}")
CODES = re.compile(
    r"E110-\w+|V-\w{5}-\w+|DEMO-\d|(?<![0-9A-Za-z])[0-9a-f]{4,}(?![0-9A-Za-z])|\S+\.(?:md|json|zip)|[\w-]+=\S+"
    r"|\b(?:case|staff):\S+"
)
KNOWN = frozenset(
    "WCAG chinesecalendar date kind holiday makeup "  # the last four: columns of a file
    "eco GPS PDF CSV Excel JPEG PNG WebP HEIC SHA SQLite GeoJSON JSON WGS html Ctrl QR SMS".split()
)
WORDS = """() => {
  const root = document.documentElement, found = [document.title];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const own = node => node.closest('[lang]') === root
    && !node.closest('script,style,noscript,template,textarea,.mono,.long');
  while (walk.nextNode()) {
    const words = walk.currentNode.nodeValue.trim();
    if (words && own(walk.currentNode.parentElement)) found.push(words);
  }
  for (const name of ['aria-label', 'alt', 'placeholder', 'title'])
    for (const node of document.querySelectorAll('[' + name + ']'))
      if (own(node)) found.push(node.getAttribute(name));
  return found;
}"""


def stored(database: Path) -> str:
    """Return everything that the database says, so that a page's own words stand out."""
    lines: list[str] = []
    with sqlite3.connect(database) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in names:
            for row in connection.execute(f'SELECT * FROM "{name}"'):
                lines += [_plain(cell) for cell in row if isinstance(cell, str)]
    return "\n".join(lines)


def _plain(cell: str) -> str:
    if not cell.startswith(("{", "[")):
        return cell
    try:
        return json.dumps(json.loads(cell), ensure_ascii=False)
    except ValueError:
        return cell


OF_WORDS = (
    "aria-command-name", "aria-input-field-name", "aria-toggle-field-name", "button-name",
    "document-title", "frame-title", "html-has-lang", "html-lang-valid", "image-alt",
    "input-button-name", "label", "label-content-name-mismatch", "label-title-only", "link-name",
    "region", "select-name", "summary-name", "svg-img-alt", "valid-lang",
)  # fmt: skip
"""Rules of axe whose answer depends on what is written."""


@dataclass
class Eye:
    """Looks at pages and writes down what is wrong."""

    data: str
    english: bool
    names: dict[str, str]
    """What a number or a random part of an address is called in the names of pictures."""
    faults: list[str] = field(default_factory=list)

    def look(self, page: Page, address: str, who: str, widths: tuple[int, ...] = WIDTHS) -> None:
        """Examine the page that is open: in Chinese also its look, by day and by night.

        Both languages have the same elements in the same colours: English asks for its words alone.
        """
        where = f"{address} as {who}"
        rules = OF_WORDS if self.english else ()
        self.faults += [f"{where}: {found}" for found in accessibility(page, rules=rules)]
        self._widths(page, where, widths)
        self._language(page, where)
        if self.english:
            return
        page.emulate_media(color_scheme="dark")
        dark = accessibility(page, rules=("color-contrast", "link-in-text-block"))
        self.faults += [f"{where}, dark: {found}" for found in dark]
        page.emulate_media(color_scheme="light")
        for number, name in self.names.items():
            address = address.replace(number, name)
        name = re.sub(r"\W+", "-", f"{address}-{who}").strip("-")
        shot(page, f"every-{name}")

    def _widths(self, page: Page, where: str, widths: tuple[int, ...]) -> None:
        size = page.viewport_size
        for width in sorted(widths, key=lambda width: width == size["width"]):  # its own last
            page.set_viewport_size({"width": width, "height": 640 if width < 700 else 800})
            if wider := scrolls_sideways(page):
                self.faults.append(f"{where}: scrolls sideways at {width} px: {wider}")
        if page.viewport_size != size:
            page.set_viewport_size(size)

    def _language(self, page: Page, where: str) -> None:
        for words in page.evaluate(WORDS):
            strange = self._han(words) if self.english else self._latin(words)
            if strange:
                self.faults.append(f"{where}: not translated: {strange} in {words[:120]!r}")

    def _han(self, words: str) -> list[str]:
        return [run for run in HAN.findall(words) if run not in self.data]

    def _latin(self, words: str) -> list[str]:
        return [word for word in LATIN.findall(CODES.sub("", words)) if word not in KNOWN]

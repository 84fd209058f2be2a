"""A real Chromium: found or fetched, sealed off, watched for what pages must not do."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

SHELL = "chromium-headless-shell"
"""The same browser without a browser's own windows: a third less work for the same pages."""
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
PATIENCE = 30_000  # milliseconds, for actions and for what is expected; a loaded machine needs it
PHONE = (360, 640)
DESK = (1280, 800)
SCREENSHOTS = Path(__file__).resolve().parents[2] / "var" / "screenshots"
MISSING = f"no browser: install Chromium and a Chinese font (Debian: {SHELL} fonts-noto-cjk)"


def _on_path(*names: str) -> str | None:
    return next((found for name in names if (found := shutil.which(name))), None)


def _from_debian() -> str | None:
    """Install a headless Chromium where that is allowed; of several processes only one does."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    with Path(tempfile.gettempdir(), "eco110-apt.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _on_path(SHELL):
            quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            install = ["apt-get", "install", "--yes", SHELL, "fonts-noto-cjk"]
            for command in (["apt-get", "update"], install):
                subprocess.run(command, env=quiet, check=False, capture_output=True)
    return _on_path(SHELL)


def executable(playwright: Playwright) -> str:
    """Find Chromium on PATH, else Playwright's own, else Debian's (as root).

    A machine of the continuous integration is nobody's desk: there the quick one comes first.
    """
    own = playwright.chromium.executable_path
    found = _on_path(SHELL) or (_from_debian() if "CI" in os.environ else None)
    found = found or _on_path(*NAMES) or (own if Path(own).exists() else None) or _from_debian()
    if found is None:
        raise RuntimeError(MISSING)
    return found


@contextmanager
def launched() -> Iterator[Browser]:
    """Yield a headless Chromium."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        program = executable(playwright)
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Pages:
    """Opens pages of one service, each in a context of its own, and collects their sins.

    `pages()` is a Chinese phone; `pages(size=DESK, js=False, locale="en")` is what it says.
    """

    browser: Browser
    base_url: str
    contexts: list[BrowserContext] = field(default_factory=list)
    sins: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def __call__(
        self,
        *,
        size: tuple[int, int] = PHONE,
        locale: str = "zh-CN",
        js: bool = True,
        dark: bool = False,
        place: tuple[float, float] | None = None,
    ) -> Page:
        """Open a page; `place` is (longitude, latitude) in WGS-84 degrees, granted to the page."""
        context = self.browser.new_context(
            base_url=self.base_url,
            viewport={"width": size[0], "height": size[1]},
            locale=locale,
            timezone_id="Asia/Shanghai",
            java_script_enabled=js,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            has_touch=size == PHONE,
            geolocation={"longitude": place[0], "latitude": place[1]} if place else None,
            permissions=["geolocation"] if place else [],
        )
        context.set_default_timeout(PATIENCE)
        context.on("request", lambda request: self._host(request.url))
        context.on("console", lambda message: self._console(message.type, message.text))
        context.on("weberror", lambda error: self.sins.append(f"script error: {error.error}"))
        self.contexts.append(context)
        return context.new_page()

    def _host(self, url: str) -> None:
        address = urlsplit(url)
        if address.scheme in {"http", "https", "ws", "wss"}:
            here = urlsplit(self.base_url).netloc
            if address.netloc != here:
                self.sins.append(f"request to another host: {url}")

    def _console(self, kind: str, text: str) -> None:
        # Chromium reports each answer of 400 and above; pages are asked for those on purpose
        if "Failed to load resource: the server responded" in text:
            return
        if kind == "error" or "Content Security Policy" in text:
            self.sins.append(f"console: {text}")

    def close(self) -> None:
        """Close all contexts and fail on what was collected and not `allowed` (substrings)."""
        for context in self.contexts:
            context.close()
        left = [sin for sin in self.sins if not any(word in sin for word in self.allowed)]
        assert not left, "pages did what they must not:\n" + "\n".join(left)


def sign_in(page: Page, username: str, password: str) -> None:
    """Sign in by the page of staff, without a second factor."""
    page.goto("/staff/login")
    page.fill("#username", username)
    page.fill("#password", password)
    page.locator("main button[type=submit]").click()
    page.wait_for_url(lambda url: "login" not in url)


def shot(page: Page, name: str) -> None:
    """Write the whole page to var/screenshots/NAME.png for who wants to look (ECO110_SHOTS=1)."""
    if "ECO110_SHOTS" not in os.environ:
        return
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / f"{name}.png"
    page.screenshot(path=path, full_page=True, animations="disabled")


def bring_axe(page: Page) -> None:
    """Let every page that opens here have axe: half the work of sending it to each."""
    page.add_init_script(Axe().axe_script)


def accessibility(page: Page, *, rules: tuple[str, ...] = ()) -> list[str]:
    """Return what axe finds on the page, one line a finding (needs JavaScript).

    With `rules` it looks for these alone, which is much quicker.
    """
    only = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    options = {"resultTypes": ["violations"], "preload": False, **only}
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate("options => axe.run(options).then(done => done.violations)", options)
    return [
        f"{violation['id']} ({violation['impact']}): {node['target']} {node['html'][:160]}"
        for violation in found
        for node in violation["nodes"]
    ]


WIDER = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return '';
  const over = [...document.querySelectorAll('body *')].filter(
    one => one.getBoundingClientRect().right > room + 0.5 && !one.closest('.vh'));
  const last = over.filter(one => !over.some(other => one !== other && one.contains(other)));
  return last.slice(0, 3).map(one => `${one.tagName}.${one.className}`
    + ` ${(one.textContent || '').trim().slice(0, 30)}`).join(' | ') || 'something unseen';
}"""


def scrolls_sideways(page: Page) -> str:
    """Name what makes the page wider than its window; empty if nothing does."""
    return str(page.evaluate(WIDER))

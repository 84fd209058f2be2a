"""Citizen 阿珍 with a phone whose scripts are off: what she fills in, what she gets."""

import re
from io import BytesIO

from tests.features.pictures import jpeg

WORDS = "一堆旧木板和塑料袋在烧，烟往居民楼飘。"
PLACE = "科园北路西侧空地，变电站旁"
FORM = {
    "kinds": ["burning"], "happening": "yes", "place_words": PLACE, "words": WORDS,
    "contact_mode": "anonymous", "go": "check",
}  # fmt: skip


class Azhen:
    """Keeps her form token and her draft between pages, as a browser does."""

    def __init__(self, client):
        self.client = client
        self.page = None
        self.token = self.draft = ""

    def open(self, address, status=200):
        self.page = self.client.get(address)
        assert self.page.status_code == status, self.page.text[:2000]
        self.token = hidden(self.page.text, "csrf_token") or self.token
        return self.page

    def report(self, *photos, **fields):
        """Open the form and send it, with pictures drawn for these names."""
        self.open("/report")
        self.draft = hidden(self.page.text, "draft")
        return self.send("/report", *photos, **(FORM | fields))

    def send(self, address, *photos, **fields):
        files = [(BytesIO(data), name) for name, data in map(picture, photos)]
        told = {"csrf_token": self.token, "draft": self.draft, **fields}
        if files:
            told["photos"] = files
        kind = "multipart/form-data"
        self.page = self.client.post(address, data=told, content_type=kind)
        return self.page

    def submit(self, *photos, **fields):
        """Go the whole way and return the receipt's page."""
        answer = self.report(*photos, **fields)
        assert answer.headers.get("Location") == "/report/check", answer.text[:3000]
        self.open("/report/check")
        answer = self.send("/report/check")
        assert answer.status_code == 303, answer.text[:3000]
        return self.open(answer.headers["Location"])

    def track(self, code):
        self.open("/t")
        return self.send("/t", code=code)


def picture(named):
    return named if isinstance(named, tuple) else (f"{named}.jpg", jpeg(named))


def hidden(page, name):
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    return found[1] if found else ""


def code_of(page):
    """Return the query code that a receipt shows."""
    return re.search(r'<p class="code" aria-label="([\d ]+)"', page)[1].replace(" ", "")


def number_of(page):
    return re.search(r"E110-[0-9A-HJKMNP-TV-Z]{6}", page)[0]


def words_of(page):
    """Return what a reader sees between the tags of the main part."""
    main = page.split("<main", 1)[1].split("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))

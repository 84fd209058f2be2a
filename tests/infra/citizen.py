"""A citizen without scripts: the real form over HTTP, cookies and tokens included."""

import re
import uuid
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
DRAFT = re.compile(r'name="draft"[^>]*value="([^"]+)"')
CODE = re.compile(r'class="code"[^>]*aria-label="([\d ]+)"')
FORM = "application/x-www-form-urlencoded"


@dataclass
class Citizen:
    """One browser; `report` walks form → check → receipt and returns the code."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    timeout: float = 60

    def ask(
        self, method: str, path: str, body: bytes = b"", kind: str = ""
    ) -> tuple[int, str, str]:
        """Return status, Location and text of one request."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if kind:
            headers["Content-Type"] = kind
        try:
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return answer.status, answer.headers.get("Location", ""), text

    def report(self, photos: list[tuple[str, bytes]], **fields: str) -> str:
        """Send a report and return its tracking code; raises AssertionError when refused."""
        _, _, page = self.ask("GET", "/report")
        told = {
            "csrf_token": TOKEN.search(page)[1], "draft": DRAFT.search(page)[1],
            "kinds": "burning", "words": "空地上在烧旧木板和塑料袋", "place_words": "科园北路",
            "happening": "yes", "contact_mode": "anonymous",
        } | fields  # fmt: skip
        body, kind = multipart(told, photos)
        status, where, page = self.ask("POST", "/report", body, kind)
        assert status == 303, f"{status}: {page[:2000]}"
        _, _, page = self.ask("GET", where)
        sent = {"csrf_token": TOKEN.search(page)[1], "draft": told["draft"]}
        status, where, page = self.ask("POST", "/report/check", urlencode(sent).encode(), FORM)
        assert status == 303, f"{status}: {page[:2000]}"
        _, _, page = self.ask("GET", where)
        return CODE.search(page)[1].replace(" ", "")


def multipart(fields: dict[str, str], photos: list[tuple[str, bytes]]) -> tuple[bytes, str]:
    """Return a form body with photos, and its content type."""
    mark = uuid.uuid4().hex
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for name, content in photos:
        head = f'--{mark}\r\nContent-Disposition: form-data; name="photos"; filename="{name}"\r\n'
        parts += [head.encode(), b"Content-Type: image/jpeg\r\n\r\n", content, b"\r\n"]
    return b"".join([*parts, f"--{mark}--\r\n".encode()]), f"multipart/form-data; boundary={mark}"

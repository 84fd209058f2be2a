"""Sign staff in and post their forms, at a moment of the story."""

import re
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO

from flask.testing import FlaskClient

from app.accounts import passwords
from app.accounts import service as accounts
from app.core import clock
from app.core.tx import transaction
from tests.features.field_story import T0
from tests.features.pictures import jpeg

PASSWORD = "four quiet herons fishing"
HASHED = passwords.hashed(PASSWORD)


@contextmanager
def inside(app):
    """Stand inside the application between two requests."""
    with app.app_context():
        yield


def hire(app, username, *roles, area="", name=None):
    with inside(app), transaction():
        return accounts.add_staff(
            username, name=name or username, roles=roles, area_code=area, password_hash=HASHED,
            must_change=False, now=T0,
        )  # fmt: skip


@dataclass
class Desk:
    """A signed-in person with an own browser; after a pause of the story he signs in anew."""

    client: FlaskClient
    username: str
    seen: datetime

    def _be_there(self, at):
        at = at or self.seen
        if abs(at - self.seen) > timedelta(minutes=20):
            self.sign_in(at)
        self.seen = at
        return at

    def sign_in(self, at):
        with clock.moved_to(at):
            told = {"csrf_token": self._token(), "username": self.username, "password": PASSWORD}
            answer = self.client.post("/staff/login", data=told)
        assert answer.status_code == 303, answer.get_data(as_text=True)[:3000]

    def _token(self):
        return self.client.get("/token").get_json()["token"]

    def answer(self, path, at=None):
        at = self._be_there(at)
        with clock.moved_to(at):
            return self.client.get(path)

    def get(self, path, status=200, at=None):
        answer = self.answer(path, at)
        assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
        return answer.get_data(as_text=True)

    def post(self, path, data=None, status=303, at=None, headers=None, **files):
        at = self._be_there(at)
        with clock.moved_to(at):
            told = {"csrf_token": self._token(), **(data or {})}
            for name, pictures in files.items():
                told[name] = [picture(one) for one in pictures]
            kind = "multipart/form-data" if files else None
            answer = self.client.post(path, data=told, content_type=kind, headers=headers)
        assert answer.status_code == status, answer.get_data(as_text=True)[:3000]
        return answer.get_data(as_text=True)


def picture(one):
    """Return a file of a form: a drawn picture by its name, or the bytes themselves."""
    content = one if isinstance(one, bytes) else jpeg(one)
    return BytesIO(content), "photo.jpg"


def signed_in(app, username):
    desk = Desk(app.test_client(), username, T0)
    desk.sign_in(T0)
    return desk


def hidden(page, name):
    """Return the value of a hidden field of a page."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page)
    return found.group(1) if found else None

"""No page and no form falls over what cannot be stored: it answers, on both kinds of database."""

import pytest

from app.accounts.permissions import Role
from app.core import clock
from app.web.forms import BaseForm
from app.web.public import throttle
from app.web.requests import MOST_ID
from tests.flows.test_main_way import Cast, to_checked
from tests.infra.clock import moment
from tests.web.citizen import Azhen, words_of
from tests.web.field_pages import hire, signed_in

NOW = moment("2026-11-23 14:00")
NUL, SQUARE, FAR, ENDLESS = "a\x00b", "²", "9" * 40, "9" * 5000
ARGUMENTS = (
    "page", "tab", "view", "list", "from", "to", "period", "person", "year", "town", "township",
    "grid", "part", "by", "done", "solved", "again", "subject", "next",
)  # fmt: skip
FIGURES = ("lng", "lat", "accuracy", "amount", "phone", "contact_mode", "staff_id", "device_at")
LEFT_OUT = {"auth.logout"}


@pytest.fixture
def way(any_db, app, monkeypatch):
    """Return a checked case and, signed in, somebody who holds every role."""
    monkeypatch.setattr(throttle, "DELAY", 0)
    with app.app_context():
        made = Cast()
        made.receipt = made.submit()
        to_checked(made, made.receipt)
    hire(app, "all", *Role)
    made.all = signed_in(app, "all")
    with clock.moved_to(NOW):
        made.all.sign_in(NOW)
        yield made
        assert made.all.client.get("/w").status_code == 200, "still signed in: pages were reached"


def field_names():
    found, todo = set(), [BaseForm]
    while todo:
        form = todo.pop()
        todo += form.__subclasses__()
        found |= {name for name, one in vars(form).items() if hasattr(one, "field_class")}
    return sorted(found)


def addresses(app, method, *, word, number):
    """Yield the address of every route that takes the method, with these values in it."""
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()) and rule.endpoint not in LEFT_OUT:
            values = {
                name: number if kind.regex == r"\d+" else word
                for name, kind in rule._converters.items()
            }
            yield rule.build(values | (rule.defaults or {}))[1]


def fallen(client, method, address, **more):
    """Return what a request fell over, empty where it was answered."""
    try:
        with client.open(address, method=method, **more) as answer:
            status = answer.status_code
    except Exception as error:  # noqa: BLE001 (a defect of the page, to be named with its address)
        return [f"{method} {address[:80]}: {error!r:.200}"]
    return [f"{method} {address[:80]}: {status}"] if status >= 500 else []


def test_nothing_falls_over_what_cannot_be_stored(way, app):
    faults = [*bad_addresses(way, app), *bad_arguments(way, app), *bad_fields(way, app)]
    assert not faults, "\n".join(faults)
    assert way.all.client.get(f"/rewards/{FAR}").status_code == 404


def bad_addresses(way, app):
    for method in ("GET", "POST"):
        told = {"csrf_token": way.all._token()} if method == "POST" else None
        for address in addresses(app, method, word=NUL, number=MOST_ID):
            yield from fallen(way.all.client, method, address, data=told)


def bad_arguments(way, app):
    number = way.receipt.case_number
    for address in addresses(app, "GET", word=number, number=1):
        if number not in address:
            yield from fallen(way.all.client, "GET", address, query_string={"page": FAR})
        query = dict.fromkeys(ARGUMENTS, NUL)
        yield from fallen(way.all.client, "GET", address, query_string=query)


def bad_fields(way, app):
    told = dict.fromkeys(field_names(), NUL) | dict.fromkeys(FIGURES, ENDLESS)
    told |= {"base_version": SQUARE, "csrf_token": way.all._token()}
    for address in addresses(app, "POST", word=way.receipt.case_number, number=1):
        yield from fallen(way.all.client, "POST", address, data=told)


def test_a_draft_is_never_stuck_with_what_no_field_offers(any_db, app):
    azhen = Azhen(app.test_client())
    assert azhen.report(contact_mode="carrier pigeon", accuracy="1e999").status_code == 422
    assert azhen.report(words="沟里的水发黑了\x00").headers["Location"] == "/report/check"
    azhen.open("/report/check")
    assert "沟里的水发黑了" in words_of(azhen.page.text)
    assert azhen.send("/report/check").status_code == 303

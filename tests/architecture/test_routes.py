"""Every route says who may use it, and every unsafe one refuses without the CSRF token."""

from uuid import UUID

import pytest
from werkzeug.routing import FloatConverter, IntegerConverter, UUIDConverter

from app.web import access

SAFE = {"GET", "HEAD", "OPTIONS"}
VALUES = {IntegerConverter: 1, FloatConverter: 1.0, UUIDConverter: UUID(int=0)}


def verbs(app, endpoint):
    return getattr(app.view_functions[endpoint], "verbs", ())


def is_public(endpoint):
    return (
        endpoint in access.PUBLIC_ENDPOINTS
        or endpoint.partition(".")[0] in access.PUBLIC_BLUEPRINTS
    )


def test_every_route_needs_a_verb_or_is_public(app):
    undeclared = {
        endpoint
        for endpoint in app.view_functions
        if not verbs(app, endpoint) and not is_public(endpoint)
    }
    assert not undeclared


@pytest.mark.own_app
def test_an_undeclared_route_stops_the_start(app):
    app._got_first_request = False
    app.add_url_rule("/undeclared", "undeclared", lambda: "")
    with pytest.raises(access.Undeclared, match="undeclared"):
        access.register(app)


def test_the_list_of_public_routes_is_true(app):
    gone = access.PUBLIC_ENDPOINTS - set(app.view_functions)
    both = {name for name in app.view_functions if is_public(name) and verbs(app, name)}
    assert not gone
    assert not both, "a public route that needs a verb misleads its reader"


def test_public_blueprints_hold_the_citizens_pages_alone(app):
    strangers = {
        endpoint: view.__module__
        for endpoint, view in app.view_functions.items()
        if endpoint.partition(".")[0] in access.PUBLIC_BLUEPRINTS
        and not view.__module__.startswith("app.web.public")
    }
    assert not strangers


def value_of(kind):
    return next((value for known, value in VALUES.items() if isinstance(kind, known)), "x")


def unsafe(app):
    """Yield (method, path) of every route that changes something, with any values in its path."""
    for rule in app.url_map.iter_rules():
        values = {name: value_of(kind) for name, kind in rule._converters.items()}
        built = rule.build({**values, **(rule.defaults or {})})
        assert built, rule.rule
        for method in sorted((rule.methods or set()) - SAFE):
            yield method, built[1]


def test_every_unsafe_method_refuses_without_the_token(app, client):
    seen = list(unsafe(app))
    assert seen, "no unsafe route found: does this test look at the right place?"
    taken = [
        f"{method} {path}: {status}"
        for method, path in seen
        if (status := client.open(path, method=method).status_code) != 400
    ]
    assert not taken, "\n".join(taken)


def test_nothing_is_exempt_from_csrf(app):
    guard = app.extensions["csrf"]
    assert app.config.get("WTF_CSRF_ENABLED", True)
    assert app.config.get("WTF_CSRF_CHECK_DEFAULT", True)
    assert not guard._exempt_views
    assert not guard._exempt_blueprints


def test_looking_is_not_mixed_with_replacing_or_deleting(app):
    mixed = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or set()) and {"PUT", "PATCH", "DELETE"} & (rule.methods or set())
    ]
    assert not mixed

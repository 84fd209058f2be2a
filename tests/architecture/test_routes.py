"""Every route says who may use it, and every unsafe one refuses without the CSRF token."""

from uuid import UUID

from werkzeug.routing import FloatConverter, IntegerConverter, UUIDConverter

from app.web.access import PUBLIC_ENDPOINTS

SAFE = {"GET", "HEAD", "OPTIONS"}
VALUES = {IntegerConverter: 1, FloatConverter: 1.0, UUIDConverter: UUID(int=0)}


def needs(app, endpoint: str) -> object:
    return getattr(app.view_functions[endpoint], "needs", None)


def test_every_route_needs_something_or_is_public(app):
    open_ones = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if not needs(app, rule.endpoint) and rule.endpoint not in PUBLIC_ENDPOINTS
    }
    assert not open_ones, f"without @needs and not in PUBLIC_ENDPOINTS: {sorted(open_ones)}"


def test_the_list_of_public_routes_is_true(app):
    gone = set(PUBLIC_ENDPOINTS) - set(app.view_functions)
    both = {endpoint for endpoint in PUBLIC_ENDPOINTS - gone if needs(app, endpoint)}
    assert not gone
    assert not both, "a public route that needs something misleads its reader"


def unsafe(app):
    """Yield (method, path) of every route that changes something, with any values in its path."""
    for rule in app.url_map.iter_rules():
        values = {name: VALUES.get(type(kind), "x") for name, kind in rule._converters.items()}
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

"""What a request asks for: its kind of answer, and where to go after it."""

from urllib.parse import urlencode, urlsplit

from flask import Flask, current_app, request
from werkzeug.datastructures import MultiDict
from werkzeug.routing import IntegerConverter, Map

MOST_PAGES = 1_000_000
MOST_ID = 2**31 - 1
"""What fits the databases' INTEGER: a larger number names no row."""

JSON = "application/json"
HTML = "text/html"


class RowId(IntegerConverter):
    """A number in an address; one that no row can have is no address of ours."""

    def __init__(self, map: Map) -> None:  # noqa: A002 (the name is Werkzeug's)
        super().__init__(map, max=MOST_ID)


def register(app: Flask) -> None:
    """Must come before the routes: they are bound with it."""
    app.url_map.converters["int"] = RowId


def page_number(name: str = "page") -> int:
    """Return which page of a list is wanted; what is no page is the first or the last there is."""
    return min(max(1, request.args.get(name, 1, type=int)), MOST_PAGES)


def prefers_json() -> bool:
    """Say whether the caller is a script that reads JSON."""
    if request.is_json:
        return True
    best = request.accept_mimetypes.best_match((HTML, JSON), default=HTML)
    return best == JSON and not request.accept_mimetypes.accept_html


def local_path(address: str | None, default: str) -> str:
    """Return an address inside this service, else the default: no open redirect."""
    if not address or "\\" in address or not address.startswith("/") or address.startswith("//"):
        return default
    parts = urlsplit(address)
    return default if parts.scheme or parts.netloc else address


def with_args(**changes: str | None) -> str:
    """Return this page's address with some query parameters changed; None drops one.

    A page that answers a form may stand where nothing can be read: then the next one above.
    """
    args: MultiDict[str, str] = MultiDict(request.args)
    for name, value in changes.items():
        args.pop(name, None)
        if value is not None:
            args[name] = value
    query = urlencode(list(args.items(multi=True)))
    path = request.path if request.method in ("GET", "HEAD") else _readable(request.path)
    return f"{path}?{query}" if query else path


def _readable(path: str) -> str:
    """Return the address itself, or the nearest one above it, that can be opened by a link."""
    routes = current_app.url_map.bind("")
    while path and not routes.test(path, "GET"):
        path = path.rpartition("/")[0]
    return path or "/"

"""Static files under hashed names, kept for ever by browsers, gzipped once at the start."""

import gzip
import hashlib
from pathlib import Path
from tempfile import mkdtemp
from wsgiref.headers import Headers

from flask import Flask
from whitenoise import WhiteNoise

from app.web.headers import STATIC, policy

FOLDER = Path(__file__).resolve().parent.parent / "static"
PREFIX = "/static/"
TEXTS = (".css", ".js", ".svg", ".json", ".webmanifest")
DIGITS = 10


def register(app: Flask) -> None:
    """Serve `app/static/` before Flask and give templates `asset(name)`."""
    names = {
        path.relative_to(FOLDER).as_posix(): path
        for path in sorted(FOLDER.rglob("*"))
        if path.is_file()
    }
    hashed = {name: _hashed_name(name, path) for name, path in names.items()}
    server = WhiteNoise(
        app.wsgi_app,
        max_age=0,
        allow_all_origins=False,
        add_headers_function=_add_headers,
        immutable_file_test=rf"\.[0-9a-f]{{{DIGITS}}}\.[a-z0-9]+$",
    )
    copies = Path(mkdtemp(prefix="eco110-static-"))
    for name, path in names.items():
        source = _with_gzip(path, copies / hashed[name].replace("/", "-"))
        server.add_file_to_dictionary(PREFIX + name, str(source))
        server.add_file_to_dictionary(PREFIX + hashed[name], str(source))
    app.wsgi_app = server  # type: ignore[method-assign]
    app.jinja_env.globals["asset"] = lambda name: PREFIX + hashed[name]
    app.extensions["assets"] = {name: PREFIX + hashed[name] for name in names}


def _hashed_name(name: str, path: Path) -> str:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:DIGITS]
    stem, dot, ending = name.rpartition(".")
    return f"{stem}.{digest}.{ending}" if dot else name


def _with_gzip(path: Path, copy: Path) -> Path:
    """Return a file with its gzipped twin beside it, where that is worth it."""
    if path.suffix not in TEXTS:
        return path
    body = path.read_bytes()
    copy.write_bytes(body)
    copy.with_name(copy.name + ".gz").write_bytes(gzip.compress(body, 9, mtime=0))
    return copy


def _add_headers(headers: Headers, _path: str, url: str) -> None:
    for name, value in STATIC.items():
        headers[name] = value
    headers["Content-Security-Policy"] = policy()
    if url.endswith(".js"):
        headers["Service-Worker-Allowed"] = "/"

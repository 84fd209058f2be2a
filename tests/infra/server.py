"""The real application in processes of its own: gunicorn on 127.0.0.1, its own folder."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from tests.infra.process import Process, ending_with_me

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Server:
    """A running service: its address, its folder, its process."""

    url: str
    port: int
    folder: Path
    env: dict[str, str]
    process: Process

    def flask(self, *words: str, stdin: str = "") -> str:
        """Run a command of the Flask CLI on the same data and return what it printed."""
        return flask(self.env, *words, stdin=stdin)


def environment(folder: Path, database_url: str | None = None) -> dict[str, str]:
    """Return the variables under which the service keeps everything it owns in `folder`."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("ECO110_")}
    return kept | {
        "ECO110_CACHE": os.environ["ECO110_CACHE"],
        "ECO110_MODE": "demo",
        "ECO110_VAR": str(folder),
        "ECO110_KEYS": str(folder / "keys"),
        "ECO110_UPLOADS": str(folder / "uploads"),
        "ECO110_DATABASE_URL": database_url or f"sqlite:///{folder / 'test.db'}",
        "PYTHONUTF8": "1",
    }


def flask(env: dict[str, str], *words: str, stdin: str = "") -> str:
    """Run `./eco110 WORDS…` in this environment; raise with its output if it fails."""
    command = [sys.executable, "-m", "flask", "--app", str(ROOT / "wsgi.py"), *words]
    done = subprocess.run(
        command, env=env, cwd=ROOT, input=stdin, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"flask {' '.join(words)} failed:\n{done.stdout}\n{done.stderr}")
    return done.stdout


def answers(port: int) -> None:
    """Return once GET /healthz is answered with 200; the socket waits, nobody polls."""
    connection = HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request("GET", "/healthz")
        status = connection.getresponse().status
    finally:
        connection.close()
    if status != 200:
        raise RuntimeError(f"/healthz answered {status}")


@contextmanager
def serving(
    folder: Path, database_url: str | None = None, *, workers: int = 1, threads: int = 8
) -> Iterator[Server]:
    """Serve a database that already has its tables; the port is free because we hold it."""
    env = environment(folder, database_url)
    with socket.create_server(("127.0.0.1", 0), backlog=512) as door:
        port = door.getsockname()[1]
        command = [
            sys.executable, "-m", "gunicorn", "--worker-class=gthread", f"--workers={workers}",
            f"--threads={threads}", f"--bind=fd://{door.fileno()}", "--graceful-timeout=5",
            "--no-control-socket", "wsgi:app",
        ]  # fmt: skip
        process = Process(
            ending_with_me(command),
            ready="Booting worker",
            cwd=ROOT,
            env=env,
            pass_fds=[door.fileno()],
        )
    try:
        answers(port)
        yield Server(f"http://127.0.0.1:{port}", port, folder, env, process)
    finally:
        process.stop()

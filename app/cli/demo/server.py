"""Serve the application and drive its jobs in one process (ADR 5)."""

from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

from app import jobs

THREADS = 8


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with one threaded worker that also holds the clock process."""

    def __init__(self, application: Flask, port: int) -> None:
        self.application, self.port = application, port
        super().__init__()

    def load_config(self) -> None:
        """Set what gunicorn needs to know."""
        settings: dict[str, Any] = {
            "bind": f"127.0.0.1:{self.port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": THREADS,
            "timeout": 120,
            "graceful_timeout": 10,
            "loglevel": "warning",
            "post_worker_init": self._start_jobs,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return what is served."""
        return self.application

    def _start_jobs(self, _worker: object) -> None:
        jobs.start(self.application, background=True)


def serve(application: Flask, port: int) -> None:
    """Serve on 127.0.0.1 until stopped."""
    Server(application, port).run()

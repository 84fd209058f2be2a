"""Settings of one process, read once from the environment; production refuses weak ones.

Which settings may have a default: only those that are safe for everybody. Secrets have none
outside the demo: they come from key files that the set-up makes (docs/operations.md).
"""

import os
import secrets
from dataclasses import dataclass, field, fields
from pathlib import Path

ROOT = Path(__file__).resolve().parent
KEY_NAMES = ("session", "code", "contact", "index", "limiter")
MIN_KEY_BYTES = 32
JOB_DRIVERS = ("embedded", "workers")


class WeakConfig(Exception):
    """The process must not start like this (decision 16)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything a process needs to know about its place."""

    database_url: str
    uploads: Path
    keys: dict[str, bytes] = field(repr=False)
    outbox_folder: Path
    cache: Path
    heads: Path
    demo: bool = False
    testing: bool = False
    second_factor: bool = True
    audiences: tuple[str, ...] = ("citizen", "staff", "custody")
    max_request_bytes: int = 200 * 1024 * 1024
    max_photo_bytes: int = 20 * 1024 * 1024
    max_photos: int = 9
    county: str = "330226"
    secure_cookies: bool = True
    trusted_hops: int = 0
    custodian: Path | None = None
    jobs: str = "embedded"

    @classmethod
    def from_env(cls) -> "Config":
        """Read ECO110_* variables; without any, the demo's folder `var/` is used."""
        var = Path(os.environ.get("ECO110_VAR", ROOT / "var"))
        demo = os.environ.get("ECO110_MODE", "demo") == "demo"
        keys = Path(os.environ.get("ECO110_KEYS", var / "keys"))
        config = cls(
            database_url=os.environ.get("ECO110_DATABASE_URL", f"sqlite:///{var / 'eco110.db'}"),
            uploads=Path(os.environ.get("ECO110_UPLOADS", ROOT / "uploads")),
            keys=read_keys(keys, make=demo),
            outbox_folder=var / "outbox",
            cache=_private(Path(os.environ.get("ECO110_CACHE", var / "cache"))),
            heads=Path(os.environ.get("ECO110_HEADS", var / "heads")),
            demo=demo,
            second_factor=os.environ.get("ECO110_SECOND_FACTOR", "off" if demo else "on") == "on",
            secure_cookies=not demo,
            trusted_hops=int(os.environ.get("ECO110_TRUSTED_HOPS", "0")),
            custodian=keys,
            jobs=os.environ.get("ECO110_JOBS", "embedded"),
        )
        config.check()
        return config

    @classmethod
    def for_tests(cls, folder: Path, database_url: str | None = None) -> "Config":
        """Return a closed little world under `folder`."""
        return cls(
            database_url=database_url or f"sqlite:///{folder / 'test.db'}",
            uploads=folder / "uploads",
            keys={name: name.encode().ljust(MIN_KEY_BYTES, b".") for name in KEY_NAMES},
            outbox_folder=folder / "outbox",
            cache=_private(Path(os.environ.get("ECO110_CACHE", folder / "cache"))),
            heads=folder / "heads",
            demo=True,
            testing=True,
            second_factor=False,
            secure_cookies=False,
            custodian=folder / "keys",
        )

    def check(self) -> None:
        """Refuse what production must not run on (decision 16).

        Raises WeakConfig with the setting's name and what to do.
        """
        self._check_jobs()
        if self.demo:
            return
        if not self.second_factor:
            raise WeakConfig("ECO110_SECOND_FACTOR=off is for the demo only: remove it")
        if len(set(self.keys.values())) < len(self.keys):
            raise WeakConfig("two key files hold the same key: make each one anew")
        temporary = self.uploads / "tmp"
        temporary.mkdir(parents=True, exist_ok=True)
        if temporary.stat().st_dev != self.uploads.stat().st_dev:
            raise WeakConfig("uploads/ and uploads/tmp lie on different file systems")

    def _check_jobs(self) -> None:
        if self.jobs not in JOB_DRIVERS:
            raise WeakConfig(f"ECO110_JOBS is one of {', '.join(JOB_DRIVERS)}, not {self.jobs!r}")
        if self.jobs == "workers" and not self.database_url.startswith("postgresql"):
            raise WeakConfig(
                "ECO110_JOBS=workers needs PostgreSQL: set ECO110_DATABASE_URL=postgresql://…"
                " or leave ECO110_JOBS out"
            )

    def flask(self) -> dict[str, object]:
        """Return Flask's own settings."""
        return {
            "SECRET_KEY": self.keys["session"],
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "MAX_CONTENT_LENGTH": self.max_request_bytes,
            "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SECURE": self.secure_cookies,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_NAME": "__Host-eco110" if self.secure_cookies else "eco110",
            "WTF_CSRF_SSL_STRICT": False,
            "WTF_CSRF_TIME_LIMIT": None,
            "TESTING": self.testing,
            "ECO110": self,
        }


def _private(folder: Path) -> Path:
    """Make a folder that others cannot write to: what lies there is run as code."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    return folder


def read_keys(folder: Path, *, make: bool) -> dict[str, bytes]:
    """Read one key file a name, mode 0400; make missing ones only where that is allowed."""
    keys: dict[str, bytes] = {}
    for name in KEY_NAMES:
        path = folder / f"{name}.key"
        if not path.exists() and make:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.touch(mode=0o600)
            path.write_bytes(secrets.token_bytes(MIN_KEY_BYTES))
            path.chmod(0o400)
        if not path.exists():
            raise WeakConfig(
                f"key file {path.name} is missing in {folder}: run `./eco110 keys make`"
            )
        keys[name] = path.read_bytes()
        if len(keys[name]) < MIN_KEY_BYTES:
            raise WeakConfig(f"key file {path.name} is shorter than {MIN_KEY_BYTES} bytes")
    return keys


SETTINGS = tuple(item.name for item in fields(Config))

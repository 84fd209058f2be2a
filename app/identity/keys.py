"""The keys of this process for identities; `create_app` sets them once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.identity import sealing

_current: list["Keys"] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Keys by purpose; `contacts` by key id holds the retired ones too, so that rows stay readable.

    A process without `custodian_public` takes no payee, one without `custodian_private` opens none.
    """

    code: bytes = field(repr=False)
    contact: bytes = field(repr=False)
    index: bytes = field(repr=False)
    contacts: Mapping[str, bytes] = field(repr=False)
    custodian_public: bytes | None = None
    custodian_private: Path | None = None


def configure(
    keys: Mapping[str, bytes], *, folder: Path | None = None, make_custodian: bool = False
) -> None:
    """Set the keys; `folder` may hold the custodian's two files, which the demo makes itself."""
    if folder and make_custodian and not (folder / sealing.PUBLIC_FILE).exists():
        sealing.make_custodian(folder)
    public = folder / sealing.PUBLIC_FILE if folder else None
    private = folder / sealing.PRIVATE_FILE if folder else None
    contact = keys["contact"]
    _current[:] = [
        Keys(
            code=keys["code"], contact=contact, index=keys["index"],
            contacts={sealing.key_id(contact): contact},
            custodian_public=public.read_bytes() if public and public.exists() else None,
            custodian_private=private if private and private.exists() else None,
        )
    ]  # fmt: skip


def current() -> Keys:
    """Return the keys of this process."""
    if not _current:
        raise RuntimeError("identity.keys.configure was not called: create_app does it")
    return _current[0]

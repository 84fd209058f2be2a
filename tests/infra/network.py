"""No test talks to the world: a connection to anything but this machine is an error."""

import sys
from typing import Any

HERE = ("localhost", "::1", "", None)


def is_here(host: Any) -> bool:
    """Say whether a host is this machine; a path (Unix socket) is."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    return host in HERE or host.startswith(("127.", "/", "\0"))


def _look(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else "/"
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        host = arguments[0]
    else:
        return
    if not is_here(host):
        raise PermissionError(f"a test wanted to reach {host}: tests use this machine only")


def forbid_the_world() -> None:
    """Refuse in this process, for good: an audit hook cannot be taken back."""
    sys.addaudithook(_look)

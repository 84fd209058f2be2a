"""The guard of tests/infra/network.py works: no test can reach the world."""

import socket
from http.client import HTTPConnection

import pytest


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("2001:db8::1", 80)])
def test_a_foreign_address_is_refused(address):
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with (
        socket.socket(family, socket.SOCK_STREAM) as door,
        pytest.raises(PermissionError, match="this machine only"),
    ):
        door.connect(address)


def test_a_foreign_name_is_not_looked_up():
    with pytest.raises(PermissionError, match="this machine only"):
        HTTPConnection("example.org", timeout=1).connect()


def test_this_machine_is_reached():
    with (
        socket.create_server(("127.0.0.1", 0)) as door,
        socket.create_connection(door.getsockname(), timeout=5) as reached,
    ):
        assert reached.getpeername() == door.getsockname()

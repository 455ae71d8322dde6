"""Serving: the address, the headers, and who is answered."""

from __future__ import annotations

import signal
import socket
from contextlib import closing

import pytest

from ingest.errors import UsageError
from tests.ui.fakes import FakeAssistant, standing_in
from ui.serve import address_of, listen, make_server


def test_a_port_in_use_gives_the_next_free_one():
    with closing(listen("127.0.0.1", 0)) as first:
        taken = first.getsockname()[1]
        with closing(listen("127.0.0.1", taken)) as second:
            assert taken < second.getsockname()[1] <= taken + 100
            assert address_of(second) == f"http://127.0.0.1:{second.getsockname()[1]}/"


def test_an_address_that_listens_everywhere_is_opened_on_loopback():
    with closing(listen("0.0.0.0", 0)) as listener:
        assert address_of(listener).startswith("http://127.0.0.1:")


@pytest.mark.parametrize("host", ["not a host", "203.0.113.7"])
def test_a_host_that_is_not_this_machine_is_refused(host):
    with pytest.raises(UsageError, match=r"no address|No port"):
        listen(host, 0)


def test_the_page_answers_this_machine_alone_and_forbids_other_hosts(page_address):
    host, port = page_address.removeprefix("http://").rstrip("/").split(":")
    for name, status in ((f"{host}:{port}", b"200"), ("elsewhere.example", b"400")):
        with closing(socket.create_connection((host, int(port)), timeout=10)) as client:
            client.sendall(f"GET / HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
            head = client.makefile("rb").read().split(b"\r\n\r\n")[0].lower()
        assert head.split()[1] == status
        assert b"content-security-policy: default-src 'self'" in head


def test_ctrl_c_twice_ends_in_order():
    server = make_server(standing_in(FakeAssistant()), "127.0.0.1")
    for _ in range(2):
        server.handle_exit(signal.SIGINT, None)
    assert server.should_exit
    assert not server.force_exit

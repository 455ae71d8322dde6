"""Writes down every attempt of a Python process to reach something that is not loopback.

Python imports a module of this name at its start; a test puts this folder on PYTHONPATH and names the file to write in
``CITETRAIL_TEST_NETWORK_LOG``. One line an attempt: the event, the address, and who asked.
"""

from __future__ import annotations

import ipaddress
import os
import sys
import traceback
from typing import Any

LOG = os.environ.get("CITETRAIL_TEST_NETWORK_LOG", "")
ADDRESS_AT = {
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
}


def is_local(address: Any) -> bool:
    """Tell whether an address, as the socket module is given it, stays on this machine."""
    host = address[0] if isinstance(address, tuple) and address else address
    if isinstance(host, bytes | bytearray):
        host = bytes(host).decode("ascii", "replace")
    if not isinstance(host, str):
        return host is None or host == 0  # no host, or the kernel's own netlink
    if not isinstance(address, tuple) and host.startswith(("/", "\0")):
        return True  # a Unix socket
    if host in {"", "localhost"}:
        return True
    try:
        parsed = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return parsed.is_loopback or parsed.is_unspecified


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    """Audit hook: append what wants to leave to the log."""
    place = ADDRESS_AT.get(event)
    if place is None or is_local(arguments[place]):
        return
    callers = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_stack()[-9:-1]]
    with open(LOG, "a", encoding="utf-8") as log:
        log.write(f"{event} {arguments[place]!r} from {' > '.join(callers)}\n")


if LOG:
    sys.addaudithook(watch)

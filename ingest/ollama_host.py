"""The address of the Ollama server, in every form ``OLLAMA_HOST`` may have."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from ingest.errors import ConfigError

DEFAULT_PORT = 11434
OLLAMA_COM = "ollama.com"
"""Ollama's own service. Its client asks it by https when no scheme is given, and so does this one."""


def ollama_url(host: str) -> str:
    """Return ``scheme://host:port`` for what ``OLLAMA_HOST`` or the setting says; empty means this machine.

    ``:11434``, ``0.0.0.0``, ``box.local``, ``http://box:8080/base`` and ``https://box`` are all understood; an
    address to listen on (``0.0.0.0``, ``::``) is asked on loopback.

    Raises:
        ConfigError: it is no address.
    """
    text = host.strip().strip("\"'").strip()
    scheme, separator, rest = text.partition("://")
    scheme = scheme.lower()
    if not separator:
        scheme, rest = ("https", f"{OLLAMA_COM}:443") if text == OLLAMA_COM else ("http", text)
    if rest.count(":") > 1 and "[" not in rest:
        rest = f"[{rest}]"
    if any(c.isspace() for c in rest):
        raise ConfigError(f"ollama_host = {host!r} is not an address: there is a space in it.", "Give host:port.")
    try:
        parts = urlsplit(f"//{rest}")
        port = parts.port
    except ValueError as error:
        raise ConfigError(f"ollama_host = {host!r} is not an address: {error}.", "Give host:port.") from error
    if scheme not in ("http", "https"):
        raise ConfigError(f"ollama_host = {host!r} is not an http or https address.", "Give host:port.")
    name = _to_ask(parts.hostname or "127.0.0.1")
    port = port or ({"http": 80, "https": 443}[scheme] if separator else DEFAULT_PORT)
    shown = f"[{name}]" if ":" in name else name
    return f"{scheme}://{shown}:{port}{parts.path.rstrip('/')}"


def is_this_machine(url: str) -> bool:
    """Tell whether an address is of loopback, so that what is sent to it stays on this machine."""
    name = urlsplit(url).hostname or ""
    return name == "localhost" or name.endswith(".localhost") or bool((ip := _ip(name)) and ip.is_loopback)


def _to_ask(name: str) -> str:
    """Return the name to ask for one to listen on: loopback for every interface, itself for any other."""
    ip = _ip(name)
    if ip is None or not ip.is_unspecified:
        return name
    return "127.0.0.1" if ip.version == 4 else "::1"


def _ip(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None

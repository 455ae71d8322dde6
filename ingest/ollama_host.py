"""The address of the Ollama server, in every form ``OLLAMA_HOST`` may have."""

from __future__ import annotations

from urllib.parse import urlsplit

from ingest.errors import ConfigError

DEFAULT_PORT = 11434


def ollama_url(host: str) -> str:
    """Return ``scheme://host:port`` for what ``OLLAMA_HOST`` or the setting says; empty means this machine.

    ``:11434``, ``0.0.0.0``, ``box.local``, ``http://box:8080/base`` and ``https://box`` are all understood; an
    address to listen on (``0.0.0.0``, ``::``) is asked on loopback.

    Raises:
        ConfigError: it is no address.
    """
    text = host.strip().strip("\"'")
    scheme, separator, rest = text.partition("://")
    scheme = scheme.lower()
    if not separator:
        scheme, rest = "http", text
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
    name = parts.hostname or "127.0.0.1"
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(name, name)
    if port is None:
        port = {"http": 80, "https": 443}[scheme] if separator else DEFAULT_PORT
    shown = f"[{name}]" if ":" in name else name
    return f"{scheme}://{shown}:{port}{parts.path.rstrip('/')}"

"""Ollama's address, read as Ollama's own clients read it."""

from __future__ import annotations

import re
from importlib import import_module

import pytest

from ingest.ollama_host import is_this_machine, ollama_url

THEIRS = re.findall(r">>> _parse_host\('(.*)'\)\n\s+'(.*)'", import_module("ollama._client")._parse_host.__doc__)
"""What the official client documents of its own reading: addresses and what becomes of them."""


def test_the_official_client_documents_its_addresses() -> None:
    assert len(THEIRS) > 20


@pytest.mark.parametrize(("host", "url"), THEIRS)
def test_addresses_are_read_as_by_the_official_client(host: str, url: str) -> None:
    assert ollama_url(host) == url


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("ollama.com", "https://ollama.com:443"),
        ("http://ollama.com", "http://ollama.com:80"),
        ("ollama.com:8080", "http://ollama.com:8080"),
        ("0:0:0:0:0:0:0:0", "http://[::1]:11434"),
        ("[0:0::0]:8000", "http://[::1]:8000"),
        ('" box.local "', "http://box.local:11434"),
        ("box.local:", "http://box.local:11434"),
        ("box.local:0", "http://box.local:11434"),
    ],
)
def test_addresses_are_read_as_by_its_server_and_command(host: str, url: str) -> None:
    assert ollama_url(host) == url


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("", True),
        ("0.0.0.0", True),
        ("127.0.0.2:80", True),
        ("[::1]:8000", True),
        ("localhost", True),
        ("http://ollama.localhost/base", True),
        ("192.168.1.7", False),
        ("box.local", False),
        ("localhost.example.com", False),
        ("ollama.com", False),
    ],
)
def test_what_is_of_this_machine_is_known(host: str, here: bool) -> None:
    assert is_this_machine(ollama_url(host)) is here

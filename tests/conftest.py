"""What every test may use: a folder of its own, an Ollama double, a browser, the real digests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.browser import OVERRIDE, find_browser
from tests.support.skips import skip_or_fail

if TYPE_CHECKING:
    from tests.support.ollama_double import OllamaDouble

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def repository() -> Path:
    """Return the root of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """Return a browser's program; where there is none the test is skipped, and fails in CI."""
    browser = find_browser()
    if browser is None:
        skip_or_fail(f"no Chromium on this machine: `make browser` tries to get one, {OVERRIDE} names one")
    return browser


@pytest.fixture(scope="session")
def digests() -> Path:
    """Return the folder of the real digests; the test is skipped where CITETRAIL_DIGESTS does not name it."""
    named = os.environ.get("CITETRAIL_DIGESTS", "")
    if not named:
        pytest.skip("CITETRAIL_DIGESTS is not set: nothing is tested on the real digests")
    folder = Path(named)
    if not folder.is_dir():
        pytest.fail(f"CITETRAIL_DIGESTS names {named}, which is not a folder")
    return folder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty working folder, with nothing of citetrail's or Ollama's in the environment."""
    for name in [n for n in os.environ if n.startswith(("CITETRAIL_", "OLLAMA_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def double() -> Iterator[OllamaDouble]:
    """Serve an Ollama double on loopback, with a chat model and an embedder."""
    from tests.support.ollama_double import serve_ollama

    with serve_ollama() as served:
        yield served

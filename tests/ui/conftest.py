"""What the tests of the commands and the page share: a folder, a browser, and a page of the stand-in assistant."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.ui.fakes import FakeAssistant, standing_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from rag import Assistant


@contextmanager
def served(assistant: Assistant) -> Iterator[str]:
    """Serve a page in a thread; gives its address."""
    from ui.serve import address_of, listen, make_server

    with closing(listen("127.0.0.1", 0)) as listener:
        server = make_server(assistant, "127.0.0.1")
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            until = time.monotonic() + 30
            while not server.started and thread.is_alive() and time.monotonic() < until:
                time.sleep(0.02)
            assert server.started
            yield address_of(listener)
        finally:
            server.should_exit = True
            thread.join(20)
            assert not thread.is_alive()


@pytest.fixture(scope="module")
def assistant() -> FakeAssistant:
    return FakeAssistant(pause=0.03)


@pytest.fixture(scope="module")
def page_address(assistant: FakeAssistant) -> Iterator[str]:
    with served(standing_in(assistant)) as address:
        yield address


@pytest.fixture(scope="module")
def browser(chromium_path: Path) -> Iterator[Browser]:
    """Launch a browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        program = playwright.chromium.launch(executable_path=str(chromium_path), args=["--no-sandbox"])
        yield program
        program.close()


@pytest.fixture
def elsewhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in a folder of one's own, with no settings from outside."""
    monkeypatch.setenv("COLUMNS", "200")

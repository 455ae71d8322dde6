"""The same library on a Chroma server: what the folder does, over HTTP, and past any proxy."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.errors import LibraryError
from ingest.library import Library
from ingest.pipeline import ingest
from ingest.settings import Settings
from tests.support.embedding import BagOfWords
from tests.support.pages import abstract, write_page

STARTED_WITHIN = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    chroma = Path(sys.executable).with_name("chroma")
    command = [str(chroma), "run", "--host", "127.0.0.1", "--port", str(port)]
    folder = tmp_path_factory.mktemp("server")
    process = subprocess.Popen([*command, "--path", str(folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + STARTED_WITHIN
        while not answers(port):
            assert process.poll() is None and time.monotonic() < until, "the Chroma server did not start"
            time.sleep(0.1)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def test_a_library_on_a_server_past_a_proxy(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")  # nothing listens there
    digest = write_page(tmp_path, "day.txt", ("On Kites", abstract("kites")), ("On Boats", abstract("boats")))
    settings = Settings(library=str(tmp_path / "unused"), chroma_host=server)
    report = ingest([digest], settings, embed_model=BagOfWords())
    again = Library.open(settings, BagOfWords())
    papers = again.papers()
    again.close()
    assert report.added == len(papers) == 2
    assert not (tmp_path / "unused").exists()


def test_no_server_is_said_with_the_command(tmp_path: Path) -> None:
    settings = Settings(chroma_host=f"127.0.0.1:{free_port()}")
    with pytest.raises(LibraryError, match="chroma run"):
        Library.open(settings, BagOfWords())

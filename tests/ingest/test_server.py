"""The same library on a Chroma server: what the folder does, over HTTP, and past any proxy."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.errors import LibraryError
from ingest.library import Library
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


SESSION = """
import sys
from pathlib import Path
from ingest.library import Library
from ingest.pipeline import ingest
from ingest.settings import Settings
from tests.support.embedding import BagOfWords

digest, folder, server = sys.argv[1:]
settings = Settings(library=folder, chroma_host=server)
report = ingest([Path(digest)], settings, embed_model=BagOfWords())
library = Library.open(settings, BagOfWords())
print(report.added, len(library.papers()), len(library.nearest(BagOfWords().get_query_embedding("kites"), 5)))
"""
"""In a process of its own: chromadb's client leaves its sockets to the interpreter's end."""


def test_a_library_on_a_server_past_a_proxy(server: str, tmp_path: Path, repository: Path) -> None:
    digest = write_page(tmp_path, "day.txt", ("On Kites", abstract("kites")), ("On Boats", abstract("boats")))
    nobody = f"http://127.0.0.1:{free_port()}"
    proxies = {name: nobody for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")}
    done = subprocess.run(
        [sys.executable, "-c", SESSION, str(digest), str(tmp_path / "unused"), server],
        cwd=repository,
        env={**os.environ, **proxies},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["2", "2", "2"]
    assert not (tmp_path / "unused").exists()


def test_no_server_is_said_with_the_command(tmp_path: Path) -> None:
    settings = Settings(chroma_host=f"127.0.0.1:{free_port()}")
    with pytest.raises(LibraryError, match="chroma run"):
        Library.open(settings, BagOfWords())

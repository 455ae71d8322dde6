"""The same library on a Chroma server: what the folder does, over HTTP, and past any proxy."""

from __future__ import annotations

import os
import signal
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


@pytest.fixture
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """The address of a Chroma server with an empty store, and its process."""
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
        yield f"127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def server(running: tuple[str, int]) -> str:
    return running[0]


def run_script(repository: Path, script: str, *arguments: str, **environ: str) -> str:
    """Run a script in a process of its own and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=repository,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


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
    said = run_script(repository, SESSION, str(digest), str(tmp_path / "unused"), server, **proxies)
    assert said.split() == ["2", "2", "2"]
    assert not (tmp_path / "unused").exists()


REINDEX = """
import sys
from ingest.library import Library
from ingest.reindex import reindex
from ingest.settings import Settings
from tests.support.embedding import BagOfWords

settings, other = Settings(chroma_host=sys.argv[1]), BagOfWords(salt="other", dimension=32, model_name="other")
reader = Library.open(settings, BagOfWords())
report = reindex(settings, embed_model=other)
library = Library.open(settings, other)
whole = set(library.known_records().values()) == set(library.papers())
print(report.embedded, whole, len(library.nearest(other.get_query_embedding("kites"), 5)))
print(reindex(settings, embed_model=other).changed)
"""


def test_a_library_on_a_server_is_reindexed(server: str, tmp_path: Path, repository: Path) -> None:
    digest = write_page(tmp_path, "day.txt", ("On Kites", abstract("kites")), ("On Boats", abstract("boats")))
    run_script(repository, SESSION, str(digest), str(tmp_path), server)
    assert run_script(repository, REINDEX, server).split() == ["2", "True", "2", "False"]


HANGING = """
import os, signal, sys, time
import ingest.store
from ingest.errors import LibraryError
from ingest.library import Library
from ingest.settings import Settings
from tests.support.embedding import BagOfWords

ingest.store._ANSWER_SECONDS = ingest.store._CONNECT_SECONDS = 0.5
address, process = sys.argv[1:]
library = Library.open(Settings(chroma_host=address), BagOfWords())
os.kill(int(process), signal.SIGSTOP)
began = time.monotonic()
try:
    for attempt in (library.papers, lambda: Library.open(Settings(chroma_host=address), BagOfWords())):
        try:
            attempt()
        except LibraryError as error:
            print(error)
finally:
    os.kill(int(process), signal.SIGCONT)
print(time.monotonic() - began < 20)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="a process cannot be held up on this system")
def test_a_server_that_hangs_is_not_waited_for(running: tuple[str, int], repository: Path, tmp_path: Path) -> None:
    server, process = running
    digest = write_page(tmp_path, "day.txt", ("On Kites", abstract("kites")))
    run_script(repository, SESSION, str(digest), str(tmp_path), server)
    read, opened, soon = run_script(repository, HANGING, server, str(process)).splitlines()
    assert read.startswith(f"The library {server!r} could not be read: timed out")
    assert opened.startswith(f"No Chroma server answers at {server!r} (timed out")
    assert soon == "True"


def test_no_server_is_said_with_the_command(tmp_path: Path) -> None:
    settings = Settings(chroma_host=f"127.0.0.1:{free_port()}")
    with pytest.raises(LibraryError, match="chroma run"):
        Library.open(settings, BagOfWords())

"""Real processes: killed in an ingest or a reindex, and two that write at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import ingest.lock
from ingest.errors import LibraryBusy, LibraryMismatch, LibraryMissing, LibraryUnwritable
from ingest.index import generations_in
from ingest.library import Library
from ingest.lock import write_lock
from ingest.pipeline import ingest as ingest_here
from ingest.settings import Settings
from ingest.store import LOCK_FILE, close_store, open_folder
from tests.support.embedding import BagOfWords
from tests.support.ollama_double import EMBED, Model, OllamaDouble, serve_ollama
from tests.support.pages import abstract, write_page

OTHER = Model("nomic-embed-text:latest", 2048, "137M", "nomic-bert", ("embedding",))
HELD = 70
"""Papers: three batches."""
PATIENCE = 120.0


class Ollama:
    """A double that can be made to hold a request back, so that the process that asks can be killed there."""

    def __init__(self, double: OllamaDouble) -> None:
        self.double = double
        self.reached = threading.Event()
        self.let_go = threading.Event()
        double.embed_fault = self._held_back
        self._texts_to_go: int | None = None

    def hold_after(self, texts: int) -> None:
        """Hold every request back once so many texts have been embedded."""
        self.reached.clear()
        self.let_go.clear()
        self._texts_to_go = texts

    def go_on(self) -> None:
        """Hold nothing back."""
        self._texts_to_go = None
        self.let_go.set()

    def _held_back(self, body: Mapping[str, Any]) -> None:
        if self._texts_to_go is None:
            return
        self._texts_to_go -= len(body["input"])
        if self._texts_to_go < 0:
            self.reached.set()
            self.let_go.wait(PATIENCE)


@pytest.fixture
def ollama() -> Iterator[Ollama]:
    double = OllamaDouble(models=(EMBED, OTHER), embed=BagOfWords(dimension=512).get_text_embedding)
    with serve_ollama(double):
        served = Ollama(double)
        yield served
        served.go_on()


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return write_page(tmp_path, "a.txt", *((f"Paper {i}", abstract(f"topic {i}", 3)) for i in range(HELD)))


@pytest.fixture
def settings(tmp_path: Path, ollama: Ollama) -> Settings:
    return Settings(library=str(tmp_path / "library"), ollama_host=ollama.double.url)


@pytest.fixture
def start(repository: Path, tmp_path: Path, settings: Settings) -> Iterator[Any]:
    """Start a command of citetrail's; whatever still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def run(*words: str) -> subprocess.Popen[str]:
        environ = {k: v for k, v in os.environ.items() if not k.startswith(("CITETRAIL_", "OLLAMA_"))}
        kept = {k: v for k, v in os.environ.items() if k in ("CITETRAIL_CACHE", "CITETRAIL_WEIGHTS")}
        started.append(
            subprocess.Popen(
                [sys.executable, "-m", "ui.cli", *words, "--library", settings.library],
                env={**environ, **kept, "OLLAMA_HOST": settings.ollama_host, "PYTHONPATH": str(repository)},
                cwd=tmp_path,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        )
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.communicate()


def _ended(process: subprocess.Popen[str]) -> str:
    """Wait for a process, hold that it ended well, and return what it printed."""
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said
    return said


def _kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    process.communicate(timeout=PATIENCE)


def _all_found(settings: Settings, papers: int) -> str:
    """Hold that a library holds so many papers, each whole and found by its words; return its embedding model."""
    with closing(Library.open(settings)) as library:
        held = library.papers()
        assert len({p.paper_id for p in held}) == len(held) == papers
        assert set(library.known_records().values()) == set(held)
        for passage in library.passages()[::10]:
            asked = library.embedder.get_text_embedding(f"{passage.title}\n{passage.text}")
            stored = library.vectors_of([passage.paper_id])[passage.paper_id].vectors
            assert max(stored @ asked) == pytest.approx(1.0)
            assert len(library.nearest(asked, 4)) == 4
        return str(library.embedder.model_name)


def _nothing_left(settings: Settings) -> None:
    """Hold that a library has one index, and in it nothing that no paper owns."""
    with closing(Library.open(settings)) as library:
        assert library.sweep() == 0
        assert not library.cut_off
    client = open_folder(Path(settings.library), create=False)
    assert len(generations_in(client)) == 1
    close_store(client)


@pytest.mark.slow
@pytest.mark.parametrize(("texts", "whole"), [(5, 0), (150, 32), (270, 64)])
def test_an_ingest_that_is_killed_is_made_whole_by_the_next(texts, whole, page, settings, start, ollama, tmp_path):
    words = ("ingest", str(page))
    (tmp_path / "citetrail.toml").write_text('embedder = "ollama"\nembed_model = "all-minilm"\n')
    ollama.hold_after(texts)
    process = start(*words)
    assert ollama.reached.wait(PATIENCE)
    _kill(process)
    ollama.go_on()
    assert _all_found(settings, whole) == "all-minilm"
    said = " ".join(_ended(start(*words)).split())
    assert f"The library holds {HELD} papers" in said
    assert _all_found(settings, HELD) == "all-minilm"
    _nothing_left(settings)


@pytest.mark.slow
@pytest.mark.parametrize("texts", [5, 150, 270])
def test_a_reindex_that_is_killed_is_taken_up_and_the_old_index_answers_meanwhile(
    texts, page, settings, start, ollama, tmp_path
):
    made = Settings(**{**vars(settings), "embedder": "ollama", "embed_model": "all-minilm"})
    ingest_here([page], made)
    words = ("reindex", "--embedder", "ollama", "--embed-model", "nomic-embed-text")
    ollama.hold_after(texts)
    process = start(*words)
    assert ollama.reached.wait(PATIENCE)
    ollama._texts_to_go = None
    assert _all_found(settings, HELD) == "all-minilm", "while it is at work"
    _kill(process)
    ollama.go_on()
    assert _all_found(settings, HELD) == "all-minilm", "after it was killed"
    said = " ".join(_ended(start(*words)).split())
    assert "embedded by OllamaEmbedding/nomic-embed-text" in said
    assert ("had been embedded by an earlier run" in said) == (texts > 100)
    assert _all_found(settings, HELD) == "nomic-embed-text"
    _nothing_left(settings)
    with pytest.raises(LibraryMismatch, match="OllamaEmbedding/all-minilm"):
        Library.open(made)


@pytest.mark.slow
def test_two_that_ingest_at_once_write_one_after_the_other(page, settings, start, tmp_path):
    (tmp_path / "citetrail.toml").write_text('embedder = "ollama"\nembed_model = "all-minilm"\n')
    more = [(f"Paper {i}", abstract(f"topic {i}", 3)) for i in range(HELD - 10, HELD + 40)]
    other = write_page(tmp_path, "b.txt", *more)
    both = [start("ingest", str(path)) for path in (page, other, page)]
    for process in both:
        _ended(process)
    _all_found(settings, HELD + 40)
    _nothing_left(settings)
    with closing(Library.open(settings)) as library:
        assert sum(p.digests == ("a", "b") or p.digests == ("b", "a") for p in library.papers()) == 10
        orders = [library._ledger.read().orders[p.paper_id] for p in library.papers()]
        assert orders == list(range(HELD + 40))


@pytest.mark.slow
def test_an_ingest_beside_a_reindex_waits_and_is_not_lost(page, settings, start, ollama, tmp_path):
    made = Settings(**{**vars(settings), "embedder": "ollama", "embed_model": "all-minilm"})
    ingest_here([page], made)
    new = write_page(tmp_path, "b.txt", ("Newts", abstract("newts")))
    ollama.hold_after(150)
    reindexing = start("reindex", "--embed-model", "nomic-embed-text")
    assert ollama.reached.wait(PATIENCE)
    ingesting = start("ingest", str(new))
    assert ingesting.stdout is not None
    assert "waiting" in ingesting.stdout.readline()
    ollama.go_on()
    _ended(reindexing)
    _ended(ingesting)
    assert _all_found(settings, HELD + 1) == "nomic-embed-text"
    _nothing_left(settings)


class TestLock:
    def test_who_holds_it_is_named_to_who_waited_in_vain(self, tmp_path, monkeypatch):
        settings = Settings(library=str(tmp_path / "library"))
        page = write_page(tmp_path, "a.txt", ("Frogs", abstract("frogs")))
        ingest_here([page], settings, embed_model=BagOfWords())
        monkeypatch.setattr(ingest.lock, "WAIT_SECONDS", 0.3)
        told: list[str] = []
        with write_lock(settings, "reindex"), pytest.raises(LibraryBusy) as caught:
            ingest_here([page], settings, embed_model=BagOfWords(), progress=lambda stage, *_: told.append(stage))
        assert f"(reindex, process {os.getpid()})" in caught.value.what
        assert "when it has ended" in caught.value.fix
        assert told.count("waiting") == 1
        assert ingest_here([page], settings, embed_model=BagOfWords()).unchanged == 1

    def test_it_ends_with_whoever_held_it(self, tmp_path):
        settings = Settings(library=str(tmp_path / "library"))
        for _ in range(2):
            with pytest.raises(ZeroDivisionError), write_lock(settings, "ingest", create=True, wait=0):
                raise ZeroDivisionError

    def test_a_waiting_one_gets_it(self, tmp_path):
        settings = Settings(library=str(tmp_path / "library"))
        held, got = threading.Event(), threading.Event()

        def wait_for_it() -> None:
            with write_lock(settings, "ingest", create=True, tell=held.set, wait=30):
                got.set()

        waiting = threading.Thread(target=wait_for_it)
        with write_lock(settings, "ingest", create=True):
            waiting.start()
            assert held.wait(30)
            assert not got.is_set()
        waiting.join(30)
        assert got.is_set()

    def test_nothing_is_made_where_there_is_no_library(self, tmp_path):
        with pytest.raises(LibraryMissing), write_lock(Settings(library=str(tmp_path / "none")), "reindex"):
            pass
        assert list(tmp_path.iterdir()) == []

    def test_the_files_of_the_lock_are_no_other_things(self, tmp_path):
        settings = Settings(library=str(tmp_path / "library"))
        with write_lock(settings, "ingest", create=True):
            pass
        assert (tmp_path / "library" / LOCK_FILE).exists()
        page = write_page(tmp_path, "a.txt", ("Frogs", abstract("frogs")))
        assert ingest_here([page], settings, embed_model=BagOfWords()).added == 1

    def test_a_lock_that_cannot_be_taken_is_named(self, tmp_path):
        (tmp_path / "library").mkdir()
        (tmp_path / "library" / LOCK_FILE).mkdir()
        with (
            pytest.raises(LibraryUnwritable, match="cannot be locked"),
            write_lock(Settings(library=str(tmp_path / "library")), "ingest", create=True),
        ):
            pass

    def test_a_library_on_a_server_has_none(self, tmp_path):
        settings = Settings(library=str(tmp_path / "library"), chroma_host="127.0.0.1:9")
        with write_lock(settings, "ingest"), write_lock(settings, "ingest"):
            assert not (tmp_path / "library").exists()

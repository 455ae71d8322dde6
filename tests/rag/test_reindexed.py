"""An assistant that goes on answering while another process gives its library another embedder."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from ingest.embeddings import judging_embedder
from ingest.embeddings.minilm import MiniLMEmbedding
from ingest.embeddings.ollama import OllamaEmbedder
from ingest.errors import LibraryMismatch, LibraryMoved
from ingest.index import Near
from ingest.library import Library
from ingest.pipeline import store_papers
from ingest.settings import Settings
from rag import Assistant
from rag.retrieval.retrieve import HybridRetriever
from tests.support.embedding import BagOfWords
from tests.support.ollama_double import EMBED, Model, OllamaDouble, serve_ollama
from tests.support.shelf import FROG, QUESTION, SHELF, bag, fill, settings_in

NOMIC = Model("nomic-embed-text:latest", 2048, "137M", "nomic-bert", ("embedding",))


def _embed(text: str) -> list[float]:
    """Embed as two models do: the one that gets prefixes has another dimension."""
    kind, found, bare = text.partition("search_document: " if text.startswith("search_d") else "search_query: ")
    return BagOfWords(dimension=256).get_text_embedding(bare) if found and not kind else bag().get_text_embedding(text)


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """The settings of a library of the shelf's papers, made with Ollama's all-minilm; they leave the embedder open."""
    with serve_ollama(OllamaDouble(models=(EMBED, NOMIC), embed=_embed)) as double:
        open_ones = Settings(library=str(tmp_path / "library"), ollama_host=double.url, generator="extractive")
        made = Settings(**{**vars(open_ones), "embedder": "ollama", "embed_model": "all-minilm"})
        with closing(Library.open(made, create=True)) as library:
            store_papers(library, SHELF)
        yield open_ones


def _reindex(settings: Settings, repository: Path, model: str) -> subprocess.Popen[str]:
    """Start another process that reindexes."""
    words = ["reindex", "--embedder", "ollama", "--embed-model", model, "--library", settings.library]
    return subprocess.Popen(
        [sys.executable, "-m", "ui.cli", *words],
        env={**os.environ, "OLLAMA_HOST": settings.ollama_host, "PYTHONPATH": str(repository)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


class Asking(threading.Thread):
    """Asks the same question over and over, and keeps what was wrong with the answers."""

    def __init__(self, assistant: Assistant) -> None:
        super().__init__()
        self.assistant = assistant
        self.enough = threading.Event()
        self.answers = 0
        self.wrong: list[str] = []

    def run(self) -> None:
        while not self.enough.is_set():
            try:
                answer = self.assistant.ask(QUESTION)
            except Exception:  # whatever it is, the test is to fail with it
                self.wrong.append(traceback.format_exc())
                return
            self.answers += 1
            if answer.sources[0].paper_id != FROG.paper_id or "62.2%" not in answer.text:
                self.wrong.append(answer.text)


@pytest.mark.slow
def test_it_answers_before_during_and_after(settings, repository):
    with closing(Assistant.open(settings)) as assistant:
        before = assistant.ask(QUESTION)
        asking = [Asking(assistant) for _ in range(2)]
        for thread in asking:
            thread.start()
        for model in ("nomic-embed-text", "all-minilm", "nomic-embed-text"):
            process = _reindex(settings, repository, model)
            said, _ = process.communicate(timeout=180)
            assert process.returncode == 0, said
            assert f"embedded by OllamaEmbedding/{model}" in " ".join(said.split())
        for thread in asking:
            thread.enough.set()
            thread.join(60)
        assert [wrong for thread in asking for wrong in thread.wrong] == []
        assert all(thread.answers > 2 for thread in asking)
        after = assistant.ask(QUESTION)
        assert assistant.library.embedder.model_name == "nomic-embed-text"
        assert len(assistant.retriever.embed(QUESTION)) == 256
        assert after.text == before.text
        assert after.provenance.settings != before.provenance.settings
        assert assistant.settings.embed_model == "nomic-embed-text"


@pytest.mark.slow
def test_one_that_was_told_its_embedder_says_that_the_library_has_another(settings, repository):
    told = Settings(**{**vars(settings), "embedder": "ollama", "embed_model": "all-minilm"})
    with closing(Assistant.open(told)) as assistant:
        assistant.ask(QUESTION)
        process = _reindex(settings, repository, "nomic-embed-text")
        process.communicate(timeout=180)
        for _ in range(2):
            with pytest.raises(LibraryMismatch) as caught:
                assistant.ask(QUESTION)
            assert "OllamaEmbedding/nomic-embed-text" in caught.value.what
            assert "citetrail reindex --embedder ollama --embed-model all-minilm" in caught.value.fix


def test_what_ollama_found_is_judged_by_the_embedder_that_the_thresholds_were_set_with(tmp_path):
    with closing(OllamaEmbedder("all-minilm", "http://127.0.0.1:9")) as remote:
        assert isinstance(judging_embedder(remote, Settings()), MiniLMEmbedding)
        nowhere = Settings(weights=str(tmp_path))
        assert judging_embedder(remote, nowhere) is remote
    assert judging_embedder(bag(), Settings()) is bag()


def test_a_search_whose_index_moves_meanwhile_is_made_again(tmp_path, monkeypatch):
    with closing(fill(settings_in(tmp_path))) as library:
        retriever = HybridRetriever(library)
        nearest, moved = library.nearest, [LibraryMoved("Gone.", "Ask again.")]

        def moving(vector: Sequence[float], k: int) -> list[Near]:
            if moved:
                raise moved.pop()
            return nearest(vector, k)

        monkeypatch.setattr(library, "nearest", moving)
        assert retriever.search(QUESTION)[0].paper == FROG
        moved += [LibraryMoved("Gone.", "Ask again.")] * 9
        with pytest.raises(LibraryMoved):
            retriever.search(QUESTION)

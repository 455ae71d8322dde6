"""Ollama's address in every form, and its embedder: prefixes, batches, texts too long, and every way it can fail."""

from __future__ import annotations

import asyncio
import dataclasses
import math
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from ingest.embeddings import embedder_name, make_embedder, weights_hash
from ingest.embeddings.ollama import BATCH, OllamaEmbedder, make_ollama_embedder
from ingest.embeddings.prefixes import best, known
from ingest.errors import ConfigError, LibraryMismatch, ModelError
from ingest.library import Library
from ingest.manifest import manifest_for
from ingest.ollama_host import ollama_url
from ingest.pipeline import ingest
from ingest.settings import Settings
from tests.support.embedding import BagOfWords
from tests.support.ollama_double import CHAT, EMBED, Model, OllamaDouble, closed_port, serve_ollama
from tests.support.pages import abstract, write_page


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("", "http://127.0.0.1:11434"),
        ("  ", "http://127.0.0.1:11434"),
        (":8000", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("0.0.0.0:8000", "http://127.0.0.1:8000"),
        ("box.local", "http://box.local:11434"),
        ("box.local:8000", "http://box.local:8000"),
        ("'box.local'", "http://box.local:11434"),
        ("http://box.local", "http://box.local:80"),
        ("HTTP://Box.local", "http://box.local:80"),
        ("https://box.local", "https://box.local:443"),
        ("http://box.local:8000/base/", "http://box.local:8000/base"),
        ("http://0.0.0.0:8000", "http://127.0.0.1:8000"),
        ("::1", "http://[::1]:11434"),
        ("[::1]:8000", "http://[::1]:8000"),
        ("[::]:8000", "http://[::1]:8000"),
        ("::", "http://[::1]:11434"),
    ],
)
def test_addresses(host, url):
    assert ollama_url(host) == url


@pytest.mark.parametrize("host", ["box:port", "box:99999", "ftp://box", "[::1", "box local", "user:word@box:1"])
def test_what_is_no_address_is_named(host):
    with pytest.raises(ConfigError) as caught:
        ollama_url(host)
    assert repr(host) in str(caught.value)
    assert caught.value.fix == "Give host:port."


MODELS = (EMBED, Model("nomic-embed-text:latest", 2048, "137M", "nomic-bert", ("embedding",)), CHAT)


@pytest.fixture
def double() -> Iterator[OllamaDouble]:
    with serve_ollama(OllamaDouble(models=MODELS)) as served:
        yield served


@pytest.fixture
def make(double: OllamaDouble) -> Iterator[Callable[..., OllamaEmbedder]]:
    """Make embedders of the double, which are closed afterwards."""
    made: list[OllamaEmbedder] = []

    def open_one(model: str = "all-minilm", **more: Any) -> OllamaEmbedder:
        made.append(OllamaEmbedder(model, double.url, **more))
        return made[-1]

    yield open_one
    for embedder in made:
        embedder.close()


def _inputs(double: OllamaDouble) -> list[list[str]]:
    return [list(request.body["input"]) for request in double.embeds()]


class TestPrefixes:
    @pytest.mark.parametrize(
        ("model", "query", "document"),
        [
            ("nomic-embed-text", "search_query: ", "search_document: "),
            ("nomic-embed-text:v1.5", "search_query: ", "search_document: "),
            ("hf.co/nomic-ai/Nomic-Embed-Text-v1.5-GGUF:Q8_0", "search_query: ", "search_document: "),
            ("mxbai-embed-large", "Represent this sentence for searching relevant passages: ", ""),
            ("embeddinggemma:300m", "task: search result | query: ", "title: none | text: "),
            ("bge-m3", "", ""),
            ("all-minilm:l6-v2", "", ""),
            ("snowflake-arctic-embed:22m", "Represent this sentence for searching relevant passages: ", ""),
            ("snowflake-arctic-embed2", "query: ", ""),
            ("nobody-knows-me", "", ""),
        ],
    )
    def test_as_the_models_card_wants_them(self, model, query, document):
        assert (known(model).query, known(model).document) == (query, document)

    def test_each_stands_before_its_texts(self, double, make):
        embedder = make("nomic-embed-text")
        embedder.get_text_embedding_batch(["frogs", "ponds"])
        embedder.get_query_embedding("What are frogs?")
        assert _inputs(double) == [
            ["search_document: frogs", "search_document: ponds"],
            ["search_query: What are frogs?"],
        ]

    def test_the_manifest_holds_them(self, make):
        manifest = manifest_for(Settings(), make("nomic-embed-text"))
        assert (manifest.query_prefix, manifest.document_prefix) == ("search_query: ", "search_document: ")
        assert (manifest.embedder, manifest.weights, manifest.dimension) == ("OllamaEmbedding/nomic-embed-text", "", 64)
        assert len(manifest.probe) == 64


class TestMaking:
    def test_past_any_proxy(self, double, monkeypatch):
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
        settings = Settings(embedder="ollama", embed_model="all-minilm:latest", ollama_host=double.url)
        with closing(make_ollama_embedder(settings)) as embedder:
            assert len(embedder.get_text_embedding("frogs")) == 64
        assert embedder_name(embedder) == "OllamaEmbedding/all-minilm"
        assert weights_hash(embedder) == ""

    @pytest.mark.parametrize(
        ("installed", "chosen"),
        [
            ({"all-minilm:latest": 46, "nomic-embed-text:latest": 274, "qwen3:4b": 2500}, "nomic-embed-text:latest"),
            ({"all-minilm:latest": 46, "qwen3:4b": 2500}, "all-minilm:latest"),
            ({"hf.co/one/EmbeddingGemma-300m-GGUF:Q8_0": 3, "bge-m3": 12}, "hf.co/one/EmbeddingGemma-300m-GGUF:Q8_0"),
            ({"my-embedder:small": 1, "my-embedder:large": 9, "qwen3:4b": 2500}, "my-embedder:large"),
            ({"qwen3:4b": 2500}, ""),
            ({}, ""),
        ],
    )  # fmt: skip
    def test_the_best_installed_is_chosen_where_none_is_named(self, installed, chosen):
        assert best(installed) == chosen

    def test_none_that_runs_in_the_cloud_is_chosen(self, double):
        remote = Model("embeddinggemma:cloud", capabilities=("embedding",))
        hosted = Model("bge-m3:latest", capabilities=("embedding",), remote_host="https://ollama.com")
        double.models = (remote, hosted, EMBED)
        with closing(make_ollama_embedder(Settings(embedder="ollama", ollama_host=double.url))) as embedder:
            assert embedder.model_name == "all-minilm"

    @pytest.mark.parametrize(("wanted", "named"), [("frogs", "frogs"), ("", "nomic-embed-text")])
    def test_a_model_that_is_not_there_is_named_with_the_command_that_brings_it(self, double, wanted, named):
        double.models = (CHAT,)
        with pytest.raises(ModelError) as caught:
            make_embedder(Settings(embedder="ollama", embed_model=wanted, ollama_host=double.url))
        assert repr(named) in caught.value.what
        assert caught.value.fix == f"Run: ollama pull {named}"

    def test_where_no_server_answers_the_command_is_named(self):
        with pytest.raises(ModelError) as caught:
            make_embedder(Settings(embedder="ollama", ollama_host=f"127.0.0.1:{closed_port()}"))
        assert "does not answer" in caught.value.what
        assert "ollama serve" in caught.value.fix

    def test_a_library_remembers_its_model(self, double, tmp_path):
        page = write_page(tmp_path, "a.txt", ("Frogs", abstract("frogs")))
        settings = Settings(library=str(tmp_path / "library"), ollama_host=double.url)
        named = dataclasses.replace(settings, embedder="ollama", embed_model="nomic-embed-text")
        ingest([page], named)
        with closing(Library.open(settings)) as library:
            assert (library.settings.embedder, library.settings.embed_model) == ("ollama", "nomic-embed-text")
            assert library.embedder.model_name == "nomic-embed-text"
        with pytest.raises(LibraryMismatch, match="OllamaEmbedding/all-minilm"):
            Library.open(dataclasses.replace(named, embed_model="all-minilm"))


class TestBatches:
    def test_texts_are_asked_for_together_in_their_order(self, double, make):
        texts = [f"frog {i}" for i in range(BATCH * 2 + 3)]
        vectors = make().get_text_embedding_batch(texts)
        assert [len(asked) for asked in _inputs(double)] == [BATCH, BATCH, 3]
        assert vectors == [pytest.approx(BagOfWords().get_text_embedding(text)) for text in texts]
        assert all(request.body["truncate"] is False for request in double.embeds())

    def test_vectors_have_length_one(self, double, make):
        double.embed = lambda text: [3.0, 4.0]
        assert make().get_text_embedding("frogs") == pytest.approx([0.6, 0.8])

    def test_a_question_is_asked_for_once(self, double, make):
        embedder = make("nomic-embed-text")
        vectors = [embedder.get_query_embedding(f"frog {i}") for i in (1, 2, 1, 2)]
        assert vectors[:2] == vectors[2:]
        assert _inputs(double) == [["search_query: frog 1"], ["search_query: frog 2"]]
        for i in range(100):
            embedder.get_query_embedding(f"pond {i}")
        assert len(double.embeds()) == 102

    def test_asyncio(self, make):
        embedder = make()
        assert asyncio.run(embedder.aget_query_embedding("frogs")) == embedder.get_query_embedding("frogs")
        assert asyncio.run(embedder.aget_text_embedding("frogs")) == embedder.get_text_embedding("frogs")


class TestTooLong:
    def test_a_long_text_is_embedded_in_parts_and_nothing_is_cut(self, double, make):
        double.models = (Model("all-minilm:latest", 8, capabilities=("embedding",)),)
        embedded: list[str] = []

        def embed(text: str) -> list[float]:
            embedded.append(text)
            return BagOfWords().get_text_embedding(text)

        double.embed = embed
        words = [f"word{i}" for i in range(20)]
        vectors = make().get_text_embedding_batch(["short", " ".join(words), "also short"])
        assert "".join(embedded[1:-1]) == " ".join(words)
        assert vectors[0] == pytest.approx(BagOfWords().get_text_embedding("short"))
        assert vectors[2] == pytest.approx(BagOfWords().get_text_embedding("also short"))
        assert sum(x * x for x in vectors[1]) == pytest.approx(1.0)
        like_the_whole = sum(
            x * y for x, y in zip(vectors[1], BagOfWords().get_text_embedding(" ".join(words)), strict=True)
        )
        assert like_the_whole > 0.9

    def test_each_part_gets_the_prefix(self, double, make):
        double.models = (Model("nomic-embed-text:latest", 12, capabilities=("embedding",)),)
        make("nomic-embed-text").get_query_embedding(" ".join(f"word{i}" for i in range(9)))
        assert all(text.startswith("search_query: ") for asked in _inputs(double) for text in asked)

    def test_a_text_without_spaces_is_parted_too(self, double, make):
        double.models = (Model("all-minilm:latest", 8, capabilities=("embedding",)),)
        assert len(make().get_text_embedding("frogsandpondsandnewtsandtoads" * 3)) == 64

    def test_a_window_too_small_for_anything_is_an_error(self, double, make):
        double.models = (Model("all-minilm:latest", 0, capabilities=("embedding",)),)
        with pytest.raises(ModelError, match="too small even for 'f'"):
            make().get_text_embedding("fr")


FAULTS: list[tuple[int, str, str, str]] = [
    (404, 'model "all-minilm" not found, try pulling it first', "not found", "ollama pull all-minilm"),
    (500, "llama runner process has terminated: exit status 2", "exit status 2", "server's log"),
    (500, "model requires more system memory (9 GiB) than is available (2 GiB)", "9 GiB", "smaller model"),
    (501, "this model does not support embeddings", "does not support", "nomic-embed-text"),
    (400, "embedding contains NaN or Inf values", "NaN", "server's log"),
]


class TestFailures:
    @pytest.mark.parametrize(("status", "said", "what", "fix"), FAULTS)
    def test_what_the_server_says_is_passed_on_with_what_to_do(self, double, make, status, said, what, fix):
        double.embed_fault = lambda body: (status, said)
        with pytest.raises(ModelError) as caught:
            make().get_text_embedding("frogs")
        assert what in caught.value.what
        assert "'all-minilm'" in caught.value.what
        assert fix in caught.value.fix

    @pytest.mark.parametrize(
        ("vector", "words"),
        [
            ([0.0, 0.0], "a vector of zeros for 'frogs'"),
            ([math.nan, 1.0], "with no numbers in it for 'frogs'"),
            ([math.inf, 1.0], "with no numbers in it for 'frogs'"),
            ([], "a vector of zeros"),
        ],
    )
    def test_a_vector_that_cannot_be_searched_is_an_error(self, double, make, vector, words):
        double.embed = lambda text: vector
        with pytest.raises(ModelError, match=words) as caught:
            make().get_text_embedding("frogs")
        assert "ollama pull all-minilm" in caught.value.fix

    def test_another_dimension_than_before_is_an_error(self, double, make):
        embedder = make()
        embedder.get_text_embedding("frogs")
        double.embed = lambda text: [1.0, 0.0]
        with pytest.raises(ModelError, match="a vector of 2 numbers after some of 64"):
            embedder.get_query_embedding("ponds")

    @pytest.mark.parametrize(
        ("status", "body", "words"),
        [
            (200, "<html>hello</html>", "does not embed as Ollama does"),
            (200, '{"embeddings": "none"}', "does not embed as Ollama does"),
            (200, '{"embeddings": []}', "0 vectors for 1 texts"),
            (302, "", "302"),
            (502, "Bad gateway", "Bad gateway"),
        ],
    )
    def test_something_else_that_answers_there(self, double, make, status, body, words):
        double.broken_paths["/api/embed"] = (status, body)
        with pytest.raises(ModelError, match=words):
            make().get_text_embedding("frogs")

    def test_a_server_that_is_too_slow(self, double, make):
        let_go = threading.Event()
        double.embed_fault = lambda body: let_go.wait(5) and None
        with pytest.raises(ModelError, match=r"took longer than 0\.2 s to embed 2 texts") as caught:
            make(timeout=0.2).get_text_embedding_batch(["frogs", "ponds"])
        let_go.set()
        assert "ollama_timeout" in caught.value.fix

    def test_a_server_that_goes_midway(self, tmp_path, double, make):
        """What was written before stays whole, and the same command goes on from there."""
        entries = [(f"Frogs {i}", abstract(f"frogs {i}", 2)) for i in range(40)]
        page = write_page(tmp_path, "many.txt", *entries)
        settings = Settings(library=str(tmp_path / "library"), embedder="ollama", ollama_host=double.url)
        double.embed_fault = lambda body: (500, "the runner has stopped") if len(double.embeds()) > 5 else None
        with pytest.raises(ModelError, match="the runner has stopped"):
            ingest([page], settings)
        double.embed_fault = lambda body: None
        with closing(Library.open(settings)) as library:
            assert len(library.papers()) == 32
        report = ingest([page], settings)
        assert (report.added, report.unchanged, report.papers) == (8, 32, 40)

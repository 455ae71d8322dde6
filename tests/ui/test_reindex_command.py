"""``citetrail reindex``: what is handed over, what is said, and what the configuration still says otherwise."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

import ingest.reindex
from ingest.errors import LibraryBusy, ModelError
from ingest.manifest import Manifest
from ingest.pipeline import ingest as ingest_here
from ingest.reindex import ReindexReport
from ingest.settings import Settings
from tests.support.embedding import BagOfWords
from tests.support.ollama_double import EMBED, OllamaDouble, serve_ollama
from tests.support.pages import abstract, write_page
from ui.cli import main

pytestmark = pytest.mark.usefixtures("elsewhere")

MINILM = Manifest(1, "MiniLMEmbedding/all-MiniLM-L6-v2", "5e", (), 384, "cl100k_base", 140, 1)
NOMIC = dataclasses.replace(
    MINILM, embedder="OllamaEmbedding/nomic-embed-text", weights="", dimension=768, query_prefix="search_query: "
)


@pytest.fixture
def done(monkeypatch) -> list[Settings]:
    """Stand in for the work: from MiniLM to Nomic, having been cut off before. Keeps the settings handed over."""
    given: list[Settings] = []

    def stand_in(settings, progress):
        given.append(settings)
        progress("waiting", 0, 1)
        progress("embedding", 207, 207)
        return ReindexReport(207, 693, 175, 32, MINILM, NOMIC)

    monkeypatch.setattr(ingest.reindex, "reindex", stand_in)
    return given


def test_what_was_done_is_said(done, capsys):
    words = "--embedder ollama --embed-model nomic-embed-text --passage-tokens 90 --passage-overlap 0 --library lib"
    assert main(["reindex", *words.split()]) == 0
    (settings,) = done
    chosen = (settings.embedder, settings.embed_model, settings.passage_tokens, settings.passage_overlap)
    assert (*chosen, settings.library) == ("ollama", "nomic-embed-text", 90, 0, "lib")
    shown = capsys.readouterr()
    assert "207 papers in 693 passages of at most 140 tokens, embedded by OllamaEmbedding/nomic-embed-text" in shown.out
    assert "32 papers had been embedded by an earlier run" in shown.out
    assert "The old index is removed." in shown.out
    assert "Another process is writing to the library; waiting for it" in shown.err


def test_what_is_not_named_is_left_to_the_library(done):
    assert main(["reindex", "--passage-tokens", "90"]) == 0
    assert dataclasses.replace(done[0], passage_tokens=0) == Settings()


def test_nothing_to_do_is_said(monkeypatch, capsys):
    same = ReindexReport(207, 693, 0, 0, MINILM, MINILM)
    monkeypatch.setattr(ingest.reindex, "reindex", lambda settings, progress: same)
    assert main(["reindex"]) == 0
    assert "Nothing to do: 207 papers in 693 passages, embedded by MiniLMEmbedding" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("file", "environ", "said"),
    [
        ("", {}, []),
        ('embedder = "auto"\npassage_tokens = 140\n', {}, []),
        ('embedder = "ollama"\n', {"CITETRAIL_EMBED_MODEL": "nomic-embed-text"}, []),
        ('embedder = "minilm"\n', {}, ["citetrail.toml says embedder = 'minilm'"]),
        ('embed_model = "bge-m3"\n', {}, ["citetrail.toml says embed_model = 'bge-m3'"]),
        ("", {"CITETRAIL_PASSAGE_OVERLAP": "3"}, ["CITETRAIL_PASSAGE_OVERLAP says passage_overlap = 3"]),
    ],
)
def test_a_configuration_that_says_otherwise_is_pointed_out(done, file, environ, said, monkeypatch, tmp_path, capsys):
    (tmp_path / "citetrail.toml").write_text(file)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    words = ["--embedder", "ollama", "--embed-model", "nomic-embed-text", "--passage-overlap", "1"]
    assert main(["reindex", *words, "--json"]) == 0
    contradicted = json.loads(capsys.readouterr().out)["contradicted"]
    assert len(contradicted) == len(said)
    assert all(part in line for part, line in zip(said, contradicted, strict=True))
    assert main(["reindex", *words]) == 0
    shown = capsys.readouterr().err.replace("\n", "")
    assert all(part in shown for part in said)


def test_json(done, capsys):
    assert main(["reindex", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    counts = ("changed", "papers", "passages", "embedded", "kept")
    assert [data[name] for name in counts] == [True, 207, 693, 175, 32]
    assert data["before"]["embedder"] == "MiniLMEmbedding/all-MiniLM-L6-v2"
    assert data["after"]["dimension"] == 768
    assert data["after"]["query_prefix"] == "search_query: "


def test_interrupted_it_says_that_nothing_is_lost(monkeypatch, capsys):
    def interrupted(settings, progress):
        raise KeyboardInterrupt

    monkeypatch.setattr(ingest.reindex, "reindex", interrupted)
    assert main(["reindex"]) == 130
    assert "The old index goes on serving; the same command again goes on" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code"), [(ModelError("Gone.", "Run: x"), 5), (LibraryBusy("Another.", "Again."), 4)]
)
def test_an_error_has_its_code(monkeypatch, capsys, error, code):
    def failing(settings, progress):
        raise error

    monkeypatch.setattr(ingest.reindex, "reindex", failing)
    assert main(["reindex"]) == code
    assert error.fix in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"), [(["--embedder", "word2vec"], "choose one of"), (["--passage-tokens", "3"], "16 to 2000")]
)
def test_a_setting_without_meaning_is_refused(words, said, capsys):
    assert main(["reindex", *words]) == 2
    assert said in capsys.readouterr().err


def test_where_there_is_no_library_the_command_that_makes_one_is_named(capsys, tmp_path):
    assert main(["reindex", "--library", "none"]) == 4
    assert "citetrail ingest PATH..." in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_doctor_says_what_the_library_decides(monkeypatch, capsys, tmp_path):
    with serve_ollama(OllamaDouble(models=(EMBED,), embed=BagOfWords().get_text_embedding)) as double:
        monkeypatch.setenv("OLLAMA_HOST", double.url)
        made = Settings(library="lib", embedder="ollama", ollama_host=double.url, passage_tokens=60)
        ingest_here([write_page(Path(tmp_path), "a.txt", ("Frogs", abstract("frogs")))], made)
        main(["doctor", "--library", "lib", "--json"])
    data = json.loads(capsys.readouterr().out)
    shown = {name: (entry["value"], entry["origin"]) for name, entry in data["settings"].items()}
    assert shown["embedder"] == ("ollama", "the library")
    assert shown["embed_model"] == ("all-minilm", "the library")
    assert shown["passage_tokens"] == (60, "the library")
    assert shown["passage_overlap"] == (1, "the library")
    (library,) = [check for check in data["checks"] if check["name"] == "Library"]
    assert library["state"] == "ok"
    assert "OllamaEmbedding/all-minilm" in library["found"]

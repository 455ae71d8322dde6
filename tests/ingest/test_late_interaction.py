"""Late interaction: which pieces a text and a question have, how they are kept, and models that do not fit."""

from __future__ import annotations

import numpy as np
import pytest
from llama_index.core.schema import TextNode
from safetensors.numpy import load_file, save_file

from ingest.embeddings.added import OFF
from ingest.embeddings.late_interaction import (
    BIAS,
    BUNDLED,
    LATE_FILE,
    LEVELS,
    NO_TOKENS,
    QUESTION,
    TEXT,
    TOKENS,
    QuestionTokens,
    Shelf,
    TextTokens,
    TokenEmbedder,
    unpack,
)
from ingest.embeddings.minilm import MiniLMEmbedding
from ingest.errors import ModelError, WeightsMissing
from ingest.index import Index
from ingest.library import Library
from ingest.manifest import manifest_for
from ingest.pipeline import ingest
from ingest.reindex import reindex
from ingest.settings import Settings
from tests.support.pages import abstract, write_page

FROGS = "Frogs in ponds are counted by listening to their croaking at night."


def read(minilm: MiniLMEmbedding, text: str) -> tuple[list[float], TextTokens]:
    (node,) = minilm([TextNode(text=text)])
    return node.get_embedding(), unpack([str(node.metadata[TOKENS])])


@pytest.mark.parametrize("pieces", [0, 1, 5])
def test_pieces_are_kept_as_they_are(pieces):
    rows = np.random.default_rng(0).integers(-LEVELS, LEVELS + 1, (pieces, 8)).astype(np.int8)
    back = unpack([TextTokens("model", rows).packed()])
    assert back.key == "model" and back.vectors.dtype == np.int8
    assert np.array_equal(back.vectors, rows)


def test_the_pieces_of_passages_are_put_together_if_one_model_made_them():
    first, second, other = (TextTokens(key, np.full((2, 4), n, np.int8)) for n, key in enumerate("aab"))
    both = unpack(["", first.packed(), second.packed()])
    assert (both.key, both.vectors[:, 0].tolist()) == ("a", [0, 0, 1, 1])
    assert unpack([first.packed(), other.packed()]).vectors.tolist() == other.vectors.tolist()
    assert unpack(["", ""]) is NO_TOKENS


def test_a_node_gets_the_vector_it_had_and_its_telling_pieces(minilm):
    plain = MiniLMEmbedding(late_interaction=OFF)
    (without,) = plain([TextNode(text=FROGS)])
    vector, tokens = read(minilm, FROGS)
    assert np.allclose(vector, without.get_embedding(), atol=1e-5) and TOKENS not in without.metadata
    assert tokens.key == minilm.tokens_key != "" == plain.tokens_key
    words = FROGS.split()
    assert 0 < len(tokens.vectors) < minilm.count_pieces(FROGS) - 2, "not the marks, nor what any abstract holds"
    assert len(read(minilm, FROGS + " !?, the of and.")[1].vectors) == len(tokens.vectors)
    assert len(read(minilm, " ".join([*words, "salamanders"]))[1].vectors) > len(tokens.vectors)


def test_nodes_keep_their_order(minilm):
    texts = ["Frogs croak. " * n for n in (9, 1, 30, 4)]
    for node, text in zip(minilm([TextNode(text=t) for t in texts]), texts, strict=True):
        assert np.allclose(node.get_embedding(), minilm.get_text_embedding(text), atol=1e-5)
        assert len(unpack([node.metadata[TOKENS]]).vectors) == len(read(minilm, text)[1].vectors)


def test_a_question_has_its_pieces_with_their_places(minilm):
    question = "Which of the papers is about salamanders?"
    tokens = minilm.question_tokens(question)
    assert isinstance(minilm, TokenEmbedder)
    assert tokens is not None and tokens.key == unpack([TextTokens(tokens.key, NO_TOKENS.vectors).packed()]).key
    assert np.allclose(np.linalg.norm(tokens.vectors, axis=1), 1.0, atol=1e-5)
    assert len(tokens.spans) == len(tokens.weights) == len(tokens.vectors) and (tokens.weights > 0).all()
    assert "".join(question[start:end] for start, end in tokens.spans) == question.replace(" ", "")
    nothing = minilm.question_tokens("")
    assert nothing is not None and nothing.weights.shape == (0,)
    assert MiniLMEmbedding(late_interaction=OFF).question_tokens("salamanders") is None


def test_pieces_weigh_by_their_rarity_too():
    question = QuestionTokens("model", np.eye(3, dtype=np.float32), np.array([1.0, 2.0, 1.0], np.float32))
    weighed = question.weighed([0.0, 1.0, 3.0])
    assert weighed is not None and weighed.weights.tolist() == pytest.approx([0.0, 0.4, 0.6])
    assert weighed.vectors is question.vectors
    assert question.weighed([0.0, 0.0, 0.0]) is None


def test_a_text_is_nearest_to_a_question_about_it(minilm):
    texts = [FROGS, "A bridge of steel bears more than one of wood.", "Stars are born in clouds of cold gas."]
    shelf = Shelf([read(minilm, text)[1].vectors for text in texts])
    for question, nearest in (("How does one count amphibians by ear?", 0), ("Where do suns come from?", 2)):
        tokens = minilm.question_tokens(question)
        tokens = tokens and tokens.weighed([1.0] * len(tokens.weights))
        assert tokens and shelf.nearness(tokens).argmax() == nearest


def test_nearness_is_the_weighted_mean_of_the_best_cosines():
    rng = np.random.default_rng(1)
    asked = rng.normal(size=(3, 4)).astype(np.float32)
    asked /= np.linalg.norm(asked, axis=1, keepdims=True)
    question = QuestionTokens("model", asked, np.array([0.5, 0.3, 0.2], np.float32))
    papers = [rng.integers(-LEVELS, LEVELS + 1, (n, 4)).astype(np.int8) | 1 for n in (1, 4, 2)]
    wanted = []
    for rows in papers:
        units = rows / np.linalg.norm(rows.astype(float), axis=1, keepdims=True)
        wanted.append(
            sum(w * max(unit @ piece for unit in units) for w, piece in zip((0.5, 0.3, 0.2), asked, strict=True))
        )
    assert np.allclose(Shelf(papers).nearness(question), wanted, atol=1e-5)
    assert Shelf([]).nearness(question).shape == (0,)


def test_a_folder_without_a_model_is_named(tmp_path):
    with pytest.raises(WeightsMissing) as caught:
        MiniLMEmbedding(late_interaction=str(tmp_path))
    assert LATE_FILE in caught.value.what and repr(str(tmp_path)) in caught.value.what
    assert "late_interaction" in caught.value.fix


def test_a_model_that_cannot_be_read_is_refused(tmp_path):
    (tmp_path / LATE_FILE).write_bytes(b"no model")
    with pytest.raises(ModelError, match="is no late-interaction model") as caught:
        MiniLMEmbedding(cache=str(tmp_path / "cache"), late_interaction=str(tmp_path))
    assert "setting late_interaction" in caught.value.fix and not list((tmp_path / "cache").glob("*.onnx"))


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({QUESTION: None}, "question"),
        ({QUESTION: np.zeros((384, 6), np.float16)}, r"question has the form \(384, 6\) beside text of \(384, 64\)"),
        ({BIAS: np.zeros(3, np.float16)}, "bias has the form"),
        ({QUESTION: np.zeros((384, 3), np.float16), TEXT: np.zeros((384, 3), np.float16)}, r"text of \(384, 3\)"),
    ],
    ids=["lacks one", "another size", "another form", "an odd size"],
)
def test_a_model_whose_parts_do_not_fit_is_refused(change, wrong, tmp_path):
    parts = {**load_file(str(BUNDLED / LATE_FILE)), **change}
    save_file({name: part for name, part in parts.items() if part is not None}, str(tmp_path / LATE_FILE))
    with pytest.raises(ModelError, match=f"is no late-interaction model.*{wrong}"):
        MiniLMEmbedding(cache=str(tmp_path / "cache"), late_interaction=str(tmp_path))


def test_a_library_holds_the_pieces_and_is_told_from_one_that_does_not(minilm, tmp_path):
    page = write_page(tmp_path, "a.txt", ("Frogs", abstract("frogs")), ("Bridges", abstract("bridges")))
    settings = Settings(library=str(tmp_path / "library"), late_interaction=OFF)
    plain = MiniLMEmbedding(late_interaction=OFF)
    ingest([page], settings, embed_model=plain)
    assert held(settings, plain) == {""}
    report = reindex(settings, embed_model=minilm)
    assert report.changed and report.embedded == 2
    assert held(settings, minilm) == {minilm.tokens_key}
    assert not reindex(settings, embed_model=minilm).changed
    assert manifest_for(settings, minilm).makes(report.after)


def held(settings: Settings, embedder: MiniLMEmbedding) -> set[str]:
    library = Library.open(settings, embedder)
    try:
        found = library.vectors_of([paper.paper_id for paper in library.papers()])
        assert len(found) == 2 and isinstance(library._index, Index)
        return {vectors.tokens.key for vectors in found.values()}
    finally:
        library.close()

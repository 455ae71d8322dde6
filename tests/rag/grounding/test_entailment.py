"""A checking model of the user's own, over tiny ONNX models: what its columns mean, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from ingest.errors import ModelError, WeightsMissing
from rag.grounding.entailment import OnnxEntailer, meanings
from tests.support.onnx_models import make_model

SURE = 9.0


def model(folder: Path, rows: Mapping[str, Sequence[float]], labels: Sequence[str] | None = None, **more: Any) -> Path:
    make_model(folder, rows, **more)
    config = {} if labels is None else {"id2label": {str(n): label for n, label in enumerate(labels)}}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder


def columns(width: int) -> dict[str, list[float]]:
    """Return words that each speak for one column."""
    return {f"w{n}": [SURE if n == at else 0.0 for at in range(width)] for n in range(width)}


@pytest.mark.parametrize(
    ("labels", "carried", "contradicted"),
    [
        (["entailment", "neutral", "contradiction"], 0, 2),
        (["CONTRADICTION", "ENTAILMENT", "NEUTRAL"], 1, 0),
        (["contradiction", "neutral", "entailment"], 2, 0),
        (["Supports", "Refutes", "Not Enough Info"], 0, 1),
    ],
)
def test_three_columns_are_read_by_their_names_in_any_order(
    tmp_path: Path, labels: list[str], carried: int, contradicted: int
) -> None:
    entailer = OnnxEntailer(model(tmp_path, columns(3), labels))
    for n in range(3):
        read = entailer.read("any text", f"w{n}")
        assert (read.carried > 0.9) == (n == carried)
        assert (read.contradicted > 0.9) == (n == contradicted)


@pytest.mark.parametrize(
    ("labels", "carried"),
    [
        (["LABEL_0", "LABEL_1"], 1),
        (None, 1),
        (["0", "1"], 1),
        (["unsupported", "supported"], 1),
        (["entailment", "not_entailment"], 0),
        (["neutral", "entailment"], 1),
        (["hallucinated", "consistent"], 1),
        (["Yes", "No"], 0),
    ],
)
def test_two_columns_are_a_fact_checker(tmp_path: Path, labels: list[str] | None, carried: int) -> None:
    entailer = OnnxEntailer(model(tmp_path, columns(2), labels))
    assert entailer.read("any text", f"w{carried}").carried > 0.9
    assert entailer.read("any text", f"w{1 - carried}").carried < 0.1
    assert entailer.read("any text", f"w{1 - carried}").contradicted == 0.0


def test_entailment_against_contradiction_alone_tells_contradictions(tmp_path: Path) -> None:
    entailer = OnnxEntailer(model(tmp_path, columns(2), ["contradiction", "entailment"]))
    assert entailer.read("any text", "w0").contradicted > 0.9


def test_a_single_logit_is_a_chance(tmp_path: Path) -> None:
    entailer = OnnxEntailer(model(tmp_path, {"yes": [2.0], "no": [-2.0], "well": [0.0]}))
    assert entailer.read("any", "yes").carried == pytest.approx(0.881, abs=1e-3)
    assert entailer.read("any", "no").carried == pytest.approx(0.119, abs=1e-3)
    assert entailer.read("any", "well").carried == 0.5


def test_the_text_comes_first_and_the_claim_second(tmp_path: Path) -> None:
    entailer = OnnxEntailer(model(tmp_path, columns(2)))
    assert entailer.read("w1 w1 w1", "w0").carried < 0.1


def test_a_model_without_segments_and_with_another_outputs_name_will_do(tmp_path: Path) -> None:
    entailer = OnnxEntailer(model(tmp_path, columns(2), types=False, output="scores"))
    assert entailer.read("text", "w1").carried > 0.9


def test_a_long_text_is_cut_and_read(tmp_path: Path) -> None:
    folder = model(tmp_path, columns(2))
    (folder / "config.json").write_text('{"max_position_embeddings": 32}', encoding="utf-8")
    assert OnnxEntailer(folder).read("w0 " * 3_000, "w1").carried > 0.9


def test_no_folder_or_no_file_says_which_and_what_to_name(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match=r"nowhere.*no such folder.*Name a folder that holds model\.onnx"):
        OnnxEntailer(tmp_path / "nowhere")
    with pytest.raises(WeightsMissing, match=r"there is no model\.onnx"):
        OnnxEntailer(tmp_path)
    (model(tmp_path, columns(2)) / "tokenizer.json").unlink()
    with pytest.raises(WeightsMissing, match=r"there is no tokenizer\.json"):
        OnnxEntailer(tmp_path)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "config.json"])
def test_a_broken_file_is_named(tmp_path: Path, name: str) -> None:
    (model(tmp_path, columns(2)) / name).write_bytes(b"{no such thing")
    with pytest.raises(ModelError, match=name.replace(".", r"\.")):
        OnnxEntailer(tmp_path)


def test_a_configuration_that_is_none_is_refused(tmp_path: Path) -> None:
    (model(tmp_path, columns(2)) / "config.json").write_text("[]", encoding="utf-8")
    with pytest.raises(ModelError, match="holds no model's configuration"):
        OnnxEntailer(tmp_path)


def test_a_model_that_classifies_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"it is no classifier.*Name a sequence-classification model"):
        OnnxEntailer(model(tmp_path, columns(2), each=True))


def test_a_model_that_asks_for_more_than_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="asks for pixel_values"):
        OnnxEntailer(model(tmp_path, columns(2), extra="pixel_values"))


def test_a_tokenizer_of_another_model_is_told(tmp_path: Path) -> None:
    model(tmp_path, columns(2))
    small = (tmp_path / "model.onnx").read_bytes()
    model(tmp_path, {f"w{n}": [0.0, 0.0] for n in range(99)})
    (tmp_path / "model.onnx").write_bytes(small)
    entailer = OnnxEntailer(tmp_path)
    with pytest.raises(ModelError, match=r"cannot be run.*tokenizer\.json"):
        entailer.read("text", "w98")


@pytest.mark.parametrize(
    "labels",
    [
        ["LABEL_0", "LABEL_1", "LABEL_2"],
        ["positive", "negative"],
        ["entailment", "supported"],
        ["entailment", "neutral", "unsupported"],
        ["entailment", "neutral", "neutral"],
        ["contradiction", "neutral"],
    ],
)
def test_labels_that_are_not_understood_are_told_with_how_to_name_them(tmp_path: Path, labels: list[str]) -> None:
    assert meanings(labels) is None
    with pytest.raises(ModelError, match=rf"{labels[0]}.*not clear.*id2label"):
        OnnxEntailer(model(tmp_path, columns(len(labels)), labels))


def test_four_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="has 4 classes"):
        OnnxEntailer(model(tmp_path, columns(4)))

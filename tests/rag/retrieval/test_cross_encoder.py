"""The cross-encoder picker, over tiny ONNX models that are made here."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from ingest.errors import ModelError, WeightsMissing
from ingest.settings import Settings
from rag.retrieval.cross_encoder import BUNDLED, LOGIT_WEIGHT, CrossEncoderPicker, answering_picker, titled
from tests.support import onnx_models
from tests.support.flat import Flat

WEIGHTS = {"how": 0.0, "fast": 0.0, "twice": 5.0, "slow": -5.0, "engine": 1.0}
LONG = " ".join(["slow"] * 2_000)


def make_model(folder: Path, columns: int = 1, types: bool = True, extra: str = "") -> None:
    """Write a model that adds up the weights of the second segment's words (of all words without segments)."""
    signs = np.linspace(-1, 1, columns) if columns > 1 else np.ones(1)
    rows = {word: [float(sign * weight) for sign in signs] for word, weight in WEIGHTS.items()}
    onnx_models.make_model(folder, rows, types=types, extra=extra)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_model(tmp_path)
    return tmp_path


def test_scores_follow_the_sentences_in_the_order_given(folder):
    sentences = ["slow", "engine", "twice", *["twice " * n for n in range(2, 20)]]
    scores = CrossEncoderPicker(folder).score("how fast", "", sentences)
    assert scores == [-5.0, 1.0, 5.0, *[5.0 * n for n in range(2, 20)]]


def test_the_question_is_the_first_segment_and_does_not_count(folder):
    assert CrossEncoderPicker(folder).score("twice twice", "", ["engine"]) == [1.0]


def test_the_title_is_read_with_the_sentence(folder):
    picker = CrossEncoderPicker(folder)
    assert picker.score("how fast", "engine", ["twice"]) == [6.0]
    assert picker.score("how fast", "slow", ["twice"]) == [0.0]


def test_a_sentence_scores_the_same_in_any_company(folder):
    picker, other = CrossEncoderPicker(folder), CrossEncoderPicker(folder)
    together = picker.score("how fast", "", ["twice", LONG, "engine"])
    assert (
        other.score("how fast", "", ["engine"]) + other.score("how fast", "", ["twice"])
        == together[:1:-1] + together[:1]
    )


def test_remembered_scores_are_of_their_question_and_title(folder):
    picker = CrossEncoderPicker(folder)
    assert picker.score("how fast", "", ["twice", "twice"]) == [5.0, 5.0]
    assert picker.score("how fast", "engine", ["twice"]) == [6.0]
    assert picker.score("how fast", "", ["slow", "twice"]) == [-5.0, 5.0]


def test_long_questions_and_sentences_are_cut_and_scored(folder):
    picker = CrossEncoderPicker(folder)
    assert -5.0 * 260 < picker.score("how fast", "", [LONG])[0] < -5.0 * 200
    assert picker.score(LONG, "", ["twice"]) == [5.0]


def test_no_sentences_no_scores(folder):
    assert CrossEncoderPicker(folder).score("how fast", "engine", []) == []


def test_two_columns_score_by_their_difference(folder):
    make_model(folder, columns=2)
    assert CrossEncoderPicker(folder).score("how fast", "", ["twice", "slow"]) == [10.0, -10.0]


def test_a_model_without_segments_will_do(folder):
    make_model(folder, types=False)
    assert CrossEncoderPicker(folder).score("how fast", "", ["twice", "slow"]) == [5.0, -5.0]


def test_three_classes_are_refused(folder):
    make_model(folder, columns=3)
    with pytest.raises(ModelError, match=r"\(1, 3\)"):
        CrossEncoderPicker(folder).score("how fast", "", ["twice"])


def test_an_unknown_input_is_refused(folder):
    make_model(folder, extra="pixel_values")
    with pytest.raises(ModelError, match="pixel_values"):
        CrossEncoderPicker(folder)


def test_a_missing_model_says_what_to_name(tmp_path):
    with pytest.raises(WeightsMissing, match=r"model\.onnx"):
        CrossEncoderPicker(tmp_path)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_broken_file_is_named(folder, name):
    (folder / name).write_bytes(b"{no such thing")
    with pytest.raises(ModelError, match=name.replace(".", r"\.")):
        CrossEncoderPicker(folder)


def test_a_title_ends_in_one_full_stop():
    assert titled("Engines.", "It is fast.") == titled("Engines", "It is fast.") == "Engines. It is fast."
    assert titled("", "It is fast.") == "It is fast."


def test_switched_off_the_picker_stays_as_it_is() -> None:
    picker = Flat()
    assert answering_picker(Settings(picker="off"), picker) is picker


def test_the_bundled_model_ranks_the_answering_sentence_first() -> None:
    picker = answering_picker(Settings(), Flat())
    sentences = ["The lake lies in the north.", "It holds 40 cubic kilometres of water.", "Anglers like it in spring."]
    scores = picker.score("How much water does the lake hold?", "A lake", sentences)
    assert max(range(3), key=scores.__getitem__) == 1


def test_the_model_card_names_the_file_that_ships() -> None:
    card = (BUNDLED / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert hashlib.sha256((BUNDLED / "model.onnx").read_bytes()).hexdigest() in card


def test_the_setting_adds_a_part_of_the_logits(tmp_path: Path) -> None:
    make_model(tmp_path)
    sentences = ["twice engine", "slow engine"]
    logits = CrossEncoderPicker(tmp_path).score("how fast", "engine", sentences)
    added = answering_picker(Settings(picker=str(tmp_path)), Flat()).score("how fast", "engine", sentences)
    assert added == pytest.approx([LOGIT_WEIGHT * logit for logit in logits])
    assert added[0] > added[1]


def test_what_is_worth_scoring_is_told_without_the_cross_encoder(tmp_path: Path) -> None:
    make_model(tmp_path)
    picker = answering_picker(Settings(picker=str(tmp_path)), Flat())
    assert picker.likeliest("how fast", "engine", ["slow engine", "twice engine", "an engine"], 2) == [0, 1]


def test_a_setting_that_names_no_model_is_said(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match=r"model\.onnx"):
        answering_picker(Settings(picker=str(tmp_path)), Flat())

"""ONNX models of text: opened, run in batches of like length, and refused with a word on what to do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ingest.errors import ModelError
from ingest.onnx_session import BATCH, batches, open_session, open_tokenizer, run, unknown_inputs
from tests.support.onnx_models import make_model

ROWS = {"frog": [1.0, 0.0], "toad": [0.0, 1.0]}


def test_texts_of_like_length_are_run_together_and_each_keeps_its_place(tmp_path: Path) -> None:
    make_model(tmp_path, ROWS, types=False)
    session = open_session(tmp_path / "model.onnx", 1)
    texts = ["frog " * (1 + 7 * n % 20) + "toad" for n in range(2 * BATCH + 3)]
    encoded = open_tokenizer(tmp_path / "tokenizer.json", 64).encode_batch(texts)
    inputs = frozenset({"input_ids", "attention_mask"})
    found = np.zeros((len(texts), 2))
    padding = 0
    for places, given in batches(encoded, inputs):
        assert set(given) == inputs and len(places) <= BATCH
        padding += int((1 - given["attention_mask"]).sum())
        found[places] = run(session, "logits", given, tmp_path)
    assert found.tolist() == [[t.split().count("frog"), t.split().count("toad")] for t in texts]
    assert padding < sum(max(len(e.ids) for e in encoded) - len(e.ids) for e in encoded)


def test_long_texts_are_cut(tmp_path: Path) -> None:
    make_model(tmp_path, ROWS)
    tokenizer = open_tokenizer(tmp_path / "tokenizer.json", 10)
    assert len(tokenizer.encode("frog " * 99).ids) == 10
    assert len(tokenizer.encode("frog " * 99, "toad").ids) == 10


def test_what_a_model_asks_for_beside_text_is_told(tmp_path: Path) -> None:
    make_model(tmp_path, ROWS, extra="pixel_values")
    assert unknown_inputs(open_session(tmp_path / "model.onnx")) == ["pixel_values"]


@pytest.mark.parametrize("content", [b"{not json", b"{}", b"\xff\xfe"])
def test_a_tokenizer_that_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "tokenizer.json").write_bytes(content)
    with pytest.raises(ModelError, match=r"tokenizer\.json"):
        open_tokenizer(tmp_path / "tokenizer.json", 10)


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"nothing of the kind")
    with pytest.raises(ModelError, match=r"model\.onnx.*Save it again"):
        open_session(tmp_path / "model.onnx")

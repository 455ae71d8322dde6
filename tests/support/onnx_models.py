"""Tiny ONNX models of text, made on the spot: each adds up a row of numbers for every word of the second text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers, processors

MARKS = ("[PAD]", "[CLS]", "[SEP]", "[UNK]")


def make_tokenizer(folder: Path, words: Sequence[str]) -> None:
    """Write a tokenizer that knows whole words alone, and pairs of texts."""
    known = {word: place for place, word in enumerate((*MARKS, *words))}
    tokenizer = Tokenizer(models.WordLevel(known, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 1), ("[SEP]", 2)],
    )
    tokenizer.save(str(folder / "tokenizer.json"))


def make_model(
    folder: Path,
    rows: Mapping[str, Sequence[float]],
    *,
    types: bool = True,
    extra: str = "",
    output: str = "logits",
    each: bool = False,
) -> None:
    """Write a tokenizer and a model of it.

    Args:
        folder: where ``tokenizer.json`` and ``model.onnx`` are written.
        rows: the numbers of each word, one an output column.
        types: whether the model asks for segments; without them it counts the words of both texts.
        extra: a further input that it asks for.
        output: the output's name.
        each: whether it gives numbers for each word instead of their sum, as no classifier does.
    """
    make_tokenizer(folder, list(rows))
    columns = len(next(iter(rows.values())))
    table = np.vstack([np.zeros((len(MARKS), columns)), *([r] for r in rows.values())]).astype(np.float32)
    names = ["input_ids", "attention_mask", *(["token_type_ids"] if types else []), *([extra] if extra else [])]
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["rows"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Cast", ["token_type_ids" if types else "attention_mask"], ["second"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["mask", "second"], ["counted"]),
        helper.make_node("Unsqueeze", ["counted", "last"], ["column"]),
        helper.make_node("Mul", ["rows", "column"], [output if each else "told"]),
        *([] if each else [helper.make_node("ReduceSum", ["told", "axis"], [output], keepdims=0)]),
    ]
    shape: list[str | int | None] = ["batch", "length", columns] if each else ["batch", columns]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"]) for name in names],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, shape)],
        [
            numpy_helper.from_array(table, "table"),
            numpy_helper.from_array(np.array([1], np.int64), "axis"),
            numpy_helper.from_array(np.array([2], np.int64), "last"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save_model(model, str(folder / "model.onnx"))

"""ONNX models of text: the session, the tokenizer, and texts as the arrays that such a model takes."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ingest.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

    Arrays = dict[str, NDArray[np.int64]]

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
"""What a model may ask for."""
BATCH = 8
"""Texts run together: on two cores more of them take longer, text by text."""


def open_session(path: Path, threads: int = 0) -> InferenceSession:
    """Open a model for the CPU.

    Args:
        path: the ``.onnx`` file.
        threads: threads of one run; 0: as many as onnxruntime thinks right.

    Raises:
        ModelError: it cannot be read.
    """
    # Since 1.29 its wheels report to their makers unless this stands before they are loaded; where another part of the
    # process loaded them first, the second switch is what is left.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime
    from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, InvalidGraph, InvalidProtobuf

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = threads
    # Threads that wait by spinning take the cores from an Ollama on the same machine, and from each other.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    make: Callable[..., InferenceSession] = onnxruntime.InferenceSession
    try:
        return make(str(path), options, providers=["CPUExecutionProvider"])
    except (Fail, InvalidArgument, InvalidGraph, InvalidProtobuf) as error:
        raise ModelError(f"The model {str(path)!r} cannot be read: {error}.", "Save it again as ONNX.") from error


def open_tokenizer(path: Path, most: int) -> Tokenizer:
    """Open a tokenizer that pads nothing and cuts texts, or pairs of texts, to so many word pieces.

    Raises:
        ModelError: it cannot be read, or is none.
    """
    from tokenizers import Tokenizer

    try:
        text = path.read_text(encoding="utf-8")
        whole = "model" in json.loads(text)
    except (OSError, ValueError) as error:
        raise ModelError(f"The tokenizer {str(path)!r} cannot be read: {error}.", "Save it again.") from error
    if not whole:
        raise ModelError(f"The file {str(path)!r} holds no tokenizer.", "Save it again with the library tokenizers.")
    tokenizer = Tokenizer.from_str(text)
    tokenizer.no_padding()
    tokenizer.enable_truncation(most)
    return tokenizer


def unknown_inputs(session: InferenceSession) -> list[str]:
    """Return what a model asks for that no text gives."""
    return sorted({given.name for given in session.get_inputs()} - set(INPUTS))


def run(session: InferenceSession, output: str, given: Arrays, path: Path) -> NDArray[np.float32]:
    """Run a model and return one of its outputs.

    Args:
        session: the model.
        output: the output's name.
        given: its inputs.
        path: the file it was read from, for the error.

    Raises:
        ModelError: it cannot be run on these inputs.
    """
    from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, RuntimeException

    try:
        return np.asarray(session.run([output], given)[0], dtype=np.float32)
    except (Fail, InvalidArgument, RuntimeException) as error:
        said = f"The model {str(path)!r} cannot be run on a text: {str(error).splitlines()[0]}."
        raise ModelError(said, "Save the model and its own tokenizer.json together again.") from error


def batches(encoded: Sequence[Encoding], inputs: frozenset[str]) -> Iterator[tuple[list[int], Arrays]]:
    """Yield places and arrays, texts of like length together, so that little padding is computed.

    Args:
        encoded: the texts, or pairs of texts.
        inputs: the names of :data:`INPUTS` that the model takes.
    """
    order = sorted(range(len(encoded)), key=lambda i: len(encoded[i].ids))
    for at in range(0, len(order), BATCH):
        places = order[at : at + BATCH]
        yield places, _arrays([encoded[i] for i in places], inputs)


def _arrays(encoded: Sequence[Encoding], inputs: frozenset[str]) -> Arrays:
    longest = max(len(one.ids) for one in encoded)
    ids, mask, types = np.zeros((3, len(encoded), longest), dtype=np.int64)
    for row, one in enumerate(encoded):
        ids[row, : len(one.ids)], types[row, : len(one.ids)] = one.ids, one.type_ids
        mask[row, : len(one.ids)] = 1
    given = dict(zip(INPUTS, (ids, mask, types), strict=True))
    return {name: array for name, array in given.items() if name in inputs}

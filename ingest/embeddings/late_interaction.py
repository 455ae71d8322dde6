"""Late interaction: a question held against an abstract word piece by word piece.

Beside the one vector of a passage, each of its telling word pieces has a short one of its own. A question's piece is
as near to a paper as to the nearest piece of it, and a paper is as near to the question as the question's pieces are in
the mean, the telling ones weighing more (ColBERT, Khattab and Zaharia 2020). One vector blurs a question that describes
several things at once; this sees each of them.

The model (its card stands beside it) reads a question with an adapter of its own, as the query adapter does, and brings
the encoder's states down to few dimensions, for questions and texts apart. Texts are read as they are for their
vectors, so the pieces of a passage cost nothing more to make.
"""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from ingest.embeddings.added import find_added
from ingest.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

LATE_FILE = "late_interaction.safetensors"
BUNDLED = Path(__file__).parent / "models" / "late_interaction"
"""The model that ships."""
MATCHING = "matching"
"""The input of the encoder's graph that turns the model's adapter on: float32 ``(1,)``, 1 for questions."""
TOKENS = "tokens"
"""Key of a passage's packed token vectors in a node's metadata, and in Chroma's."""
QUESTION, TEXT, WEIGHT, BIAS, RARITY = "question", "text", "weight", "bias", "rarity"
"""Tensors beside those of the adapter: twice ``(width, d)``, then ``(width,)``, ``(1,)`` and ``(pieces,)``."""
TELLING = 1.0
"""Rarity from which a piece of a text is kept; below it stand marks and words that a third of all abstracts hold."""
LEVELS = 7
"""A vector's numbers are kept in four bits, as whole ones of so many levels to either side of 0."""
_STEP = 0.4
"""What a level stands for, over the root of how many numbers there are: of a vector of length 1 few lie beyond."""
_KEY = 8


@dataclass(frozen=True)
class QuestionTokens:
    """The pieces of a question."""

    key: str
    """Which model made them."""
    vectors: NDArray[np.float32]
    """Of length 1, ``(n, d)``."""
    weights: NDArray[np.float32]
    """What each tells by its place in the question, above 0, ``(n,)``; how rare its word is comes on top."""
    spans: tuple[tuple[int, int], ...] = ()
    """Where each stands in the question."""

    def weighed(self, rarity: Sequence[float]) -> QuestionTokens | None:
        """Return them with weights times the rarity of each, which add up to 1; ``None`` where nothing is left."""
        weights = self.weights * np.asarray(rarity, dtype=np.float32)
        return replace(self, weights=weights / weights.sum()) if weights.sum() > 0 else None


@dataclass(frozen=True)
class TextTokens:
    """The telling pieces of a text, int8 ``(n, d)`` up to :data:`LEVELS` to either side; only the direction counts."""

    key: str
    """Which model made them; empty where there are none."""
    vectors: NDArray[np.int8]

    def packed(self) -> str:
        """Return the text that Chroma keeps: the model, how many numbers a vector has, and two numbers a byte."""
        shifted = (self.vectors + LEVELS).astype(np.uint8)
        pairs = shifted[:, 0::2] << 4 | shifted[:, 1::2]
        return f"{self.key}:{self.vectors.shape[1]}:{base64.b64encode(pairs.tobytes()).decode('ascii')}"


NO_TOKENS = TextTokens("", np.zeros((0, 1), np.int8))


def unpack(packed: Sequence[str]) -> TextTokens:
    """Return the pieces of a paper's passages together; of passages made by different models, those of the last's."""
    parts = [text.split(":", 2) for text in packed if text]
    if not parts:
        return NO_TOKENS
    key, size, _ = parts[-1]
    rows = [base64.b64decode(data) for model, length, data in parts if (model, length) == (key, size)]
    pairs = np.frombuffer(b"".join(rows), np.uint8)
    shifted = np.stack([pairs >> 4, pairs & 15], axis=-1).reshape(-1, int(size))
    return TextTokens(key, shifted.astype(np.int8) - LEVELS)


@runtime_checkable
class TokenEmbedder(Protocol):
    """An embedder that has vectors of single word pieces as well."""

    def question_tokens(self, question: str) -> QuestionTokens | None:
        """Return the pieces of a question; ``None`` where late interaction is off."""
        ...


@dataclass(frozen=True)
class LateInteraction:
    """A model: its file, whose adapter the encoder's graph holds, and its other tensors by name."""

    path: Path
    sha256: str
    heads: Mapping[str, NDArray[np.float32]] = field(repr=False)

    @property
    def key(self) -> str:
        """What tells its vectors from another model's."""
        return self.sha256[:_KEY]

    def of_question(self, states: NDArray[np.float32], spans: Sequence[tuple[int, int]]) -> QuestionTokens:
        """Return the pieces of a question.

        Args:
            states: of the encoder's last layer, ``(n, width)``, those of the marks at both ends left out.
            spans: where they stand in the question.
        """
        heads = self.heads
        weights = np.logaddexp(np.float32(0), states @ heads[WEIGHT] + heads[BIAS])
        return QuestionTokens(self.key, _unit(states @ heads[QUESTION]), weights, tuple(spans))

    def of_text(self, states: NDArray[np.float32], pieces: Sequence[int]) -> TextTokens:
        """Return the telling pieces of a text.

        Args:
            states: as for a question.
            pieces: which they are.
        """
        kept = self.heads[RARITY][list(pieces)] >= TELLING
        rows = _unit(states[kept] @ self.heads[TEXT])
        levels = np.round(rows * (math.sqrt(rows.shape[1]) / _STEP))
        return TextTokens(self.key, np.clip(levels, -LEVELS, LEVELS).astype(np.int8))


def find_late_interaction(setting: str) -> LateInteraction | None:
    """Return the model that a setting names: empty the bundled one, ``off`` none, else that of a folder.

    Raises:
        WeightsMissing: the folder holds none.
        ModelError: what it holds is none.
    """
    path = find_added("late_interaction", setting, BUNDLED, LATE_FILE, "late-interaction model")
    return LateInteraction(path, hashlib.sha256(path.read_bytes()).hexdigest(), _heads(path)) if path else None


def _heads(path: Path) -> dict[str, NDArray[np.float32]]:
    """Return the tensors beside the adapter's.

    Raises:
        ModelError: they cannot be read, or do not fit each other.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(str(path), framework="np") as file:
            heads = {n: file.get_tensor(n).astype(np.float32) for n in (QUESTION, TEXT, WEIGHT, BIAS, RARITY)}
    except SafetensorError as error:
        raise _misfit(path, str(error)) from error
    if heads[TEXT].ndim != 2:
        raise _misfit(path, f"{TEXT} has the form {heads[TEXT].shape}")
    width, size = heads[TEXT].shape
    wanted = {QUESTION: (width, size), WEIGHT: (width,), BIAS: (1,), RARITY: heads[RARITY].shape[:1]}
    for name, shape in wanted.items():
        if heads[name].shape != shape or size % 2:
            raise _misfit(path, f"{name} has the form {heads[name].shape} beside {TEXT} of {heads[TEXT].shape}")
    return heads


def _misfit(path: Path, wrong: str) -> ModelError:
    return ModelError(
        f"{str(path)!r} is no late-interaction model: {wrong}.",
        "Name the folder of one that was trained for all-MiniLM-L6-v2, or leave the setting late_interaction out.",
    )


class Shelf:
    """The pieces of some papers, laid out to be held against questions.

    Args:
        papers: of each paper its pieces, at least one, as :class:`TextTokens` holds them.
    """

    def __init__(self, papers: Sequence[NDArray[np.int8]]) -> None:
        self._first = np.cumsum([0, *(len(rows) for rows in papers[:-1])])
        self._rows = _unit(np.concatenate(papers).astype(np.float32)) if papers else None

    def nearness(self, question: QuestionTokens) -> NDArray[np.float32]:
        """Return how near each paper is: the weighted mean of the cosines of the question's pieces with its nearest."""
        if self._rows is None:
            return np.zeros(0, np.float32)
        cosines = question.vectors @ self._rows.T
        return np.asarray(question.weights @ np.maximum.reduceat(cosines, self._first, axis=1), dtype=np.float32)


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-9), dtype=np.float32)

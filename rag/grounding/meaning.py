"""How near a claim is to the sentences of an abstract by the embedder, with and without the names they share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rag.grounding.tokens import Token

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.grounding.align import WordVectors

    Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Meaning:
    """How near a claim is to the sentences of an abstract."""

    similar: tuple[float, ...]
    """Cosine of the claim with each sentence."""
    beyond: float
    """Cosine with the nearest, the names that they share taken out of both: two texts on one thing are near each other
    for its name alone."""


def alike(sentences: int) -> Meaning:
    """Return the meaning of sentences that are taken to be as near as can be."""
    return Meaning((1.0,) * sentences, 1.0)


def meaning_of(
    claim: Sequence[Token],
    sentences: Sequence[Sequence[Token]],
    stated: Vectors,
    vectors: Vectors,
    words: WordVectors | None,
) -> Meaning:
    """Measure a claim against sentences.

    Args:
        claim: the claim's words.
        sentences: the words of each sentence.
        stated: the claim's vector, of length 1.
        vectors: of the sentences, a row each, of length 1.
        words: embeds single words; without it names are left in.
    """
    similar = vectors @ stated
    nearest = int(similar.argmax())
    held = {t.stem for t in sentences[nearest]}
    names = list(dict.fromkeys(t.text for t in claim if t.kind == "name" and t.stem in held))
    beyond = float(similar[nearest])
    if words is not None and names:
        beyond = _cosine_beyond(stated, vectors[nearest], words.vectors(names))
    return Meaning(tuple(float(s) for s in similar), beyond)


def _cosine_beyond(a: Vectors, b: Vectors, directions: Vectors) -> float:
    """Return the cosine of what is left of two vectors when the directions are taken out of both."""
    basis, _ = np.linalg.qr(directions.T.astype(np.float64))
    left, right = (v - basis @ (basis.T @ v) for v in (a.astype(np.float64), b.astype(np.float64)))
    length = float(np.linalg.norm(left) * np.linalg.norm(right))
    return float(left @ right) / length if length > 1e-6 else 0.0

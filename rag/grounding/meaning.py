"""What the embedder says of a claim and the sentences of an abstract: whole, beyond the names, word by word."""

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

_ALL_ANSWERED = 0.7
"""Nearness that is assumed of a claim's other words where the nearest sentence holds all of them."""


@dataclass(frozen=True)
class Meaning:
    """How near a claim is to the sentences of an abstract."""

    similar: tuple[float, ...]
    """Cosine of the claim with each sentence."""
    beyond: float
    """Cosine with the nearest, the names that they share taken out of both: two texts on one thing are near each other
    for its name alone."""
    answered: float
    """How near the claim's words that are not in the nearest sentence come to some sentence, on average."""


def alike(sentences: int) -> Meaning:
    """Return the meaning of sentences that are taken to be as near as can be."""
    return Meaning((1.0,) * sentences, 1.0, _ALL_ANSWERED)


def meaning_of(
    claim: Sequence[Token],
    sentences: Sequence[Sequence[Token]],
    query: Vectors,
    vectors: Vectors,
    words: WordVectors | None,
) -> Meaning:
    """Measure a claim against sentences.

    Args:
        claim: the claim's words.
        sentences: the words of each sentence.
        query: the claim's vector, of length 1.
        vectors: of the sentences, a row each, of length 1.
        words: embeds single words; without it names are left in, and other words are not asked about.
    """
    similar = vectors @ query
    nearest = int(similar.argmax())
    held = {t.stem for t in sentences[nearest]}
    asked = {t.stem: t for t in claim if t.content}
    names = [t.text for stem, t in asked.items() if t.kind == "name" and stem in held]
    others = [t.text for stem, t in asked.items() if stem not in held]
    beyond, answered = float(similar[nearest]), _ALL_ANSWERED
    if words is not None and names:
        beyond = _cosine_beyond(query, vectors[nearest], words.vectors(names))
    if words is not None and others:
        answered = float((words.vectors(others) @ vectors.T).max(axis=1).mean())
    return Meaning(tuple(float(s) for s in similar), beyond, answered)


def _cosine_beyond(a: Vectors, b: Vectors, directions: Vectors) -> float:
    """Return the cosine of what is left of two vectors when the directions are taken out of both."""
    basis, _ = np.linalg.qr(directions.T.astype(np.float64))
    left, right = (v - basis @ (basis.T @ v) for v in (a.astype(np.float64), b.astype(np.float64)))
    length = float(np.linalg.norm(left) * np.linalg.norm(right))
    return float(left @ right) / length if length > 1e-6 else 0.0

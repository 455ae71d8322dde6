"""Which word of the evidence answers to each word of a claim."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from ingest.text import shared_beginning
from rag.grounding.directions import denies
from rag.grounding.tokens import Token, squeeze

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from numpy.typing import NDArray

SAME, FORM = 1.0, 0.9
"""Likeness of a word with itself, and with another form of it."""
LINKED = 0.55
"""Likeness from which two words answer to each other."""
_NEARLY = 0.03
_LEAST_STEM = 5
_REMEMBERED = 60_000

Likeness = Callable[[Sequence[str], Sequence[str]], "NDArray[np.float32]"]
"""Gives the ``(len(a), len(b))`` likeness of words by meaning."""


_FROM, _BY = 0.2, 0.9
"""What brings the cosines of words out of any context to the scale of words embedded as texts."""


@runtime_checkable
class KnowsWords(Protocol):
    """An embedder that gives vectors of single words without running its model."""

    def embed_words(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Return vectors of length 1, a row each."""
        ...


class WordVectors:
    """Vectors of single words by the sentence embedder; a word is embedded once and remembered.

    Args:
        embedder: embeds texts.
    """

    def __init__(self, embedder: BaseEmbedding) -> None:
        self._embedder = embedder
        self._held: dict[str, NDArray[np.float32]] = {}

    def __call__(self, ours: Sequence[str], theirs: Sequence[str]) -> NDArray[np.float32]:
        """Return the cosines of two lists of words."""
        if not ours or not theirs:
            return np.zeros((len(ours), len(theirs)), dtype=np.float32)
        self._remember([*ours, *theirs])
        left, right = (np.stack([self._held[w] for w in words]) for words in (ours, theirs))
        return np.asarray(left @ right.T, dtype=np.float32)

    def alike(self, ours: Sequence[str], theirs: Sequence[str]) -> NDArray[np.float32]:
        """Return the cosines of two lists of words, by the quicker way where the embedder knows one.

        It is as good at telling supported claims from others, but not the same word by word.
        """
        if not isinstance(self._embedder, KnowsWords) or not ours or not theirs:
            return self(ours, theirs)
        cosines = self._embedder.embed_words(ours) @ self._embedder.embed_words(theirs).T
        return np.asarray(_FROM + _BY * cosines, dtype=np.float32)

    def vectors(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of words, of length 1, a row each."""
        self._remember(words)
        return np.stack([self._held[w] for w in words])

    def _remember(self, words: Sequence[str]) -> None:
        if len(self._held) > _REMEMBERED:
            self._held.clear()
        new = [w for w in dict.fromkeys(words) if w not in self._held]
        for word, vector in zip(new, self._embedder.get_text_embedding_batch(new) if new else [], strict=True):
            row = np.asarray(vector, dtype=np.float32)
            self._held[word] = row / (float(np.linalg.norm(row)) or 1.0)


@dataclass(frozen=True)
class Link:
    """A content word of the claim and the word of the evidence that answers to it."""

    ours: Token
    theirs: Token | None
    likeness: float


@dataclass(frozen=True)
class Alignment:
    """A claim's words, the evidence's, and the links between them (one a content word of the claim)."""

    claim: tuple[Token, ...]
    evidence: tuple[Token, ...]
    links: tuple[Link, ...]

    @property
    def held(self) -> list[tuple[Token, Token]]:
        """The pairs that answer to each other."""
        return [(x.ours, x.theirs) for x in self.links if x.theirs is not None and x.likeness >= LINKED]

    def counterpart(self, token: Token) -> Token | None:
        """Return the evidence's word for a word of the claim."""
        return next((theirs for ours, theirs in self.held if ours.at == token.at), None)

    def affinity(self, ours: int, theirs: int, names: float = 1.0) -> float:
        """Tell how far a place of the claim and one of the evidence are among the same words, 0 to 1.

        Words near both places count; nearer ones more, and names by the factor given.
        """
        total = shared = 0.0
        for link in self.links:
            if link.ours.at == ours:
                continue
            factor = names if link.ours.kind == "name" else 1.0
            near = factor * link.ours.weight / (1 + abs(link.ours.at - ours))
            total += near
            if link.theirs is not None and link.likeness >= LINKED:
                shared += near * link.likeness / (1 + max(0, abs(link.theirs.at - theirs) - 1) / 3)
        return shared / total if total else 0.0


def align(claim: Sequence[Token], evidence: Sequence[Token], likeness: Likeness | None = None) -> Alignment:
    """Link each content word of a claim to the likeliest word of the evidence.

    Of equals it is the one nearest the counterparts of the words beside it.
    """
    ours, theirs = [t for t in claim if t.content], [t for t in evidence if t.content]
    if not ours or not theirs:
        return Alignment(tuple(claim), tuple(evidence), tuple(Link(t, None, 0.0) for t in ours))
    table = _table(ours, theirs, likeness)
    first = [int(np.argmax(row)) if row.max() >= LINKED else -1 for row in table]
    links = []
    for i, row in enumerate(table):
        best = float(row.max())
        equals = [j for j in range(len(theirs)) if row[j] >= best - _NEARLY]
        j = min(equals, key=lambda j: _distance(i, theirs[j], first, theirs)) if len(equals) > 1 else int(row.argmax())
        links.append(Link(ours[i], theirs[j], float(row[j])))
    return Alignment(tuple(claim), tuple(evidence), tuple(links))


def _distance(i: int, candidate: Token, first: Sequence[int], theirs: Sequence[Token]) -> float:
    """Return how far a candidate is from the counterparts of the words beside word ``i``."""
    near = [first[k] for k in range(max(0, i - 3), min(len(first), i + 4)) if k != i and first[k] >= 0]
    away = sorted(abs(theirs[j].at - candidate.at) for j in near)
    return sum(away[:3]) / len(away[:3]) if away else 0.0


def _table(ours: Sequence[Token], theirs: Sequence[Token], likeness: Likeness | None) -> NDArray[np.float32]:
    """Return the likeness of every word of the claim with every word of the evidence.

    Only words that no form of them stands for in the evidence are compared by meaning, which costs an embedding each.
    """
    table = np.array([[by_form(a, b) for b in theirs] for a in ours], dtype=np.float32)
    rows = [i for i, a in enumerate(ours) if a.kind == "word" and table[i].max() < FORM]
    columns = [j for j, b in enumerate(theirs) if b.kind == "word"]
    if likeness is not None and rows and columns:
        by_meaning = likeness([ours[i].text for i in rows], [theirs[j].text for j in columns])
        table[np.ix_(rows, columns)] = np.maximum(table[np.ix_(rows, columns)], by_meaning)
    return table


def by_form(a: Token, b: Token) -> float:
    """Return the likeness of two words by their letters alone."""
    if a.kind == "number" or b.kind == "number":
        return SAME if a.kind == b.kind and same_number(a, b) else 0.0
    if a.stem == b.stem:
        return SAME
    x, y = squeeze(a.text), squeeze(b.text)
    if x == y:
        return SAME
    if denies(a.text, b.text) or denies(b.text, a.text):
        return FORM
    short, long = sorted((a.stem, b.stem), key=len)
    if "name" in (a.kind, b.kind):
        return FORM if len(short) > 2 and long.startswith(short) and not long[len(short) :][:1].isdigit() else 0.0
    shared = len(short) if long.startswith(short) else shared_beginning(short, long)
    return FORM if shared >= _LEAST_STEM and shared >= 0.7 * len(long) else 0.0


def same_number(a: Token, b: Token) -> bool:
    """Tell whether two numbers are one: the unit may be left off on one side; 0.5 is 50 %."""
    if abs(a.value - b.value) <= 1e-9 * max(1.0, abs(a.value)):
        return a.unit == b.unit or not (a.unit and b.unit)
    percent, plain = (a, b) if a.unit == "%" else (b, a)
    return percent.unit == "%" and not plain.unit and abs(percent.value / 100 - plain.value) < 1e-9

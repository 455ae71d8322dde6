"""The sentence picker: which sentences of an abstract answer a question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

import numpy as np

from rag.lexical import Analyzer

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from numpy.typing import NDArray

    from ingest.settings import Settings

COVERAGE_WEIGHT = 0.5
LENGTH_WEIGHT = 0.00025
"""Weights beside the cosine, the second for each character; chosen on development questions and on public pairs of
question and sentence."""
_REMEMBERED = 20_000


class SentencePicker(Protocol):
    """Scores the sentences of one abstract for a question."""

    def score(self, question: str, title: str, sentences: Sequence[str]) -> list[float]:
        """Return one score a sentence, higher is better; scores of one question compare across titles."""
        ...

    def likeliest(self, question: str, title: str, sentences: Sequence[str], most: int) -> list[int]:
        """Return the places of the sentences that are worth scoring, by a quick look, the likeliest first."""
        ...

    def odds(self, question: str, title: str, sentences: Sequence[str]) -> list[float]:
        """Return the log-odds that each sentence answers, against that none does; empty where it cannot tell."""
        ...


class HybridPicker:
    """Cosine of question and sentence, and how many of the question's words the sentence covers.

    Words that the title already holds do not count: every sentence of a paper is about its title, the answering
    one says what the title does not. Words weigh by their inverse document frequency.

    Args:
        embedder: embeds question and sentences; sentence vectors are remembered.
        idf: weight of an index term.
        stored: gives the vector of a sentence that the library already holds.
    """

    def __init__(
        self,
        embedder: BaseEmbedding,
        idf: Callable[[str], float] | None = None,
        stored: Callable[[str], NDArray[np.float32] | None] | None = None,
    ) -> None:
        self._embedder = embedder
        self._idf = idf or (lambda term: 1.0)
        self._stored = stored or (lambda sentence: None)
        self._analyzer = Analyzer()
        self._remembered: dict[str, NDArray[np.float32]] = {}
        self._questions: dict[str, NDArray[np.float32]] = {}
        self._terms = lru_cache(maxsize=_REMEMBERED)(lambda text: frozenset(self._analyzer.terms(text)))

    def score(self, question: str, title: str, sentences: Sequence[str]) -> list[float]:
        """Return one score a sentence: cosine plus weighted coverage plus a little for length (about 0 to 1.6)."""
        parts = zip(
            self.similarity(question, sentences), self.coverage(question, title, sentences), sentences, strict=True
        )
        return [cosine + COVERAGE_WEIGHT * covered + LENGTH_WEIGHT * len(s) for cosine, covered, s in parts]

    def likeliest(self, question: str, title: str, sentences: Sequence[str], most: int) -> list[int]:
        """Return the places of the sentences that score best, best first."""
        scores = self.score(question, title, sentences)
        return sorted(range(len(sentences)), key=lambda i: -scores[i])[:most]

    def odds(self, question: str, title: str, sentences: Sequence[str]) -> list[float]:
        """Return nothing: likeness does not tell whether a sentence answers."""
        return []

    def coverage(self, question: str, title: str, sentences: Sequence[str]) -> list[float]:
        """Return the share of the question's weighted words, those of the title aside, in each sentence."""
        asked = self._terms(question) - self._terms(title)
        total = sum(map(self._idf, asked))
        if not total:
            return [0.0] * len(sentences)
        return [sum(self._idf(t) for t in asked & self._terms(s)) / total for s in sentences]

    def similarity(self, question: str, sentences: Sequence[str]) -> list[float]:
        """Return the cosine of the question and each sentence."""
        if not sentences:
            return []
        if question not in self._questions:
            if len(self._questions) >= _REMEMBERED:
                self._questions.clear()
            self._questions[question] = unit(self._embedder.get_query_embedding(question))
        return [float(cosine) for cosine in self.vectors(sentences) @ self._questions[question]]

    def likeness(self, statement: str, sentences: Sequence[str]) -> list[float]:
        """Return the cosine of a statement, which is embedded as the sentences are, and each sentence."""
        stated, *others = self.vectors([statement, *sentences])
        return [float(other @ stated) for other in others]

    def vectors(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of sentences, of length 1, a row each: those stored, and of others those remembered."""
        held = {s: v for s in sentences if (v := self._stored(s)) is not None}
        self._remember([s for s in sentences if s not in held])
        return np.stack([held[s] if s in held else self._remembered[s] for s in sentences])

    def _remember(self, texts: Sequence[str]) -> None:
        new = [t for t in dict.fromkeys(texts) if t not in self._remembered]
        if len(self._remembered) + len(new) > _REMEMBERED:
            self._remembered.clear()
            new = list(dict.fromkeys(texts))
        for text, vector in zip(new, self._embedder.get_text_embedding_batch(new) if new else [], strict=True):
            self._remembered[text] = unit(vector)


def unit(vector: Sequence[float]) -> NDArray[np.float32]:
    """Return a vector of length 1; one of zeros stays as it is."""
    row = np.asarray(vector, dtype=np.float32)
    return (row / (np.linalg.norm(row) or 1.0)).astype(np.float32)


def make_picker(
    settings: Settings,
    embed_model: BaseEmbedding | None = None,
    idf: Callable[[str], float] | None = None,
    stored: Callable[[str], NDArray[np.float32] | None] | None = None,
) -> HybridPicker:
    """Return the picker that the settings name; arguments as for :class:`HybridPicker`."""
    from ingest.embeddings import make_embedder

    return HybridPicker(embed_model or make_embedder(settings), idf, stored)

"""The lexical index: BM25 over whole papers (title and abstract), built once for a revision of the library."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence, Set
from functools import lru_cache
from typing import TYPE_CHECKING

import bm25s
import numpy as np
import Stemmer

from ingest.text import normalise

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ingest.paper import Paper

_TOKEN = re.compile(r"[^\W_]+(?:[.'+-][^\W_]+)*")
_PART = re.compile(r"[^\W_]+")
STOPWORDS = frozenset(
    """a about above after again against all also am an and any are as at be because been before being below between
    both but by can could did do does doing down during each few for from further had has have having he her here
    hers     him his how i if in into is it its itself just let me more most my no nor not now of off on once only
    or other our     out over own same she should so some such than that the their them then there these they this
    those through to too     under until up us very was we were what when where which while who whom why will with
    would you your yours""".split()
)


_AMERICAN = (
    (
        re.compile(
            r"(?<=[a-z](?:al|il|ol|im|om|er|ar|or|ur|on|an|en|gn|at|et|it|ot|nt|ic|id|od|as|es))"
            r"is(?=(?:e|ed|es|er|ers|ing|ation|ations)$)"
        ),
        "iz",
    ),
    (re.compile(r"(?<=[a-z]{3}l)ys(?=(?:e|ed|es|er|ers|ing)$)"), "yz"),
    (re.compile(r"(?<=[a-z]{2})our(?=(?:s|ed|ing|al|able|ful|ite|ites|hood|hoods)?$)"), "or"),
    (re.compile(r"^(model|label|level|cancel|signal|travel|channel)l(?=(?:ed|ing|er|ers)$)"), r"\1"),
    (re.compile(r"(?<=[a-z]{2}t)re(?=s?$)|(?<=^fib)re(?=s?$)"), "er"),
)
"""British endings and the American ones, which abstracts mostly have; a word that only looks so is changed on both
sides alike."""


@lru_cache(maxsize=50_000)
def american(word: str) -> str:
    """Return a word in lower case with American endings ("optimisation", "modelling", "behaviour")."""
    for british, ours in _AMERICAN:
        word = british.sub(ours, word)
    return word


class Analyzer:
    """Turns text into index terms: normalised, Snowball-stemmed, function words left out, British endings American.

    A compound (``chain-of-thought``, ``Qwen2.5-1M``) gives its parts, and itself as one more term, so that a name
    written with its version or hyphen outweighs its pieces.
    """

    def __init__(self) -> None:
        self._stemmer = Stemmer.Stemmer("english")

    def terms(self, text: str) -> list[str]:
        """Return the index terms of a text, in order, repeats kept."""
        found: list[str] = []
        for match in _TOKEN.finditer(normalise(text)):
            word = match.group()
            parts = _PART.findall(word)
            found.extend(p for p in parts if p not in STOPWORDS and (len(p) > 1 or p.isdigit()))
            if len(parts) > 1:
                found.append(word)
        return [str(stem) for stem in self._stemmer.stemWords(list(map(american, found)))]

    def stem(self, word: str) -> str:
        """Return the stem of one normalised word."""
        return str(self._stemmer.stemWord(american(word)))


class LexicalIndex:
    """BM25 (Robertson and Zaragoza 2009; Lucene's variant, k1 = 1.5, b = 0.75) over papers, by bm25s.

    bm25s is called directly: LlamaIndex's ``BM25Retriever`` returns only the first k, and fusion of standardised
    scores needs the score of every paper.
    """

    def __init__(self, papers: Sequence[Paper]) -> None:
        self.analyzer = Analyzer()
        self.documents = [self.analyzer.terms(f"{p.title}\n{p.abstract}") for p in papers]
        self._bm25 = bm25s.BM25()
        self.document_frequency: dict[str, int] = {}
        for terms in self.documents:
            for term in set(terms):
                self.document_frequency[term] = self.document_frequency.get(term, 0) + 1
        if self.document_frequency:
            self._bm25.index(self.documents, show_progress=False)

    def scores(self, question: str) -> NDArray[np.float32]:
        """Return the BM25 score of every paper: float32 ``(papers,)``, 0 where no term is shared."""
        terms = [term for term in self.analyzer.terms(question) if term in self.document_frequency]
        if not terms:
            return np.zeros(len(self.documents), dtype=np.float32)
        return np.asarray(self._bm25.get_scores(terms), dtype=np.float32)

    def idf(self, term: str) -> float:
        """Return the inverse document frequency of a term; one that no paper holds weighs most."""
        return self._idf_of(self.document_frequency.get(term, 0))

    def rarities(self, text: str, spans: Sequence[tuple[int, int]]) -> list[float]:
        """Return for runs of a text the inverse document frequency of the word each begins in; 0 for function words."""
        words = list(_PART.finditer(text))
        weights = [max(map(self.idf, self.analyzer.terms(word.group())), default=0.0) for word in words]
        starts = [word.start() for word in words]
        places = [bisect_right(starts, start) - 1 for start, _ in spans]
        return [
            weights[place] if place >= 0 and start < words[place].end() else 0.0
            for place, (start, _) in zip(places, spans, strict=True)
        ]

    @property
    def highest_idf(self) -> float:
        """The inverse document frequency of a term that one paper holds."""
        return self._idf_of(1)

    def _idf_of(self, frequency: int) -> float:
        return float(np.log(1 + (len(self.documents) - frequency + 0.5) / (frequency + 0.5)))

    def share(self, asked: Set[str], held: Set[str]) -> float:
        """Return the share, by weight, of the terms asked for that are held; 0.0 where they weigh nothing."""
        total = sum(map(self.idf, asked))
        return sum(map(self.idf, asked & held)) / total if total else 0.0

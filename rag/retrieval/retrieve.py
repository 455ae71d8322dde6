"""Retrieval: passages by cosine and papers by BM25, fused by standardised scores, collapsed to papers.

A paper's dense score has three parts: its best sentence and its best passage (a detail asked for) and the normalised
mean of its passages (what it is about). Each, and the paper's BM25 score, is standardised over the library before they
are added: the distance from the mean in standard deviations says how telling a score is for this question, which
neither raw scores nor ranks do (Renda and Straccia 2003 compare such fusions). The BM25 part grows faster than
linearly: a paper that shares rare words stands out by many deviations and is to be believed, while the small
differences among papers that share common words are noise.

Beside the dense parts stands late interaction, where the library has vectors of word pieces (see
:mod:`ingest.embeddings.late_interaction`): one vector is the mean of what a question says, its pieces are each of it.

Where the best paper stands out, what is like it gains (pseudo-relevance feedback after Rocchio 1971): papers on one
topic are like each other, also where a question has the words of one of them only.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from ingest.embeddings import tokens_key
from ingest.embeddings.late_interaction import QuestionTokens, Shelf, TokenEmbedder
from ingest.errors import LibraryMoved
from ingest.library import Library
from rag.lexical import LexicalIndex
from rag.questions.filters import Filters
from rag.retrieval.picker import unit
from rag.retrieval.screened import screen
from rag.retrieval.topic_words import TopicWords

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from numpy.typing import NDArray

    from ingest.index import PaperVectors
    from ingest.paper import Paper
    from ingest.settings import Settings

LEXICAL_WEIGHT = 0.1
LEXICAL_POWER = 1.5
"""The BM25 part is WEIGHT · z to the POWER beside the mean of the three dense parts; chosen on development questions
(on SciFact and Cranfield, powers of 1 and 1.5 came to the same)."""
LIKENESS_WEIGHT, SURE = 0.3, 4.0
"""Weight of a paper's likeness to the best one, and the score that the best must have for others to be held against it;
chosen on development questions."""
LATE_WEIGHT = 1.0
"""Weight of late interaction beside the mean of the three dense parts, whose own is 1. On development questions, facts
and lists, 0.5 to 2 come to nearly the same."""
AS_FAR = 1.1
"""What scores with late interaction are multiplied by to stand out as far as those without, by which limits were set:
the median over the first places of development questions and topics."""
_NEAR = 300
"""Passages asked of Chroma for a question."""
_LEXICAL = 100
"""Papers taken from BM25 for a question."""
_TRIES = 3
"""A library whose index is replaced while a question is searched for is searched again: the question's vector and the
papers' may have been of two embedders, and what was read of an index that is being removed is not all of it."""
_SAMPLE = 1_000
"""Papers whose scores stand for the library's when scores are standardised."""


@dataclass(frozen=True)
class Hit:
    """A retrieved paper with its best passage."""

    paper: Paper
    score: float
    """Fused score, in standard deviations from the library's mean."""
    similarity: float
    """Cosine of the question and the best passage."""
    lexical: float
    """BM25 score."""
    start: int
    end: int
    """Span of the best passage in the abstract."""
    gained: float = 0.0
    """What of the score comes from likeness to the best paper."""
    stretch: float = 1.0
    """What brings scores of one kind to the reach of another's."""

    @property
    def standing(self) -> float:
        """How far the paper stands out for the question itself, likeness to the best paper aside; for limits."""
        return (self.score - self.gained) * self.stretch

    @property
    def passage(self) -> str:
        """The words of the best passage."""
        return self.paper.abstract[self.start : self.end]


@dataclass(frozen=True)
class _Scored:
    """Raw scores of some papers for one question."""

    sentence: NDArray[np.float32]
    passage: NDArray[np.float32]
    mean: NDArray[np.float32]
    place: NDArray[np.int64]
    """Row of the best passage; -1 where the paper has none."""

    def dense(self, population: _Scored) -> NDArray[np.float32]:
        """Return the mean of the three parts, each standardised over a population's scores."""
        parts = (
            _standardise(self.sentence, population.sentence),
            _standardise(self.passage, population.passage),
            _standardise(self.mean, population.mean),
        )
        return np.asarray(sum(parts) / len(parts), dtype=np.float32)


class _Index:
    """What is derived from one revision of the library; deleted and made anew when the revision changes."""

    def __init__(self, library: Library) -> None:
        self.revision = library.revision
        self.papers = [screen(paper) for paper in library.papers()]
        self.place = {paper.paper_id: i for i, paper in enumerate(self.papers)}
        self.lexical = LexicalIndex(self.papers)
        by_chance = sorted(self.place, key=lambda i: hashlib.sha256(i.encode()).digest())
        self.vectors: dict[str, PaperVectors] = {}
        self.centres: dict[str, NDArray[np.float32]] = {}
        self.sentences: dict[str, NDArray[np.float32]] = {}
        self._library = library
        self._fetch(by_chance[:_SAMPLE])
        self.sample = [i for i in by_chance[:_SAMPLE] if i in self.vectors]

    @cached_property
    def topic_words(self) -> TopicWords:
        """The papers' words, for holding the topic of a list against them."""
        return TopicWords(self.papers, self.lexical)

    def scored(self, paper_ids: Sequence[str], query: NDArray[np.float32]) -> _Scored:
        """Return the dense scores of papers; their vectors are fetched once."""
        self._fetch([i for i in paper_ids if i not in self.vectors])
        rows = [_dense(self.vectors.get(i), self.centres.get(i), query) for i in paper_ids]
        columns = [np.array(column) for column in zip(*rows, strict=True)] if rows else [np.zeros(0)] * 4
        sentence, passage, mean = (column.astype(np.float32) for column in columns[:3])
        return _Scored(sentence, passage, mean, columns[3].astype(np.int64))

    def late(self, paper_ids: Sequence[str], question: QuestionTokens) -> NDArray[np.float32]:
        """Return how near papers come by late interaction, in standard deviations from the library's mean.

        A paper that has no telling word piece is as near as the mean.
        """
        papers, shelf = self._sampled
        population = shelf.nearness(question)
        nearness = dict(zip(papers, population, strict=True))
        others, shelf = self._shelved(i for i in paper_ids if i not in nearness)
        nearness |= zip(others, shelf.nearness(question), strict=True)
        mean = population.mean() if population.size else np.float32(0)
        return _standardise(np.array([nearness.get(i, mean) for i in paper_ids], dtype=np.float32), population)

    @cached_property
    def tokens_key(self) -> str:
        """Which model made the papers' word pieces; empty where they have none, or not all of the same."""
        keys = {self.vectors[i].tokens.key for i in self.sample}
        return keys.pop() if len(keys) == 1 else ""

    @cached_property
    def _sampled(self) -> tuple[list[str], Shelf]:
        return self._shelved(self.sample)

    def _shelved(self, paper_ids: Iterable[str]) -> tuple[list[str], Shelf]:
        """Return those of some papers that have word pieces of the library's model, and the pieces."""
        held = {i: self.vectors[i].tokens for i in paper_ids if i in self.vectors}
        pieces = {i: t.vectors for i, t in held.items() if t.key == self.tokens_key and len(t.vectors)}
        return list(pieces), Shelf(list(pieces.values()))

    def likeness(self, paper_ids: Sequence[str], best: str) -> NDArray[np.float32]:
        """Return how like papers are to one, in standard deviations from the library's mean; to itself as to the next.

        Papers without passages are as like as the mean.
        """
        if best not in self.centres:
            return np.zeros(len(paper_ids), dtype=np.float32)
        known = [i for i in dict.fromkeys((*self.sample, *paper_ids)) if i in self.centres]
        cosines = dict(zip(known, np.stack([self.centres[i] for i in known]) @ self.centres[best], strict=True))
        population = np.array([cosines[i] for i in self.sample], dtype=np.float32)
        cosines[best] = max((cosine for i, cosine in cosines.items() if i != best), default=np.float32(0))
        mean = population.mean() if population.size else np.float32(0)
        return _standardise(np.array([cosines.get(i, mean) for i in paper_ids], dtype=np.float32), population)

    def _fetch(self, paper_ids: Sequence[str]) -> None:
        """Bring the vectors of papers into memory, their sentences' by text for the sentence picker."""
        for paper_id, vectors in (self._library.vectors_of(paper_ids) if paper_ids else {}).items():
            self.vectors[paper_id] = vectors
            centre = vectors.vectors.mean(axis=0)
            self.centres[paper_id] = centre / (np.linalg.norm(centre) or 1.0)
            abstract = self.papers[self.place[paper_id]].abstract
            for (start, end), row in zip(vectors.sentence_spans, vectors.sentence_vectors, strict=True):
                self.sentences[abstract[start:end]] = row


def _dense(
    vectors: PaperVectors | None, centre: NDArray[np.float32] | None, query: NDArray[np.float32]
) -> tuple[float, float, float, int]:
    if vectors is None or centre is None:
        return -1.0, -1.0, -1.0, -1
    similarities = vectors.vectors @ query
    place = int(similarities.argmax())
    sentence = float((vectors.sentence_vectors @ query).max())
    return sentence, float(similarities[place]), float(centre @ query), place


def _standardise(values: NDArray[np.float32], population: NDArray[np.float32]) -> NDArray[np.float32]:
    spread = float(population.std()) or 1.0
    return np.asarray((values - population.mean()) / spread, dtype=np.float32)


class HybridRetriever(BaseRetriever):
    """citetrail's retriever as a LlamaIndex ``BaseRetriever``.

    ``retrieve`` returns one node a paper, its best passage, with ``paper_id``, ``title``, ``start`` and ``end`` in
    the metadata. :meth:`search` returns the same as :class:`Hit` records.

    Args:
        library: the library to search; what is derived from it follows its revision.
        top_k: papers returned.
    """

    def __init__(self, library: Library, top_k: int = 8) -> None:
        super().__init__()
        self.library = library
        self.top_k = top_k
        self._index: _Index | None = None
        self._making = threading.Lock()

    @property
    def index(self) -> _Index:
        """The derived index, made anew when another process or this one has written to the library."""
        with self._making:
            if self._index is not None and self._index.revision != self.library.revision:
                self.library.refresh()
                self._index = None
            if self._index is None:
                self._index = self._make()
            return self._index

    def _make(self) -> _Index:
        for left in reversed(range(_TRIES)):
            try:
                return _Index(self.library)
            except LibraryMoved:
                if not left:
                    raise
                self.library.refresh()
        raise AssertionError("the last try returns or raises")

    @property
    def at_hand(self) -> _Index:
        """The derived index of the last search, without asking the library whether it has changed since."""
        return self._index or self.index

    def search(self, question: str, k: int | None = None, filters: Filters | None = None) -> list[Hit]:
        """Return the best papers for a question, best first.

        Args:
            question: a standalone question.
            k: papers returned; default ``top_k``.
            filters: papers that may be returned; default all.
        """
        for left in reversed(range(_TRIES)):
            index, embedder = self.index, self.library.embedder
            try:
                hits = self._search(index, question, k, filters)
                if self.library.embedder is embedder and not self.library.replaced:
                    break
            except LibraryMoved:
                if not left:
                    raise
            self._start_over()
        return hits

    def _start_over(self) -> None:
        """Take up the index that a reindex has put in the place of the one lately read."""
        with self._making:
            self.library.refresh()
            self._index = None

    def _search(self, index: _Index, question: str, k: int | None, filters: Filters | None) -> list[Hit]:
        if not index.papers:
            return []
        query = self.embed(question)
        lexical = index.lexical.scores(question)
        candidates = self._candidates(index, query, lexical, filters)
        if not candidates:
            return []
        sample, mine = index.scored(index.sample, query), index.scored(candidates, query)
        bm25 = lexical[[index.place[i] for i in candidates]]
        shared = _standardise(bm25, lexical)
        fused = mine.dense(sample) + LEXICAL_WEIGHT * np.sign(shared) * np.abs(shared) ** LEXICAL_POWER
        if (late := self._late(index, question, candidates)) is not None:
            fused = (fused + LATE_WEIGHT * late) / (1 + LATE_WEIGHT)
        gained = np.zeros_like(fused)
        if fused.max() >= SURE:
            likeness = index.likeness(candidates, candidates[int(fused.argmax())])
            gained = LIKENESS_WEIGHT * np.maximum(likeness, 0.0)
            fused += gained
        order = np.argsort(-fused, kind="stable")[: k or self.top_k]
        found = [self._hit(index, candidates[i], float(fused[i]), mine, int(i), float(bm25[i])) for i in order]
        stretch = 1.0 if late is None else AS_FAR
        return [replace(hit, gained=float(gained[i]), stretch=stretch) for hit, i in zip(found, order, strict=True)]

    def _late(self, index: _Index, question: str, candidates: Sequence[str]) -> NDArray[np.float32] | None:
        """Return how near candidates come by late interaction; ``None`` where embedder and library share no model."""
        embedder = self.library.embedder
        shared = index.tokens_key and index.tokens_key == tokens_key(embedder)
        tokens = embedder.question_tokens(question) if shared and isinstance(embedder, TokenEmbedder) else None
        weighed = tokens.weighed(index.lexical.rarities(question, tokens.spans)) if tokens else None
        return index.late(candidates, weighed) if weighed else None

    def embed(self, text: str) -> NDArray[np.float32]:
        """Return the question's vector, of length 1."""
        return unit(self.library.embedder.get_query_embedding(text))

    def embed_plainly(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a text that is held against papers' words, embedded as they are; of length 1."""
        return unit(self.library.embedder.get_text_embedding(text))

    def sentence_vector(self, sentence: str) -> NDArray[np.float32] | None:
        """Return the stored vector of a sentence of a paper lately scored; ``None`` for any other text."""
        return self.at_hand.sentences.get(sentence)

    def _candidates(
        self, index: _Index, query: NDArray[np.float32], lexical: NDArray[np.float32], filters: Filters | None
    ) -> list[str]:
        """Return the papers worth scoring: near by passage or sharing terms, and let through by the filters."""
        if filters and (allowed := {p.paper_id for p in index.papers if filters.admit(p)}) != set(index.place):
            return sorted(allowed, key=index.place.__getitem__)
        near = [n.paper_id for n in self.library.nearest([float(x) for x in query], _NEAR)]
        sharing = [index.papers[i].paper_id for i in np.argsort(-lexical, kind="stable")[:_LEXICAL] if lexical[i] > 0]
        return [i for i in dict.fromkeys([*near, *sharing]) if i in index.place]

    def _hit(self, index: _Index, paper_id: str, score: float, scored: _Scored, row: int, bm25: float) -> Hit:
        paper = index.papers[index.place[paper_id]]
        vectors = index.vectors.get(paper_id)
        start, end = vectors.spans[int(scored.place[row])] if vectors else (0, len(paper.abstract))
        return Hit(paper, score, float(scored.passage[row]), bm25, start, end)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [_node(hit) for hit in self.search(query_bundle.query_str)]


def _node(hit: Hit) -> NodeWithScore:
    metadata: Mapping[str, Any] = {
        "paper_id": hit.paper.paper_id, "title": hit.paper.title, "start": hit.start, "end": hit.end,
    }  # fmt: skip
    node = TextNode(text=hit.passage, metadata=dict(metadata), start_char_idx=hit.start, end_char_idx=hit.end)
    return NodeWithScore(node=node, score=hit.score)


def build_index(
    papers: Sequence[Paper], settings: Settings, folder: Path, embed_model: BaseEmbedding | None = None
) -> HybridRetriever:
    """Index any papers in a library of their own and return its retriever (for evals on foreign collections)."""
    import dataclasses

    from ingest.pipeline import store_papers

    library = Library.open(dataclasses.replace(settings, library=str(folder), chroma_host=""), embed_model, create=True)
    store_papers(library, papers)
    return HybridRetriever(library, settings.top_k)

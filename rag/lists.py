"""Lists: which papers belong, decided by evidence over the whole catalogue rather than by a fixed number."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ingest.paper import Paper
from rag.asked import mentions, names_in
from rag.filters import Filters
from rag.question import topic_words

if TYPE_CHECKING:
    from rag.retrieve import Hit, HybridRetriever

LEAST_SCORE = 2.0
"""Standard deviations above the library's mean below which a paper is not about the topic."""
LEAST_SHARE = 0.55
"""Share of the best paper's score; both were chosen on development rows."""
LEAST_HOLDING = 1.5
"""The same for a paper that holds every word of the topic."""
_FULL_REACH = 5.0
"""Standard deviations that must be possible before the limits hold in full (26 papers)."""
MOST_PAPERS = 12
"""Papers listed; more are counted, and said."""


def belonging(question: str, retriever: HybridRetriever, filters: Filters | None = None) -> list[Hit]:
    """Return the papers that a list question is after, best first.

    Where the question uses a name (an acronym, a benchmark, a model), the papers that mention it belong, and no
    other. Else those belong whose score stands out from the library's, and those that hold every word of the topic.
    Without a topic (a filter alone) every paper let through belongs.
    """
    hits = retriever.search(question, len(retriever.index.papers), filters)
    topic = topic_words(question)
    if not topic:
        return hits if filters else []
    names = [n for n in names_in(question) if any(mentions(h.paper, n) for h in hits)]
    if names and (named := [h for h in hits if all(mentions(h.paper, n) for n in names)]):
        return named
    holding = {p.paper_id for p in holding_all(topic, retriever)}
    out = standing_out(hits, _reach(len(retriever.index.papers)))
    least = LEAST_HOLDING * _reach(len(retriever.index.papers))
    return [h for h in hits if h in out or (h.paper.paper_id in holding and h.score >= least)]


def _reach(papers: int) -> float:
    """Return the share of the limits that scores of a library of so many papers can reach.

    Of n values none is farther than the root of n - 1 standard deviations from their mean (Samuelson 1968), so in a
    small library no paper could stand out by the limits of a large one.
    """
    return min(1.0, math.sqrt(max(papers - 1, 0)) / _FULL_REACH)


def standing_out(hits: Sequence[Hit], reach: float = 1.0) -> list[Hit]:
    """Return the hits that stand out, best first; none where even the best does not."""
    least = max(LEAST_SCORE * reach, LEAST_SHARE * hits[0].score) if hits else 0.0
    return [hit for hit in hits if hit.score >= least]


def holding_all(words: Sequence[str], retriever: HybridRetriever) -> list[Paper]:
    """Return the papers whose title or abstract holds every word (its stem), in the library's order."""
    index = retriever.index
    names = [w for w in words if names_in(w)]
    stems = set(index.lexical.analyzer.terms(" ".join(w for w in words if w not in names)))
    return [
        paper
        for paper, terms in zip(index.papers, index.lexical.documents, strict=True)
        if words and stems <= set(terms) and all(mentions(paper, name) for name in names)
    ]

"""Lists: which papers belong, decided by evidence over the whole catalogue rather than by a fixed number."""

from __future__ import annotations

from collections.abc import Sequence

from rag.asked import mentions, names_in
from rag.filters import Filters
from rag.retrieve import Hit, HybridRetriever

LEAST_SCORE = 2.5
"""Standard deviations above the library's mean below which a paper is not about the topic."""
LEAST_SHARE = 0.55
"""Share of the best paper's score; both were chosen on development rows."""
MOST_PAPERS = 12
"""Papers listed; more are counted, and said."""


def belonging(question: str, retriever: HybridRetriever, filters: Filters | None = None) -> list[Hit]:
    """Return the papers that a list question is after, best first.

    Where the question uses a name (an acronym, a benchmark, a model), the papers that mention it belong, and no
    other. Else those belong whose score stands out from the library's.
    """
    hits = retriever.search(question, len(retriever.index.papers), filters)
    if not hits:
        return []
    names = [n for n in names_in(question) if any(mentions(h.paper, n) for h in hits)]
    if names:
        return [h for h in hits if all(mentions(h.paper, n) for n in names)] or standing_out(hits)
    return standing_out(hits)


def standing_out(hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits that stand out, best first; none where even the best does not."""
    least = max(LEAST_SCORE, LEAST_SHARE * hits[0].score) if hits else 0.0
    return [hit for hit in hits if hit.score >= least]

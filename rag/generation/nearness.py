"""How near sentences are to a question or to each other, as far as can be told without a model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ingest.paper import Paper
from ingest.text import Span
from rag.extractive.extract import RANK_WEIGHT
from rag.generation.sources import Source

if TYPE_CHECKING:
    from rag.retrieval.picker import HybridPicker
    from rag.retrieval.retrieve import Hit


def usefulness(question: str, hits: Sequence[Hit], picker: HybridPicker) -> Callable[[Source, Span], float]:
    """Return what tells how well a sentence answers a question; a paper's are scored when the first is asked for."""
    rank = {hit.paper.paper_id: hit.score for hit in hits}
    scored: dict[str, dict[Span, float]] = {}

    def useful(source: Source, span: Span) -> float:
        paper_id = source.paper.paper_id
        if paper_id not in scored:
            scores = picker.score(question, source.paper.title, source.sentences)
            bonus = RANK_WEIGHT * rank.get(paper_id, 0.0)
            scored[paper_id] = {s: score + bonus for s, score in zip(source.spans, scores, strict=True)}
        return scored[paper_id][span]

    return useful


def nearness(sources: Sequence[Source], picker: HybridPicker) -> Callable[[str, Paper], float]:
    """Return what tells the cosine of a text and the sentence of a source's paper that is nearest to it."""
    sentences = {source.paper.paper_id: source.sentences for source in sources}

    def near(text: str, paper: Paper) -> float:
        return max(picker.likeness(text, sentences[paper.paper_id]), default=-1.0)

    return near

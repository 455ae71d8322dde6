"""The papers nearest to one that a question names: "anything like WebArena?"."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rag.abstention.declining import FAR
from rag.questions.naming import mention_of, without_names
from rag.questions.pointers import SIMILAR
from rag.questions.topic import telling_words
from rag.retrieval.lists import reach_of

if TYPE_CHECKING:
    from ingest.paper import Paper
    from rag.questions.filters import Filters
    from rag.questions.question import Question
    from rag.retrieval.retrieve import Hit, HybridRetriever

_LEAST = 2.25
"""Standard deviations above the library's mean, plus the share of the title's words held, from which a paper is near;
by eye on ten papers of the real digests."""


_BESIDE = frozenset(
    """papers paper anything something else here there library collection any other works work studies which what find
    show list give me read also similar related like one ones digest digests see tell know want next get""".split()
)
"""Words of such a question that ask for nothing more."""


def asks_for_similar(text: str, subjects: tuple[Paper, ...]) -> bool:
    """Tell whether a question is after the papers that are like the one it names, and after nothing else."""
    if len(subjects) != 1 or not SIMILAR.search(text):
        return False
    mention = mention_of(subjects[0], text)
    rest = text.replace(mention.group(), " ") if mention else text
    rest = SIMILAR.sub(" ", without_names(rest, subjects)).lower()
    return not set(telling_words(rest)) - _BESIDE


def similar_papers(question: Question, retriever: HybridRetriever) -> tuple[list[Hit], list[Hit]]:
    """Return the papers near to the one a question names, and all others, each nearest first.

    Nearness is the likeness of their vectors: how far a paper stands out by it, and the words of the title it holds.
    """
    paper = question.subjects[0]
    scores = _nearness(paper, retriever, question.filters)
    index = retriever.at_hand
    wordings = index.topic_words.wordings(paper.title)
    for other, score in scores.items():
        scores[other] = score + index.topic_words.coverage(wordings, index.place[other])
    hits = retriever.search(paper.title, len(index.papers), question.filters)
    hits = sorted((h for h in hits if h.paper.paper_id in scores), key=lambda h: -scores[h.paper.paper_id])
    near = [hit for hit in hits if scores[hit.paper.paper_id] >= _LEAST]
    return near, hits[len(near) :]


def _nearness(paper: Paper, retriever: HybridRetriever, filters: Filters) -> dict[str, float]:
    """Return how far other papers stand out by their likeness to one, in standard deviations, by paper id."""
    index = retriever.at_hand
    others = [p for p in index.papers if p != paper]
    index.scored([paper.paper_id], retriever.embed(paper.title))  # brings its vectors
    if not others or paper.paper_id not in index.centres:
        return {}
    centre = index.centres[paper.paper_id]
    scored = index.scored(
        [p.paper_id for p in others], np.asarray(centre / (np.linalg.norm(centre) or 1.0), dtype=np.float32)
    )
    values = scored.dense(scored) / reach_of(len(others))
    values[scored.mean < FAR] = 0.0  # the nearest of a few may still be far
    return {other.paper_id: float(value) for other, value in zip(others, values, strict=True) if filters.admit(other)}

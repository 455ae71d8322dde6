"""Lists: which papers belong, decided by evidence over the whole catalogue rather than by a fixed number."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ingest.paper import Paper
from rag.questions.asked import mentions, names_in
from rag.questions.filters import Filters
from rag.questions.question import without_filters
from rag.questions.topic import Topic, read_topic, telling_words

if TYPE_CHECKING:
    from rag.retrieval.retrieve import Hit, HybridRetriever

LEAST_EVIDENCE = 6.2
SHARE_WEIGHT = 4.0
COVERAGE_WEIGHT = 2.5
"""A paper belongs whose score (standard deviations above the library's mean), plus SHARE times its share of the best
paper's score, plus COVERAGE times the share of the topic's words that it holds, reaches LEAST. All three were
chosen on development questions."""
NAME_WEIGHT = 3.0
"""What it counts that a paper holds the names of a topic that has other words; a topic of names alone needs no more."""
_ALL = 0.999
"""Share of a text's words from which a paper holds all of them."""
_FULL_REACH = 5.0
"""Standard deviations that must be possible before scores count as they are (26 papers)."""
MOST_PAPERS = 12
"""Papers listed; more are counted, and said."""
_MENTIONED = re.compile(
    r"\b(?:mention(?:s|ing|ed)?|contain(?:s|ing)?|names?|use[sd]? the (?:word|term)s?)\b", re.IGNORECASE
)


def belonging(question: str, retriever: HybridRetriever, filters: Filters | None = None) -> list[Hit]:
    """Return the papers that a list question is after, best first.

    A paper about any alternative of the topic belongs. Where an alternative is nothing but names (an acronym, a
    benchmark, a model), those that mention it belong and no other; where names stand beside other words, a paper has
    to mention them too. What the topic has to do without, the paper must say that it does without. Without a topic
    (a filter alone) every paper let through belongs.
    """
    topic = read_topic(question)
    hits = retriever.search(without_filters(question), len(retriever.index.papers), filters)
    if not topic:
        return hits if filters else []
    if _MENTIONED.search(question) and (held := holding_all(telling_words(topic.text), retriever)):
        return [h for h in hits if h.paper in held]
    evidence = _evidence(topic, hits, retriever, filters)
    found = [h for h in hits if evidence.get(h.paper.paper_id, 0.0) >= LEAST_EVIDENCE]
    if topic.excluded:
        left_out = _mentioning(topic.excluded, retriever)
        found = [h for h in found if h.paper.paper_id not in left_out]
    if topic.lacking:
        lacking = _doing_without(topic, hits if not topic.alternatives else found, retriever)
        found = lacking or found
    return sorted(found, key=lambda h: -evidence.get(h.paper.paper_id, h.score))


def _evidence(
    topic: Topic, hits: Sequence[Hit], retriever: HybridRetriever, filters: Filters | None
) -> dict[str, float]:
    """Return the evidence that papers are about a topic, by paper id: that for its likeliest alternative."""
    index = retriever.at_hand
    whole = {h.paper.paper_id: h.score for h in hits}
    found: dict[str, float] = {}
    for alternative in topic.alternatives or (topic.text,):
        asked = index.topic_words.spelled(alternative)
        scored = retriever.search(asked, len(index.papers), filters)
        best = retriever.search(asked, 1)[0].score if filters and scored else 0.0
        scores = {h.paper: (h.score + whole.get(h.paper.paper_id, h.score)) / 2 for h in scored}
        for paper, value in _weighed(alternative, scores, best, retriever).items():
            found[paper] = max(value, found.get(paper, -math.inf))
    return found


def _weighed(
    alternative: str, scores: Mapping[Paper, float], best: float, retriever: HybridRetriever
) -> dict[str, float]:
    """Return the evidence that papers are about one alternative of a topic, by paper id.

    Args:
        alternative: in the question's words.
        scores: of the papers that the filters let through.
        best: the best score among all papers, where filters keep some out.
        retriever: over the library.
    """
    index = retriever.at_hand
    reach = reach_of(len(index.papers))
    top = max([best, *scores.values()], default=0.0) / reach
    wordings = index.topic_words.wordings(alternative)
    names = [n for n in names_in(alternative) if not index.topic_words.is_abbreviation(n)]
    names = [n for n in names if any(mentions(p, n) for p in index.papers)]
    others = [w for w in telling_words(alternative) if not any(w in telling_words(n) for n in names)]
    rest = index.topic_words.wordings(" ".join(others))
    found: dict[str, float] = {}
    for paper, score in scores.items():
        place = index.place[paper.paper_id]
        held = all(mentions(paper, n) for n in names)
        if not held or (names and others and not index.topic_words.coverage(rest, place)):
            continue
        z = score / reach
        weight = z + SHARE_WEIGHT * z / max(top, 1.0) + COVERAGE_WEIGHT * index.topic_words.coverage(wordings, place)
        found[paper.paper_id] = weight + (NAME_WEIGHT if others else 2 * LEAST_EVIDENCE) * bool(names)
    return found


def _mentioning(text: str, retriever: HybridRetriever) -> set[str]:
    """Return the ids of the papers that hold all telling words of a text, or an abbreviation for them."""
    index = retriever.at_hand
    wordings = index.topic_words.wordings(text)
    return {p.paper_id for i, p in enumerate(index.papers) if index.topic_words.coverage(wordings, i) >= _ALL}


def _doing_without(topic: Topic, hits: Sequence[Hit], retriever: HybridRetriever) -> list[Hit]:
    """Return the hits whose abstracts say that they do without what a topic has to do without."""
    words, place = retriever.at_hand.topic_words, retriever.at_hand.place
    return [h for h in hits if all(words.does_without(x, place[h.paper.paper_id]) for x in topic.lacking)]


def reach_of(papers: int) -> float:
    """Return the share of the limits that scores of a library of so many papers can reach.

    Of n values none is farther than the root of n - 1 standard deviations from their mean (Samuelson 1968), so in a
    small library no paper could stand out by the limits of a large one.
    """
    return min(1.0, math.sqrt(max(papers - 1, 1)) / _FULL_REACH)


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

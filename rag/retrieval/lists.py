"""Lists: which papers belong, decided by evidence over the whole catalogue rather than by a fixed number."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from ingest.paper import Paper
from rag.questions.asked import mentions, names_in
from rag.questions.filters import Filters
from rag.questions.question import without_filters
from rag.questions.topic import Topic, read_topic, telling_words

if TYPE_CHECKING:
    from rag.retrieval.retrieve import Hit, HybridRetriever

BIAS = -7.1
WEIGHTS = 1.0, 4.0, 1.15, 1.3, 0.8
"""Intercept and weights of what :class:`Evidence` holds, for the log-odds that a paper belongs: a logistic regression
over questions whose lists are known, fitted by ``bench/fit_lists.py``."""
LEAST_CHANCE = 0.2
"""Chance of belonging that the best paper must have for any to be listed."""
NEGLIGIBLE = 0.03
"""Chance below which a paper counts for nothing, so that many unlikely ones of a large library make no list long."""
RECALL_WEIGHT = 1.35
"""How much more a paper left out weighs than one wrongly listed (the beta of the F measure)."""
_SURE = 12.0
"""Log-odds of a paper that mentions a topic which is nothing but names."""
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
    odds = log_odds(topic, hits, retriever, filters)
    if topic.excluded:
        left_out = _mentioning(topic.excluded, retriever)
        odds = {paper_id: value for paper_id, value in odds.items() if paper_id not in left_out}
    best = sorted((h for h in hits if h.paper.paper_id in odds), key=lambda h: -odds[h.paper.paper_id])
    found = best[: worth_listing([_chance(odds[h.paper.paper_id]) for h in best])]
    if topic.lacking:
        lacking = _doing_without(topic, hits if not topic.alternatives else found, retriever)
        found = sorted(lacking or found, key=lambda h: -odds.get(h.paper.paper_id, h.score))
    return found


@dataclass(frozen=True)
class Evidence:
    """What tells whether a paper is about one alternative of a topic."""

    standing: float
    """Its score, in standard deviations above the library's mean."""
    share: float
    """The same as a share of the best paper's."""
    coverage: float
    """Share of the topic's words, weighted, that it holds."""
    said: float
    """Share of them that one of its sentences holds."""
    named: bool
    """Whether it holds the names of a topic that has other words; a topic of names alone needs no more."""
    sure: bool = False
    """Whether the topic is nothing but names, which it holds."""

    @property
    def log_odds(self) -> float:
        """That the paper belongs."""
        parts = self.standing, self.share, self.coverage, self.said, float(self.named)
        return _SURE if self.sure else BIAS + sum(w * part for w, part in zip(WEIGHTS, parts, strict=True))


def worth_listing(chances: Sequence[float]) -> int:
    """Return how many papers to list: as many as promise the best F measure (after Lewis 1995 and Ye et al. 2012).

    Args:
        chances: of belonging, highest first. Of the papers listed so many belong as their chances add up to, of all
            papers as many as all chances do.
    """
    if not chances or chances[0] < LEAST_CHANCE:
        return 0
    counted = [chance for chance in chances if chance >= NEGLIGIBLE]
    every, weight = sum(counted), RECALL_WEIGHT**2
    promised = [
        (1 + weight) * belonging / (listed + weight * every)
        for listed, belonging in enumerate(accumulate(counted), start=1)
    ]
    return 1 + max(range(len(promised)), key=promised.__getitem__)


def _chance(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))


def log_odds(
    topic: Topic, hits: Sequence[Hit], retriever: HybridRetriever, filters: Filters | None = None
) -> dict[str, float]:
    """Return the log-odds that papers belong, by paper id: those for the likeliest alternative of the topic.

    Papers that lack a name of the topic are left out.
    """
    found: dict[str, float] = {}
    for paper_id, evidence in evidence_of(topic, hits, retriever, filters):
        found[paper_id] = max(evidence.log_odds, found.get(paper_id, -math.inf))
    return found


def evidence_of(
    topic: Topic, hits: Sequence[Hit], retriever: HybridRetriever, filters: Filters | None = None
) -> Iterator[tuple[str, Evidence]]:
    """Yield what tells whether papers are about each alternative of a topic, with their ids.

    Args:
        topic: what the list is about.
        hits: every paper that the filters let through, scored for the question.
        retriever: over the library.
        filters: those of the question.
    """
    index = retriever.at_hand
    whole = {h.paper.paper_id: h.score for h in hits}
    for alternative in topic.alternatives or (topic.text,):
        asked = index.topic_words.spelled(alternative)
        scored = retriever.search(asked, len(index.papers), filters)
        best = retriever.search(asked, 1)[0].score if filters and scored else 0.0
        scores = {h.paper: (h.score + whole.get(h.paper.paper_id, h.score)) / 2 for h in scored}
        yield from _weighed(alternative, scores, best, retriever)


def _weighed(
    alternative: str, scores: Mapping[Paper, float], best: float, retriever: HybridRetriever
) -> Iterator[tuple[str, Evidence]]:
    """Yield the evidence that papers are about one alternative of a topic.

    Args:
        alternative: in the question's words.
        scores: of the papers that the filters let through.
        best: the best score among all papers, where filters keep some out.
        retriever: over the library.
    """
    index, words = retriever.at_hand, retriever.at_hand.topic_words
    reach = reach_of(len(index.papers))
    top = max([best, *scores.values()], default=0.0) / reach
    wordings = words.wordings(alternative)
    names = [n for n in names_in(alternative) if not words.is_abbreviation(n)]
    names = [n for n in names if any(mentions(p, n) for p in index.papers)]
    others = [w for w in telling_words(alternative) if not any(w in telling_words(n) for n in names)]
    rest = words.wordings(" ".join(others))
    for paper, score in scores.items():
        place = index.place[paper.paper_id]
        held = all(mentions(paper, n) for n in names)
        if not held or (names and others and not words.coverage(rest, place)):
            continue
        standing, coverage = score / reach, words.coverage(wordings, place)
        said = words.most_said(wordings, place) if coverage else 0.0
        share, sure = standing / max(top, 1.0), bool(names) and not others
        yield paper.paper_id, Evidence(standing, share, coverage, said, bool(names and others), sure)


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

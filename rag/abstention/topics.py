"""Whether the papers that stand out for the topic of a list are about it at all, decided from evidence."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ingest.text import normalise
from rag.questions.topic import Topic, telling_words
from rag.retrieval.lists import reach_of

if TYPE_CHECKING:
    from rag.grounding.align import Likeness
    from rag.retrieval.retrieve import Hit, HybridRetriever

_WORD = re.compile(r"[^\W\d_][\w-]+")
_READ = 5
"""Papers, best first, of which one must come near."""
NEAR, NEAREST = 0.6, -1.0
"""Logits from which papers are listed, and from which they are shown as the nearest to a topic that none is clearly on.
Both were chosen on development questions: at the first, 1 in 10 topics that the library has nothing on was listed."""
_STANDING, _MEANING, _WORDS, _LEAST, _SHORT, _BIAS = 0.3, 9.6, 4.4, 1.6, -1.9, -8.0
"""Weights of how far the best paper stands out; of the cosine of the nearest sentence; of the share of the topic's
words that a paper has in its own words; of the word it has least, where they are few, and that they are few. A logistic
fit on development questions, rounded."""
_FILTERED = 0.7
"""What less is needed for each factor of e by which filters leave fewer papers: the best of fewer comes as near by
chance less often. Of lists drawn from 60, 25 or 10 of 211 papers (topics of ``bench/data/library_questions.jsonl``) it
gives 86, 89 and 93 in 100, and 21, 15 and 12 of those on a topic that none of them is on; of all papers 80, and 25."""
_FEW = 3
"""Words up to which a topic is a term, each word of which tells."""
_ALL = 0.999


def nearness(topic: Topic, hits: Sequence[Hit], retriever: HybridRetriever, likeness: Likeness | None) -> float:
    """Return the logit of how likely papers are about the topic of a list; 0 where it is as likely as not.

    Args:
        topic: what the list is about.
        hits: the papers found, best first.
        retriever: over the library.
        likeness: of single words by meaning.
    """
    standing = max((hit.standing for hit in hits[:_READ]), default=0.0) / reach_of(len(retriever.at_hand.papers))
    found = [
        _STANDING * standing + _MEANING * meaning + _WORDS * words + (_LEAST * least + _SHORT) * few + _BIAS
        for alternative in topic.alternatives or (topic.text,)
        for meaning, words, least, few in [_near(alternative, hits[:_READ], retriever, likeness)]
    ]
    return max(found, default=_BIAS)


def relief(let_through: int, papers: int) -> float:
    """Return what less a list needs, in logits, that is drawn from some papers of a library alone."""
    return _FILTERED * math.log(papers / let_through) if 0 < let_through < papers else 0.0


def is_said(topic: Topic, hits: Sequence[Hit], retriever: HybridRetriever) -> bool:
    """Tell whether one of the best papers says a topic in its very words, side by side."""
    index = retriever.at_hand
    return any(
        index.topic_words.coverage(index.topic_words.wordings(alternative), place) >= _ALL
        and index.topic_words.together(alternative, place) >= _ALL
        for alternative in topic.alternatives
        for place in (index.place[hit.paper.paper_id] for hit in hits[:_READ])
    )


def _near(
    topic: str, hits: Sequence[Hit], retriever: HybridRetriever, likeness: Likeness | None
) -> tuple[float, float, float, bool]:
    """Return what :func:`nearness` weighs, each of the paper that has most of it."""
    index = retriever.at_hand
    asked = list(dict.fromkeys(word.lower() for word in telling_words(topic)))
    weights = [index.lexical.idf(index.lexical.analyzer.stem(normalise(word))) for word in asked]
    query = retriever.embed_plainly(index.topic_words.spelled(topic))
    meaning = words = least = 0.0
    for hit in hits:
        if vectors := index.vectors.get(hit.paper.paper_id):
            meaning = max(meaning, float((vectors.sentence_vectors @ query).max()))
        had = _had(asked, hit, retriever, likeness)
        words = max(words, sum(h * w for h, w in zip(had, weights, strict=True)) / (sum(weights) or 1.0))
        least = max(least, min(had, default=0.0))
    return meaning, words, least, len(asked) <= _FEW


def _had(asked: Sequence[str], hit: Hit, retriever: HybridRetriever, likeness: Likeness | None) -> list[float]:
    """Return for each word of a topic how like the likest word of a paper is, from 0 to 1."""
    held = list(dict.fromkeys(_WORD.findall(normalise(f"{hit.paper.title} {hit.paper.abstract}"))))
    if likeness is not None and asked and held:
        return [float(likest) for likest in likeness(asked, held).max(axis=1)]
    words, place = retriever.at_hand.topic_words, retriever.at_hand.place[hit.paper.paper_id]
    return [words.coverage(words.wordings(word), place) for word in asked]

"""The one sentence of a listed paper that tells why it belongs: what it does, in the words of what was asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ingest.text import Span
from rag.extractive.extract import Picked, gist
from rag.extractive.moves import told_by
from rag.questions.asked import names_in
from rag.questions.topic import Topic
from rag.retrieval.picker import SentencePicker

if TYPE_CHECKING:
    from rag.retrieval.retrieve import Hit
    from rag.retrieval.topic_words import TopicWords

_READ = 4
"""Sentences of a paper that the picker reads."""
_TOPIC_WEIGHT = 0.8
"""Weight of the share of the topic that a sentence says, beside the picker's order of the sentences (0 to 1)."""
_GIST_WEIGHT = 0.5
"""The same of what a sentence says of what the paper does and finds."""
_BACKGROUND_WEIGHT = -0.7
"""The same of a sentence that only sets the scene."""
_LACKING_WEIGHT = 2.0
"""The same of a sentence that says what the paper does without."""
_NAME_WEIGHT = 1.0
"""The same of a sentence with a name of the topic."""

_LONG, _LONG_WEIGHT = 20, 0.02
"""Words from which a sentence is long for a list, and what each word more takes off."""


def telling_sentence(topic: Topic, hit: Hit, picker: SentencePicker, words: TopicWords) -> Picked | None:
    """Return the sentence of a paper that carries the topic of a list best; nothing where it has no abstract.

    The picker reads only the few sentences that are likeliest by their words: a list has many papers.

    Args:
        topic: what the list is about; empty where only filters were asked for, when the paper's gist is returned.
        hit: the paper.
        picker: scores sentences.
        words: the library's words.
    """
    if not hit.paper.abstract:
        return None
    told = gist(hit) or [Picked(hit.paper, (0, len(hit.paper.abstract)), 0.0)]
    if not topic:
        return max(told, key=lambda p: p.score)
    values = _by_words(topic, hit, told, words)
    likely = sorted(told, key=lambda p: -values[p.span])[:_READ]
    scores = picker.score(topic.text, hit.paper.title, [p.text for p in likely])
    low, spread = min(scores), (max(scores) - min(scores)) or 1.0
    order = {p.span: (score - low) / spread for p, score in zip(likely, scores, strict=True)}
    return max(
        likely, key=lambda p: order[p.span] + values[p.span] - _LONG_WEIGHT * max(0, len(p.text.split()) - _LONG)
    )


def _by_words(topic: Topic, hit: Hit, told: Sequence[Picked], words: TopicWords) -> dict[Span, float]:
    """Return how far each sentence carries a topic, by its words and by what it does in the abstract."""
    wordings = [w for alternative in topic.alternatives or (topic.text,) for w in words.wordings(alternative)]
    names = names_in(topic.text)
    scene = {t.span for t in told_by(hit.paper) if "background" in t.moves}
    return {
        p.span: _TOPIC_WEIGHT * words.said_in(wordings, p.text)
        + _LACKING_WEIGHT * any(words.denies(p.text, thing) for thing in topic.lacking)
        + _NAME_WEIGHT * any(name.lower() in p.text.lower() for name in names)
        + _BACKGROUND_WEIGHT * (p.span in scene)
        + _GIST_WEIGHT * p.score
        for p in told
    }

"""The one sentence of a listed paper that tells why it belongs: what it does, in the words of what was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.asked import names_in
from rag.extract import Picked, SentencePicker, gist, rank_sentences
from rag.moves import told_by
from rag.topic import Topic

if TYPE_CHECKING:
    from rag.retrieve import Hit
    from rag.topic_words import TopicWords

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


def telling_sentence(topic: Topic, hit: Hit, picker: SentencePicker, words: TopicWords) -> Picked:
    """Return the sentence of a paper that carries the topic of a list best.

    Args:
        topic: what the list is about; empty where only filters were asked for, when the paper's gist is returned.
        hit: the paper.
        picker: scores sentences.
        words: the library's words.
    """
    told = {p.span: p for p in gist(hit)}
    if not topic:
        return max(told.values(), key=lambda p: p.score)
    ranked = rank_sentences(topic.text, [hit], picker)
    low, high = ranked[-1].score, ranked[0].score
    wordings = [w for alternative in topic.alternatives or (topic.text,) for w in words.wordings(alternative)]
    names = names_in(topic.text)
    scene = {t.span for t in told_by(hit.paper) if "background" in t.moves}

    def value(sentence: Picked) -> float:
        order = (sentence.score - low) / ((high - low) or 1.0)
        carried = _TOPIC_WEIGHT * words.said_in(wordings, sentence.text)
        lacking = _LACKING_WEIGHT * any(words.denies(sentence.text, thing) for thing in topic.lacking)
        named = _NAME_WEIGHT * any(name.lower() in sentence.text.lower() for name in names)
        background = _BACKGROUND_WEIGHT * (sentence.span in scene)
        return order + carried + lacking + named + background + _GIST_WEIGHT * told[sentence.span].score

    return max(ranked, key=value)

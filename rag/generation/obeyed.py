"""Words that stand in no paper's own text, but in an order hidden in one: a model that says them has obeyed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.orders import plain
from ingest.paper import Paper
from rag.answer import Turn
from rag.lexical import STOPWORDS
from rag.questions.demands import without_orders, without_told_orders
from rag.retrieval.screened import orders_in

_LEAST = 3
_LEAST_OTHER = 2
"""The same for digits and for scripts whose words are short."""
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_SPELLED = re.compile(r"(?:\b[A-Za-z\d]\b[ .\-_]*){4,}")
_LEAST_SPELLED = 4


@dataclass(frozen=True)
class Orders:
    """What the orders say that were found in papers, question and conversation; false where there are none."""

    words: frozenset[str] = frozenset()
    """Words that only orders hold."""
    spelled: str = ""
    """Their letters, where orders are spelled out."""

    def __bool__(self) -> bool:
        """Tell whether there are any."""
        return bool(self.words or self.spelled)

    def followed_in(self, text: str) -> bool:
        """Tell whether a sentence says what only orders say."""
        if not self:
            return False
        words = _words([text])
        letters = {w for w in (*words, *_spelled([text])) if len(w) >= _LEAST_SPELLED}
        return bool(words & self.words) or any(w in self.spelled for w in letters)


def orders_met(papers: Sequence[Paper], asked: str, turns: Sequence[Turn], question: str) -> Orders:
    """Return what orders say: those in the papers, in the question as it was put, in the conversation.

    Args:
        papers: those that a model is given.
        asked: the question as the user put it.
        turns: the conversation.
        question: what is asked, orders left out.
    """
    rest, orders = without_orders(asked)
    told = [without_told_orders(turn).content for turn in turns]
    dropped = [turn.content for turn, kept in zip(turns, told, strict=True) if kept != turn.content]
    ordered = [*orders_in(papers), *orders, *dropped]
    ours = _words([question, rest if orders else "", *told, *(f"{p.title} {p.abstract}" for p in papers)])
    return Orders(frozenset(_words(ordered) - ours), " ".join(_spelled(ordered)))


def _spelled(texts: Iterable[str]) -> list[str]:
    """Return runs of single letters, put together."""
    runs = (match.group() for text in texts for match in _SPELLED.finditer(plain(text)))
    return [re.sub(r"[^a-z\d]", "", run.lower()) for run in runs]


def _words(texts: Iterable[str]) -> set[str]:
    found = (w for text in texts for w in _WORD.findall(plain(text).lower()))
    return {
        w
        for w in found
        if w not in STOPWORDS and len(w) >= (_LEAST if w[0].isascii() and w.isalpha() else _LEAST_OTHER)
    }

"""The point of a long question: the sentences that ask, and those that say what about."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ingest.text import split_sentences
from rag.questions.demands import is_demand
from rag.questions.phrases import is_small_talk

LONG = 70
"""Words from which a question is taken to hold more than its point."""
_ASKS = re.compile(
    r"\?\s*$|\b(?:tell me|i(?:'d| would)? (?:want|like|need|love) to (?:know|understand|find)|my question is|i wonder"
    r"|wondering|what i (?:want|need|would like)|could you|can you|please (?:explain|list|compare|summari[sz]e))\b"
    r"|^\W*(?:so |and |but |ok |now |basically )*(?:what|which|who|when|where|why|how|is|are|does|do|did|compare"
    r"|list)\b",
    re.IGNORECASE,
)
_ASKS_US = re.compile(
    r"\b(?:can|could|would|will) you help\b|\bright\?|\byou know\?|\bisn't it\?|\bok\?", re.IGNORECASE
)
_MOST_ASKED = 3
_MOST_CONTEXT = 2
_WINDOW = 30
"""Words of the pieces that a text without any stop is cut into."""
_JOINTS = re.compile(r"[,;:]\s+|\s[—–-]+\s|\s+(?=(?:and|but|so|because|then|anyway|also|or)\s)", re.IGNORECASE)
_LONGEST = 80

Weight = Callable[[str], float]
"""Tells how much a text shares with some one paper."""


def the_point(text: str, weight: Weight) -> str:
    """Return the sentences of a long question that ask, after those that say what about; a short one as it is.

    Where none asks, those that share most with the library.

    Args:
        text: a question.
        weight: how much a piece of it shares with the library.
    """
    if len(text.split()) < LONG:
        return text
    pieces = list(dict.fromkeys(_pieces(text)))
    asking = [p for p in pieces if _ASKS.search(p) and not _ASKS_US.search(p) and weight(p) > 0]
    asking = asking[-_MOST_ASKED:] or [p for p in pieces if p.endswith("?") and not _ASKS_US.search(p)][-1:]
    rest = sorted((p for p in pieces if p not in asking), key=weight, reverse=True)
    wanted = _MOST_CONTEXT if asking else 1
    context = [p for p in rest[:wanted] if weight(p) > max((weight(a) for a in asking), default=0.0)]
    chosen = {*asking, *context}
    return " ".join(p for p in pieces if p in chosen) or " ".join(text.split()[:_LONGEST])


def _pieces(text: str) -> Sequence[str]:
    """Cut a text into sentences, and one that goes on and on at its joints."""
    pieces: list[str] = []
    for start, end in split_sentences(text):
        words = text[start:end].split()
        if len(words) <= _LONGEST:
            pieces.append(text[start:end])
        else:
            clauses = (clause.split() for clause in _JOINTS.split(text[start:end]))
            pieces += [" ".join(c[at : at + _WINDOW]) for c in clauses for at in range(0, len(c), _WINDOW)]
    return [p for p in pieces if not is_small_talk(p) and not is_demand(p)]

"""What a list question asks beside which papers there are: "which merge models, and what did it cost?"."""

from __future__ import annotations

import re

from rag.questions.phrases import LIST

_BESIDE = re.compile(
    r"^(?P<which>.+?)\s*[,;:–—-]?\s+and\s+(?P<beside>(?:(?:on|in|at|by|for|with|to|from) )?"
    r"(?:what|how|which|where|why|when)\b[^?]*?\b(?:it|its|they|them|their|each|that|those)\b[^?]*)\W*$",
    re.IGNORECASE | re.DOTALL,
)


def parted(question: str) -> tuple[str, str]:
    """Part a list question into what it lists and what it asks of each; the second is empty where it asks no more.

    The second part is told by a question word behind an "and", and by a pronoun that stands for the papers listed or
    for what they do.
    """
    match = _BESIDE.match(question)
    return (match["which"], match["beside"]) if match and LIST.search(match["which"]) else (question, "")

"""A plain judge of whether words carry a statement, independent of the product's own checker on purpose.

Most words of the statement, and every number in it, must stand in the text. It is fooled by a swapped relation; what
it is for is to hold the product's citations against a ruler that the product does not share.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from evals.matching import content_words, match_form, stem

COVERAGE = 0.6
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def coverage(claim: str, text: str) -> float:
    """Share of the statement's words that carry meaning and stand in the text, endings cut off; 0 when it has none."""
    asked = [stem(w) for w in content_words(claim)]
    there = {stem(w) for w in content_words(text)}
    return sum(w in there for w in asked) / len(asked) if asked else 0.0


def numbers(text: str) -> set[str]:
    """Return the numbers of a text, written without thousands separators."""
    return set(_NUMBER.findall(match_form(text)))


def word_judge(claim: str, contexts: Sequence[str]) -> bool | None:
    """Judge by words and numbers; ``None`` for a statement without a word that carries meaning."""
    if not content_words(claim):
        return None
    text = "\n".join(contexts)
    return numbers(claim) <= numbers(text) and coverage(claim, text) >= COVERAGE

"""Numbers as questions write them: in digits, as words, as ordinals."""

from __future__ import annotations

import re

_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty"
).split()
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_SAID_OTHERWISE = {"single": 1, "sole": 1, "only": 1, "lone": 1, "a": 1, "an": 1, "couple": 2, "few": 3, "dozen": 12}

NUMBER = r"(?:\d+|" + "|".join(sorted(_WORDS, key=len, reverse=True)) + ")"
"""A whole number, as a regular expression without groups."""
ORDINAL = r"(?:\d+(?:st|nd|rd|th)|" + "|".join(_ORDINALS) + ")"
"""An ordinal number, the same way."""


def number_of(word: str) -> int:
    """Return the number that a word, an ordinal or digits say.

    Raises:
        ValueError: the word says no number.
    """
    low = word.lower()
    if digits := re.match(r"\d+", low):
        return int(digits.group())
    if low in _ORDINALS:
        return _ORDINALS.index(low) + 1
    return _SAID_OTHERWISE[low] if low in _SAID_OTHERWISE else _WORDS.index(low)


def ordinal_word(place: int) -> str:
    """Return the word for a place, from 1: "third", "21st"."""
    if place <= len(_ORDINALS):
        return _ORDINALS[place - 1]
    ending = "th" if place % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{ending}"

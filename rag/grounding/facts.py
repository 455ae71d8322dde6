"""The hard facts in a sentence: numbers, names, direction and reach of its claim."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.text import normalise
from rag.asked import names_in

_WORDS = {
    **{w: str(i) for i, w in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())},
    **dict.fromkeys(("twice", "double", "doubles", "doubled"), "2"),
    **dict.fromkeys(("thrice", "triple", "triples", "tripled"), "3"),
    **dict.fromkeys(("half", "halves", "halved", "halving"), "50%"),
    **{"quarter": "25%", "twenty": "20", "thirty": "30", "fifty": "50", "hundred": "100", "thousand": "1000"},
}
_NUMBER = re.compile(
    r"(?<![\w.])[-+]?(\d+(?:\.\d+)?|\.\d+)\s*"
    r"(%|percent\b|per cent\b|k\b|m\b|b\b|million\b|billion\b|thousand\b|x\b)?"
)
_TIMES = {"hundred": 100, "thousand": 1000}
_SCALE = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "b": 1e9, "billion": 1e9}
_SMALL = frozenset({"1", "2", "one", "two"})
_UP = re.compile(
    r"\b(?:outperform|surpass|exceed|beat|increas|improv|rais|boost|better|higher|more|greater|faster|larger|gain|grow"
    r"|rise|rose|enhanc|strengthen)\w*"
)
_DOWN = re.compile(
    r"\b(?:underperform|decreas|reduc|lower|worse|fewer|less|slower|smaller|drop|declin|shrink|shrank|fall|fell|degrad"
    r"|weaken|hurt|harm|lag|trail)\w*"
)
_NOT = re.compile(
    r"\b(?:not|no|never|without|cannot|can't|doesn't|don't|fails? to|failed to|unable|neither|nor|lack\w*|absent|none"
    r"|hardly|isn't|aren't|wasn't|weren't|didn't|won't)\b"
)
_REACH = re.compile(
    r"\b(?:all|every|always|never|only|first|at least|any|entirely|completely|guarantee\w*|prove[sn]?|universally|must"
    r"|solely|exclusively)\b"
)


@dataclass(frozen=True)
class Facts:
    """What a sentence commits itself to."""

    numbers: frozenset[str]
    names: frozenset[str]
    up: bool
    down: bool
    negations: int
    reach: frozenset[str]


def facts_of(text: str) -> Facts:
    """Read the hard facts of a sentence."""
    low = normalise(text)
    return Facts(
        numbers=frozenset(numbers_in(low)),
        names=frozenset(re.sub(r"[^a-z0-9]", "", normalise(n)) for n in names_in(text)),
        up=bool(_UP.search(low)),
        down=bool(_DOWN.search(low)),
        negations=len(_NOT.findall(low)),
        reach=frozenset(_REACH.findall(low)),
    )


def numbers_in(text: str) -> list[str]:
    """Return the numbers of a text in one form: ``62.2 %`` is ``62.2%``, ``3.4k`` is ``3400``, ``three`` is ``3``.

    The bare number of a percentage or multiple is given too, since either writing may leave its unit off.
    """
    low = normalise(text)
    found: list[str] = []
    for match in _NUMBER.finditer(low):
        value, unit = float(match[1]), (match[2] or "").strip()
        if unit in _SCALE:
            value *= _SCALE[unit]
        found.append(_shown(value) + ("%" if unit in ("%", "percent", "per cent") else ""))
    return found + _numbers_in_words(_NUMBER.sub(" ", low))


def _numbers_in_words(text: str) -> list[str]:
    """Return the numbers that words say: ``three`` is ``3``, ``two hundred`` is ``200``."""
    found: list[str] = []
    before = ""
    for word in re.findall(r"[a-z]+", text):
        if word in _TIMES and before in _WORDS and _WORDS[before].isdigit():
            found[-1] = str(int(_WORDS[before]) * _TIMES[word])
        elif word in _WORDS:
            found.append(_WORDS[word])
        before = word
    return found


def missing_numbers(claim: frozenset[str], evidence: frozenset[str]) -> tuple[str, ...]:
    """Return the claim's numbers that the evidence does not give; a unit may be left off on either side."""
    bare = {n.rstrip("%") for n in evidence}
    return tuple(sorted(n for n in claim if n.rstrip("%") not in bare and n not in _SMALL))


def _shown(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:g}"

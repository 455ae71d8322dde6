"""Whether the numbers, names and directions of a claim belong, in its evidence, to the same things."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rag.grounding.align import FORM, Alignment, by_form, same_number
from rag.grounding.tokens import Token

_CLEARLY = 1.5
"""How much nearer another number must be to what the claim's number measures, to be the one that belongs there."""
_LEAST = 0.12
_NAMES = 3.0
"""How much more than other words a name tells what a number belongs to."""
_SMALL = 2.0
"""Number words up to which a number may be a mere "one" or "both"."""
_SHORT = 3
"""Letters up to which a name must be a word of the paper, and not a part of one."""
_AT_MOST = re.compile(
    r"\b(?:up to|at most|no more than|as (?:much|many|high|large|few|little) as|a maximum of|under|less than|fewer than"
    r"|below|within)\s+$"
)
_AT_LEAST = re.compile(r"\b(?:at least|no less than|more than|over|above|exceed(?:s|ing)?|a minimum of)\s+$")


def wrong_numbers(links: Alignment) -> tuple[list[str], list[str]]:
    """Return the claim's numbers that its evidence lacks, and those that measure something else there."""
    numbers = [t for t in links.evidence if t.kind == "number"]
    absent: list[str] = []
    elsewhere: list[str] = []
    for ours in (t for t in links.claim if t.kind == "number"):
        equals = [t for t in numbers if same_number(ours, t)]
        if not equals:
            if ours.value > _SMALL or ours.text[:1].isdigit():
                absent.append(ours.text)
        elif not _belongs(ours, equals, numbers, links):
            elsewhere.append(ours.text)
    return absent, elsewhere


def _belongs(ours: Token, equals: Sequence[Token], numbers: Sequence[Token], links: Alignment) -> bool:
    """Tell whether none but an equal number stands where the claim's number does."""
    others = [t for t in numbers if t not in equals and t.unit == ours.unit]
    if not others:
        return True
    homes = _homes(links)
    here = max(_standing(ours, t, links, homes) for t in equals)
    there = max(_standing(ours, t, links, homes) for t in others)
    return there < max(_LEAST, _CLEARLY * here)


def _standing(ours: Token, theirs: Token, links: Alignment, homes: dict[int, int]) -> float:
    near = links.affinity(ours.at, theirs.at, _NAMES)
    if (home := homes.get(theirs.at)) is not None:
        near = max(near, links.affinity(ours.at, home, _NAMES)) if _near_counterpart(ours, home, links) else near / 2
    return near


def _near_counterpart(ours: Token, home: int, links: Alignment) -> bool:
    return any(theirs.at == home for _, theirs in links.held)


def _homes(links: Alignment) -> dict[int, int]:
    """Return, of numbers listed with as many names ("83 % and 87 % … for A and B"), the place of each one's name."""
    found: dict[int, int] = {}
    numbers = _runs([t for t in links.evidence if t.kind == "number" and t.unit], links.evidence)
    names = _runs([t for t in links.evidence if t.kind == "name"], links.evidence)
    for run in numbers:
        after = [n for n in names if len(n) == len(run) and n[0].at > run[-1].at]
        before = [n for n in names if len(n) == len(run) and n[-1].at < run[0].at]
        nearest = min(
            (*after, *before), key=lambda n: min(abs(n[0].at - run[-1].at), abs(run[0].at - n[-1].at)), default=None
        )
        if nearest:
            found |= {number.at: name.at for number, name in zip(run, nearest, strict=True)}
    return found


def _runs(tokens: Sequence[Token], whole: Sequence[Token]) -> list[list[Token]]:
    """Return the lists of two and more tokens joined by commas and "and"; words of one name count as one."""
    by_place = {t.at: t for t in whole}
    runs: list[list[Token]] = []
    for before, token in pairwise(tokens):
        between = [by_place[i].text for i in range(before.at + 1, token.at) if i in by_place]
        joined = between in (["and"], ["or"], ["and", "the"]) or (not between and token.clause > before.clause)
        if joined and runs and runs[-1][-1] is before:
            runs[-1].append(token)
        elif joined:
            runs.append([before, token])
    return runs


def bounds_differ(links: Alignment) -> list[str]:
    """Return the claim's numbers said to be at least so much where the evidence says at most, or exactly so."""
    found = []
    for ours in (t for t in links.claim if t.kind == "number"):
        match = links.counterpart(ours)
        if match is None:
            continue
        here, there = _bound(ours, links.claim), _bound(match, links.evidence)
        if here != there and (here or there == "at most"):
            found.append(ours.text)
    return found


def _bound(number: Token, tokens: Sequence[Token]) -> str:
    before = " ".join(t.text for t in tokens if number.at - 4 <= t.at < number.at) + " "
    if _AT_MOST.search(before):
        return "at most"
    return "at least" if _AT_LEAST.search(before) else ""


def strange_names(links: Alignment, words: frozenset[str], letters: str) -> tuple[list[str], list[str]]:
    """Return the claim's names that the paper lacks, and those that its evidence lacks though the paper has them.

    Args:
        links: claim and evidence.
        words: of the whole paper, squeezed.
        letters: and digits of the whole paper in a row, for names written in several words.
    """
    absent: list[str] = []
    away: list[str] = []
    held = [t for t in links.evidence if t.content]
    for ours in (t for t in links.claim if t.kind == "name"):
        if any(by_form(ours, t) >= FORM for t in held):
            continue
        known = ours.stem in words or (len(ours.stem) > _SHORT and ours.stem in letters)
        (away if known else absent).append(ours.stem)
    return absent, away

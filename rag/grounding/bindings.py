"""Whether the numbers, names and directions of a claim belong, in its evidence, to the same things."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rag.grounding.align import FORM, Alignment, by_form, same_number
from rag.grounding.tokens import LIGHT, Token

_CLEARLY = 1.5
"""How much nearer another number must be to what the claim's number measures, to be the one that belongs there."""
_LEAST = 0.12
_NAMES = 3.0
"""How much more than other words a name tells what a number belongs to."""
_SMALL = 2.0
"""Number words up to which a number may be a mere "one" or "both"."""
_SHORT = 3
"""Letters up to which a name must be a word of the paper, and not a part of one."""
_ENDS = frozenset("and or to from by".split())
"""Words at which what a number is said of ends."""
_VAGUE = frozenset("only about approximately around nearly just roughly over average".split())
_OF_WHICH = frozenset("with for on by using under in of from at".split())
"""Words that join a number to the name it holds for."""
_SHARES = frozenset("points percents times folds".split())
"""Words after a bare number that may stand for a percentage."""
_YEAR = 4
"""Digits of a year."""
_UNITS = {
    name: names.split()[0]
    for names in (
        "ms millisecond milliseconds",
        "s sec secs second seconds",
        "min mins minute minutes",
        "h hr hrs hour hours",
        "day days",
        "week weeks",
        "month months",
        "year years",
        "kb kilobyte kilobytes",
        "mb megabyte megabytes",
        "gb gib gigabyte gigabytes",
        "tb tib terabyte terabytes",
        "mm millimetre millimetres millimeter millimeters",
        "cm centimetre centimetres centimeter centimeters",
        "m metre metres meter meters",
        "km kilometre kilometres kilometer kilometers",
        "mg milligram milligrams",
        "g gram grams",
        "kg kilogram kilograms",
    )
    for name in names.split()
}
"""Units by the words for them."""
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
        equals = [t for t in numbers if same_number(ours, t) and not _other_measure(ours, t, links)]
        if not equals:
            if ours.value > _SMALL or 0 < ours.value < 1 or ours.text[:1].isdigit():
                absent.append(ours.text)
        elif _said_of_another(ours, equals, numbers, links) or not _belongs(ours, equals, numbers, links):
            elsewhere.append(ours.text)
    return absent, elsewhere


def _other_measure(ours: Token, theirs: Token, links: Alignment) -> bool:
    """Tell whether two equal numbers measure different things: "6%" and "6 steps", "12 s" and "12 ms"."""
    here, there = _measure(ours, links.claim), _measure(theirs, links.evidence)
    if here and there:
        return here != there
    if ours.unit == theirs.unit or "%" not in (here, there):
        return False
    return _counts(theirs, links.evidence) if here == "%" else _counts(ours, links.claim)


def _measure(number: Token, tokens: Sequence[Token]) -> str:
    """Return what a number is given in: a percentage, or the unit that follows it; nothing where it is bare."""
    if number.unit == "%":
        return "%"
    after = next((t.text for t in tokens if t.at == number.at + len(number.text.split())), "")
    return _UNITS.get(after, "")


def _counts(number: Token, tokens: Sequence[Token]) -> bool:
    """Tell whether a bare whole number counts things, which a plural shortly after it names."""
    if number.value != int(number.value) or not number.text[:1].isdigit():
        return False
    after = [t for t in tokens if t.at in (number.at + 1, number.at + 2)]
    plural = any(t.content and t.text.endswith("s") and t.text not in _SHARES for t in after)
    return plural and bool(after) and after[0].content


def _beside(number: Token, tokens: Sequence[Token]) -> set[tuple[int, str]]:
    """Return the words that a number is said of: the nearest that says something on either side, in its clause."""
    found = set()
    for side, reach in ((1, 2), (-1, 3)):
        for token in sorted((t for t in tokens if 0 < (t.at - number.at) * side <= reach), key=lambda t: t.at * side):
            if token.clause != number.clause or token.kind == "number" or token.text in _ENDS:
                break
            if token.content and token.weight > LIGHT and token.text not in _VAGUE:
                found.add((side, token.stem))
                break
    return found


def _said_of_another(ours: Token, equals: Sequence[Token], numbers: Sequence[Token], links: Alignment) -> bool:
    """Tell whether what the claim's number is said of has another number in the evidence, and that number other words.

    Numbers of one list share the words before the first and after the last.
    """
    others = [t for t in numbers if t not in equals]
    if not others or (ours.value <= _SMALL and not ours.text[:1].isdigit()):
        return False
    beside = _beside(ours, links.claim)
    theirs = {t.at: _beside(t, links.evidence) for t in numbers}
    lists = _runs(numbers, links.evidence)
    shared = [t for run in lists if any(n in run for n in equals) for t in run]
    told = {side for t in equals for side, _ in theirs[t.at]}
    compared = {(side, stem) for side, stem in beside if side in told}
    if not any(theirs[t.at] & beside for t in (*equals, *shared)) and any(theirs[t.at] & compared for t in others):
        return True
    return _named_otherwise(ours, beside, numbers, links)


def _named_otherwise(ours: Token, beside: set[tuple[int, str]], numbers: Sequence[Token], links: Alignment) -> bool:
    """Tell whether the name a number goes with in the claim has another number in a list of the evidence."""
    there = {t.at: t.stem for t in links.evidence}
    homes = {at: there[home] for at, home in (_followed(links.evidence) | _homes(links.evidence)).items()}
    here = {t.at: t.stem for t in links.claim}
    own = (_followed(links.claim) | _homes(links.claim)).get(ours.at)
    alone = sum(t.kind == "number" and t.unit == ours.unit for t in links.claim) == 1
    said = {t.stem for t in links.claim if t.kind == "name"} & set(homes.values())
    names = {here[own]} if own is not None else said if alone and len(said) == 1 else {stem for _, stem in beside}
    homed = [t for t in numbers if homes.get(t.at) in names and t.unit == ours.unit]
    return bool(homed) and not any(same_number(ours, t) for t in homed)


def _belongs(ours: Token, equals: Sequence[Token], numbers: Sequence[Token], links: Alignment) -> bool:
    """Tell whether none but an equal number stands where the claim's number does."""
    kinds = {_kind(ours, links.claim), *(_kind(t, links.evidence) for t in equals)}
    others = [t for t in numbers if t not in equals and t.unit == ours.unit and _kind(t, links.evidence) in kinds]
    if not others:
        return True
    homes = _homes(links.evidence)
    here = max(_standing(ours, t, links, homes) for t in equals)
    there = max(_standing(ours, t, links, homes) for t in others)
    return there < max(_LEAST, _CLEARLY * here)


def _kind(number: Token, tokens: Sequence[Token]) -> tuple[str, bool, bool]:
    """Return what numbers must share to be taken for each other: the unit, being a year, being a fraction."""
    year = number.text.isdigit() and len(number.text) == _YEAR and number.text[:2] in ("19", "20")
    return _measure(number, tokens), year, not number.unit and 0 < number.value < 1 and number.text.isalpha()


def _standing(ours: Token, theirs: Token, links: Alignment, homes: dict[int, int]) -> float:
    near = links.affinity(ours.at, theirs.at, _NAMES)
    if (home := homes.get(theirs.at)) is not None:
        near = max(near, links.affinity(ours.at, home, _NAMES)) if _near_counterpart(ours, home, links) else near / 2
    return near


def _near_counterpart(ours: Token, home: int, links: Alignment) -> bool:
    return any(theirs.at == home for _, theirs in links.held)


def _homes(tokens: Sequence[Token]) -> dict[int, int]:
    """Return, of numbers listed with as many names ("83 % and 87 % … for A and B"), the place of each one's name."""
    found: dict[int, int] = {}
    numbers = _runs([t for t in tokens if t.kind == "number" and t.unit], tokens)
    names = _runs([t for t in tokens if t.kind == "name"], tokens)
    for run in numbers:
        after = [n for n in names if len(n) == len(run) and n[0].at > run[-1].at]
        before = [n for n in names if len(n) == len(run) and n[-1].at < run[0].at]
        nearest = min(
            (*after, *before), key=lambda n: min(abs(n[0].at - run[-1].at), abs(run[0].at - n[-1].at)), default=None
        )
        if nearest:
            found |= {number.at: name.at for number, name in zip(run, nearest, strict=True)}
    return found


def _followed(tokens: Sequence[Token]) -> dict[int, int]:
    """Return, of several numbers that a name follows each ("83 % with A and 87 % with B"), the place of each one's."""
    by_place = {t.at: t for t in tokens}
    found: dict[int, int] = {}
    for number in (t for t in tokens if t.kind == "number" and t.unit):
        preposition, name = by_place.get(number.at + 1), by_place.get(number.at + 2)
        if preposition and name and preposition.text in _OF_WHICH and name.kind == "name":
            found[number.at] = name.at
    return found if len(found) > 1 else {}


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


def listed_otherwise(links: Alignment) -> list[tuple[str, str]]:
    """Return names that a claim lists with others ("X and Y") in the place of one that the evidence lists with them.

    Only a name that the evidence has elsewhere is told: of one it lacks, :func:`strange_names` tells.
    """
    theirs = [t for t in links.evidence if t.kind == "name"]
    lists = [{t.stem: t.text for t in run} for run in _runs(theirs, links.evidence)]
    there = {t.stem for t in theirs}
    found = []
    for run in _runs([t for t in links.claim if t.kind == "name"], links.claim):
        ours = {t.stem: t.text for t in run}
        for listed in (one for one in lists if one.keys() & ours.keys()):
            strange = [stem for stem in ours if stem in there and stem not in listed]
            left = [stem for stem in listed if stem not in ours]
            found += [(ours[a], listed[b]) for a, b in zip(strange, left, strict=False)]
    return found


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

"""Which way a claim points, held against its evidence: direction, negation, reach, and who does what to whom."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.grounding.align import Alignment
from rag.grounding.directions import NEGATIONS, is_negation, side
from rag.grounding.tokens import Token

_PREFIX = re.compile(r"^(?:un|in|im|ir|non|dis|mis|de)(?=\w{4})")
_SCOPE = 5
_NEARER = 1.2
_REPEATED = 0.5
_LEAST = 0.18
_NEAR_HEDGE, _HEDGED = 2, 4
"""Words taken from around a hedge for it to matter, and how far around; one of them must follow it closely."""
_REACH = frozenset(
    "all every always never only first any entire entirely complete completely guarantee guarantees guaranteed prove"
    " proves proved proven universally must solely exclusively perfectly strictly whatever regardless everything"
    " everyone each fully optimal".split()
)
_HEDGES = frozenset(
    "may might could potential potentially sometimes some often most mostly many likely possibly possible suggest"
    " suggests suggesting tend tends typically usually generally partly partially promising nearly almost certain"
    " hypothesize hypothesise hope aim aims".split()
)
_SAME_REACH = (
    {"all", "every", "each", "any", "always", "everything", "entire", "whatever", "regardless", "entirely", "fully"},
    {"prove", "proves", "proved", "proven", "guarantee", "guarantees", "guaranteed", "must"},
    {"only", "solely", "exclusively"},
)


class Negations:
    """The negations of a claim and its evidence, those that they share left out.

    Args:
        links: claim and evidence.
    """

    def __init__(self, links: Alignment) -> None:
        self._claim, self._evidence = _negations(links.claim), _negations(links.evidence)
        pairs = [
            (x.text != y.text, -both, x, y)
            for x in self._claim
            for y in self._evidence
            if (both := sum(_within(x, ours) and _within(y, theirs) for ours, theirs in links.held))
        ]
        for _, _, x, y in sorted(pairs, key=lambda pair: pair[:2]):
            if x in self._claim and y in self._evidence:
                self._claim.remove(x)
                self._evidence.remove(y)

    def ours(self, token: Token) -> bool:
        """Tell whether a word of the claim is negated by what the evidence does not negate."""
        return sum(_within(x, token) for x in self._claim) % 2 == 1

    def theirs(self, token: Token) -> bool:
        """Tell whether a word of the evidence is negated by what the claim does not negate."""
        return sum(_within(y, token) for y in self._evidence) % 2 == 1


def _negations(tokens: Sequence[Token]) -> list[Token]:
    return [t for t in tokens if is_negation(t.text)]


def _within(negation: Token, token: Token) -> bool:
    """Tell whether a word stands shortly after a negation, in its clause."""
    return negation.at < token.at <= negation.at + _SCOPE and negation.clause == token.clause


def opposed(links: Alignment, negations: Negations) -> list[tuple[str, float, float]]:
    """Return each direction word of the claim with how near the evidence's like and opposite words stand to it.

    An evidence word that the claim repeats, or that another word of the claim answers better, counts for that one.
    """
    ours = [(t, n, -s if negations.ours(t) else s) for t in links.claim for n, s in side(t.text)]
    theirs = [(t, n, -s if negations.theirs(t) else s) for t in links.evidence for n, s in side(t.text)]
    found = []
    for word, number, sign in ours:
        like = unlike = 0.0
        for other, of, pointing in theirs:
            if of != number:
                continue
            near = links.affinity(word.at, other.at)
            rivals = [t for t, n, s in ours if n == number and s == pointing and t.at != word.at]
            if pointing == sign:
                taken = any(
                    t.stem == other.stem and (t.stem != word.stem or links.affinity(t.at, other.at) > near)
                    for t in rivals
                )
                like = max(like, near * (_REPEATED if taken else 1.0))
            elif not any(links.affinity(t.at, other.at) >= near for t in rivals):
                unlike = max(unlike, near)
        found.append((word.text, like, unlike))
    return found


def turned_directions(sides: Sequence[tuple[str, float, float]]) -> list[str]:
    """Return the claim's words of direction in whose place the evidence has the opposite."""
    turned = (word for word, like, unlike in sides if unlike >= max(_LEAST, _NEARER * like))
    return list(dict.fromkeys(turned))


def one_negates(links: Alignment) -> bool:
    """Tell whether claim or evidence holds a negation, and the other none."""
    return bool(_negations(links.claim)) != bool(_negations(links.evidence))


def turned_words(links: Alignment, negations: Negations) -> list[str]:
    """Return the claim's words that its evidence negates and it does not, or the other way round."""
    found = []
    for ours, theirs in links.held:
        if ours.kind != "word" or ours.text in NEGATIONS:
            continue
        here = negations.ours(ours) != _prefixed(ours, theirs)
        there = negations.theirs(theirs) != _prefixed(theirs, ours)
        if here != there:
            found.append(ours.text)
    return found


def _prefixed(word: Token, other: Token) -> bool:
    bare = _PREFIX.sub("", word.text)
    return bare != word.text and bare[:4] == other.text[:4]


def grown_reach(links: Alignment) -> list[str]:
    """Return the words of the claim that say "all", "only", "first" or "proved" where its evidence does not."""
    theirs = {t.text for t in links.evidence}
    grown = []
    for word in dict.fromkeys(t.text for t in links.claim if t.text in _REACH):
        family = next((f for f in _SAME_REACH if word in f), {word})
        if not family & theirs:
            grown.append(word)
    return grown


def dropped_hedges(links: Alignment) -> list[str]:
    """Return the evidence's hedges among the words that the claim took from it, where the claim has none."""
    if any(t.text in _HEDGES or t.text == "can" for t in links.claim):
        return []
    taken = [theirs.at for _, theirs in links.held]
    return [
        t.text
        for t in links.evidence
        if t.text in _HEDGES
        and sum(abs(t.at - at) <= _HEDGED for at in taken) >= _NEAR_HEDGE
        and any(0 < at - t.at < _HEDGED for at in taken)
    ]

"""Who does what to whom: two words of a claim that have changed places."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from rag.grounding.align import LINKED, Alignment
from rag.grounding.tokens import Token

if TYPE_CHECKING:
    from numpy.typing import NDArray

EXCHANGED = 1.25
"""How much better two words must fit in each other's place than in their own to be taken for exchanged."""
_SURE = 0.8
"""Likeness from which a word is certain enough of its counterpart to be moved."""
_OTHER_SIDE, _OTHER_CLAUSE = 0.4, 0.7
_REACH = 3.0
_EVEN = 0.05
_MOST = 24
_PASSIVE = re.compile(
    r"\b(?:is|are|was|were|be|been|being)\b(?: \w+){0,3} \w+(?:ed|en|wn|ound|ught|one)\b(?: \w+){0,2} by\b"
)


def exchanged_pair(links: Alignment) -> tuple[float, str, str]:
    """Return the two words of a claim that fit each other's place in the evidence best, and how much better.

    A word fits a place where the words around it in the claim have their counterparts around that place, on the same
    side and in the same clause. 1 is as well as their own places; 0 where there is no such pair.
    """
    fixed = [x for x in links.links if x.theirs is not None and x.likeness >= LINKED]
    moved = [i for i, x in enumerate(fixed) if x.likeness >= _SURE and x.ours.kind != "number"][:_MOST]
    ours, theirs = [x.ours for x in fixed], [x.theirs for x in fixed if x.theirs is not None]
    places = [_places(ours[i], theirs[i], links.evidence) for i in moved]
    # "A beats B" and "B is beaten by A" say one thing: sides mean nothing where only one of the two is passive
    side = 1.0 if passive(links.claim) != passive(links.evidence) else _OTHER_SIDE
    fit = _Fit(ours, theirs, [x.likeness for x in fixed], moved, [t for group in places for t in group], side)
    starts = np.cumsum([0, *map(len, places)])
    best = (0.0, "", "")
    for x, y in combinations(range(len(moved)), 2):
        a, b = ours[moved[x]], ours[moved[y]]
        if a.stem == b.stem or theirs[moved[x]].at == theirs[moved[y]].at or abs(a.at - b.at) < 2:
            continue
        here, there = slice(starts[x], starts[x + 1]), slice(starts[y], starts[y + 1])
        skip = (moved[x], moved[y])
        straight = fit(x, here, skip) + fit(y, there, skip)
        crossed = fit(x, there, skip) + fit(y, here, skip)
        best = max(best, (crossed / (straight + _EVEN), a.text, b.text))
    return best


def passive(tokens: Sequence[Token]) -> bool:
    """Tell whether a text says what is done by whom."""
    return bool(_PASSIVE.search(" ".join(t.text for t in tokens)))


def _places(ours: Token, theirs: Token, evidence: Sequence[Token]) -> list[Token]:
    """Return every place of the evidence that holds the word itself, else that of its counterpart."""
    return [t for t in evidence if t.stem == ours.stem and t.kind == ours.kind] or [theirs]


class _Fit:
    """How well words of the claim fit places of the evidence."""

    def __init__(
        self,
        ours: Sequence[Token],
        theirs: Sequence[Token],
        likeness: Sequence[float],
        moved: Sequence[int],
        places: Sequence[Token],
        other_side: float,
    ) -> None:
        def column(values: Sequence[float]) -> NDArray[np.float64]:
            return np.asarray(values, dtype=np.float64)

        at, clause = column([t.at for t in ours]), column([t.clause for t in ours])
        far, part = column([t.at for t in theirs]), column([t.clause for t in theirs])
        spot, room = column([t.at for t in places]), column([t.clause for t in places])
        chosen = np.asarray(moved, dtype=np.intp)
        self._near = column([t.weight for t in ours]) / (1 + np.abs(at[chosen, None] - at))
        close = 1 / (1 + np.abs(far - spot[:, None]) / _REACH) * (far != spot[:, None])
        same_side = (at > at[chosen, None])[:, None, :] == (far > spot[:, None])[None]
        same_clause = (clause == clause[chosen, None])[:, None, :] == (part == room[:, None])[None]
        self._parts = (
            (self._near * column(likeness))[:, None, :]
            * close[None]
            * np.where(same_side, 1.0, other_side)
            * np.where(same_clause, 1.0, _OTHER_CLAUSE)
        )
        self._sums, self._totals = self._parts.sum(axis=2), self._near.sum(axis=1)

    def __call__(self, word: int, places: slice, skip: tuple[int, int]) -> float:
        """Return the best fit of a moved word among places, the two words being compared left out."""
        total = self._totals[word] - self._near[word, skip[0]] - self._near[word, skip[1]]
        shared = self._sums[word, places] - self._parts[word, places, skip[0]] - self._parts[word, places, skip[1]]
        return float(shared.max() / total) if total > 0 else 0.0

"""The sign of a statement: words of more and of less multiplied out, so that "losing X slows Y" says "X speeds Y"."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rag.grounding.directions import sign
from rag.grounding.tokens import Token

_AROUND = 3
"""Words before the first and after the last shared one that belong to what a sentence says of them."""
_LIKE = 0.3
"""How much like signs say beside unlike ones: statements of other things have like signs half of the time too."""
_NEARER = 6.0
"""How fast a sentence counts less the farther it is, in cosine, from the nearest."""


@dataclass(frozen=True)
class _Sign:
    value: int
    pointing: int
    """How many words have a sign."""


def sign_agreement(claim: Sequence[Token], sentences: Sequence[Sequence[Token]], similar: Sequence[float]) -> float:
    """Return how far the sentences' signs are the claim's: each counts by its nearness and the words it shares.

    Args:
        claim: the claim's words.
        sentences: of the abstract.
        similar: cosine of the claim with each.
    """
    ours = _sign_of(claim)
    asked = {t.stem: t.weight for t in claim if t.content and not sign(t.text)}
    total = sum(asked.values()) or 1.0
    nearest = max(similar)
    agreement = 0.0
    for sentence, near in zip(sentences, similar, strict=True):
        places = [t.at for t in sentence if t.stem in asked]
        if not places:
            continue
        theirs = _sign_of([t for t in sentence if places[0] - _AROUND <= t.at <= places[-1] + _AROUND])
        if ours.pointing and not theirs.pointing:
            continue
        held = sum(asked[stem] for stem in {t.stem for t in sentence} & asked.keys()) / total
        agreement += ours.value * theirs.value * held * math.exp(_NEARER * (near - nearest))
    return agreement if agreement < 0 else _LIKE * agreement


def _sign_of(tokens: Sequence[Token]) -> _Sign:
    signs = [s for t in tokens if (s := sign(t.text))]
    return _Sign(math.prod(signs), len(signs))

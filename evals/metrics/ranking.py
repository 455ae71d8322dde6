"""How well a ranking puts the right papers in front.

``ranked`` is a list of ids, best first; an id met twice counts at its first place. A query for which nothing was found
scores 0 and stays in the mean.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence


def _once(ranked: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(ranked))


def recall_at_k(ranked: Sequence[str], gold: Collection[str], k: int) -> float:
    """Share of the right papers that stand in the first ``k`` (Manning et al. 2008, ch. 8.4).

    Raises:
        ValueError: no right paper is named, so that there is nothing to recall.
    """
    if not gold:
        raise ValueError("recall needs at least one right paper")
    return len(set(_once(ranked)[:k]) & set(gold)) / len(set(gold))


def reciprocal_rank(ranked: Sequence[str], gold: Collection[str], k: int | None = None) -> float:
    """1 / place of the first right paper, 0 when there is none in the first ``k`` (Voorhees, TREC-8 QA track, 1999)."""
    places = (place for place, paper in enumerate(_once(ranked)[:k], 1) if paper in gold)
    return 1 / next(places, math.inf)


def ndcg_at_k(ranked: Sequence[str], grades: Mapping[str, float], k: int = 10) -> float:
    """Discounted cumulative gain of the first ``k`` over the best possible one (Järvelin & Kekäläinen 2002).

    The gain is the grade itself and the discount log2(place + 1), as in trec_eval and so in BEIR; the best possible
    ranking is over all graded papers, found or not.

    Raises:
        ValueError: no paper has a grade above 0.
    """
    ideal = _dcg(sorted(grades.values(), reverse=True)[:k])
    if ideal <= 0:
        raise ValueError("nDCG needs a paper with a grade above 0")
    return _dcg([grades.get(paper, 0.0) for paper in _once(ranked)[:k]]) / ideal


def _dcg(gains: Sequence[float]) -> float:
    return sum(max(gain, 0.0) / math.log2(place + 1) for place, gain in enumerate(gains, 1))


def hit_in_first(ranked: Sequence[int], gold: Collection[int], k: int) -> float:
    """1 when one of the first ``k`` is right, else 0 (success at k; P@1 for k = 1)."""
    return float(any(item in gold for item in ranked[:k]))

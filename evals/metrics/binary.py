"""How well a score or a verdict tells two classes apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def auc(scores: Sequence[float], positive: Sequence[bool]) -> float | None:
    """Probability that a positive scores above a negative, ties count half (Hanley & McNeil 1982).

    ``None`` when one of the classes is empty.

    Raises:
        ValueError: the two differ in length.
    """
    if len(scores) != len(positive):
        raise ValueError("a score and a class are needed for each row")
    values, truth = np.asarray(scores, dtype=float), np.asarray(positive, dtype=bool)
    high, low = int(truth.sum()), int((~truth).sum())
    if not high or not low:
        return None
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks = (last - (counts - 1) / 2)[place]
    return float((ranks[truth].sum() - high * (high + 1) / 2) / (high * low))


def balanced_accuracy(predicted: Sequence[bool], positive: Sequence[bool]) -> float | None:
    """Mean of the recall of either class (Brodersen et al. 2010); ``None`` when one of them is empty."""
    truth, said = np.asarray(positive, dtype=bool), np.asarray(predicted, dtype=bool)
    if not truth.any() or truth.all():
        return None
    return float((said[truth].mean() + (~said[~truth]).mean()) / 2)


def best_threshold(scores: Sequence[float], positive: Sequence[bool]) -> float:
    """Return the threshold (score >= it is positive) with the best balanced accuracy on these very rows.

    For baselines only: it flatters them.

    Raises:
        ValueError: there is no row, or only one class.
    """
    values, truth = np.asarray(scores, dtype=float), np.asarray(positive, dtype=bool)
    if not truth.any() or truth.all():
        raise ValueError("a threshold needs rows of both classes")
    cuts = np.unique(values)
    high, low = np.sort(values[truth]), np.sort(values[~truth])
    hit = 1 - np.searchsorted(high, cuts, side="left") / len(high)
    spared = np.searchsorted(low, cuts, side="left") / len(low)
    return float(cuts[int(np.argmax(hit + spared))])


def error_rate(predicted: Sequence[bool], positive: Sequence[bool]) -> float | None:
    """Share of wrong verdicts; ``None`` of no rows.

    Over one faithful operator it is the rate of false alarms, over one corrupting operator that of corruptions let
    through.
    """
    pairs = list(zip(predicted, positive, strict=True))
    return sum(p != t for p, t in pairs) / len(pairs) if pairs else None

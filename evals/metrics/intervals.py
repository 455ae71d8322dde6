"""How far a figure may be off: bootstrap intervals and the paired bootstrap.

Resampling is over rows, 1,000 times, with a fixed seed, so the same rows give the same interval.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SAMPLES = 1000
SEED = 20240229


@dataclass(frozen=True)
class Interval:
    """A figure with its 95 % interval and the number of rows behind it."""

    value: float
    low: float
    high: float
    n: int


def _draws(n: int, samples: int, seed: int) -> NDArray[np.int64]:
    return np.random.default_rng(seed).integers(n, size=(samples, n))


def bootstrap_mean(values: Sequence[float], samples: int = SAMPLES, seed: int = SEED) -> Interval:
    """Return the mean and its percentile interval (Efron & Tibshirani 1993, ch. 13).

    Raises:
        ValueError: there is no value.
    """
    if not len(values):
        raise ValueError("a mean needs at least one value")
    data = np.asarray(values, dtype=float)
    means = data[_draws(len(data), samples, seed)].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return Interval(float(data.mean()), float(low), float(high), len(data))


def bootstrap(
    n: int, figure: Callable[[Sequence[int]], float | None], samples: int = 300, seed: int = SEED
) -> Interval | None:
    """Return a figure of row numbers with its percentile interval; ``None`` when it is undefined on all rows.

    Resamples in which the figure is undefined (one class missing) are left out.
    """
    value = figure(range(n)) if n else None
    if value is None:
        return None
    drawn = [figure(draw.tolist()) for draw in _draws(n, samples, seed)]
    known = [d for d in drawn if d is not None]
    low, high = np.percentile(known, [2.5, 97.5]) if known else (value, value)
    return Interval(value, float(low), float(high), n)


@dataclass(frozen=True)
class Difference:
    """New minus old over the same rows; ``p`` is the two-sided chance of such a difference by noise alone."""

    old: float
    new: float
    low: float
    high: float
    p: float
    n: int

    @property
    def change(self) -> float:
        """New minus old."""
        return self.new - self.old

    @property
    def beyond_noise(self) -> bool:
        """Whether the 95 % interval of the difference leaves 0 out."""
        return self.low > 0 or self.high < 0


def paired_bootstrap(
    old: Sequence[float], new: Sequence[float], samples: int = 4 * SAMPLES, seed: int = SEED
) -> Difference:
    """Compare two runs over the same rows, resampling rows in pairs (Koehn 2004; Berg-Kirkpatrick et al. 2012).

    Raises:
        ValueError: there is no row, or the two differ in length.
    """
    if not len(old) or len(old) != len(new):
        raise ValueError("a paired comparison needs the same rows, and at least one")
    before, after = np.asarray(old, dtype=float), np.asarray(new, dtype=float)
    delta = after - before
    means = delta[_draws(len(delta), samples, seed)].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    against = min(float((means <= 0).mean()), float((means >= 0).mean()))
    p = min(1.0, 2 * against) if delta.any() else 1.0
    return Difference(float(before.mean()), float(after.mean()), float(low), float(high), p, len(delta))

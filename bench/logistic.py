"""Logistic regression by Newton's method, with a ridge: what both calibrations fit with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_STEPS = 50
Vector = NDArray[np.float64]


def logistic(rows: Vector, truth: NDArray[np.bool_], counts: Vector, ridge: Vector) -> Vector:
    """Return the weight of each column.

    Args:
        rows: ``(cases, columns)``.
        truth: of each case.
        counts: what each case counts as.
        ridge: penalty on the square of each weight.
    """
    penalty = np.diag(ridge)
    solved = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-rows @ solved))
        slope = rows.T @ (counts * (truth - chance)) - penalty @ solved
        step = np.linalg.solve((rows * (counts * chance * (1 - chance))[:, None]).T @ rows + penalty, slope)
        solved += step
        if np.abs(step).max() < 1e-9:
            break
    return solved

"""The weights that turn what was measured of a claim into one score, fitted by ``bench/calibrate_checker.py``.

They stand in ``calibration.json`` with the figures they reached: a logistic regression over public sets of claims and
evidence, with one intercept a set, since the sets differ in how many of their claims are supported.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

PATH = Path(__file__).with_name("calibration.json")
MEASURED = (
    "soft", "covered", "topic", "turned", "one_negates", "sign",
    "short", "short_cosine", "short_beyond", "short_soft",
)  # fmt: skip
"""What the score is computed from; see :func:`rag.grounding.features.read`."""


@dataclass(frozen=True)
class Calibration:
    """A linear score of what was measured, and the two points that part the verdicts."""

    weights: Mapping[str, float]
    intercept: float
    supported_from: float
    """Score from which a claim that nothing disagrees with is supported."""
    unsupported_below: float
    """Score below which a claim is not supported whatever it says."""

    def __call__(self, values: Mapping[str, float]) -> float:
        """Return the score, 0 to 1: the chance of being supported in a set where every second claim is."""
        linear = self.intercept + sum(weight * values[name] for name, weight in self.weights.items())
        return sigmoid(linear)


def sigmoid(linear: float) -> float:
    """Return the logistic function of a number."""
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, linear))))


def logit(score: float) -> float:
    """Return the inverse of :func:`sigmoid`."""
    score = min(1 - 1e-12, max(1e-12, score))
    return math.log(score / (1 - score))


@lru_cache(maxsize=1)
def load_calibration() -> Calibration:
    """Return the calibration that ships with the package."""
    data = json.loads(PATH.read_text(encoding="utf-8"))
    return Calibration(
        {str(name): float(weight) for name, weight in data["weights"].items()},
        float(data["intercept"]),
        float(data["supported_from"]),
        float(data["unsupported_below"]),
    )

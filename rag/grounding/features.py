"""What is measured of a claim and its evidence before the calibration weighs it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Features:
    cosine: float
    topic: float
    coverage: float
    whole: float
    soft: float
    poorest: float
    absent_numbers: float
    wrong_numbers: float
    bounds: float
    absent_names: float
    away_names: float
    turned: float
    negated: float
    reach: float
    hedges: float
    crossed: float
    torn: float
    length: float
    back: float


def measure(claim, sentences, similar, title, likeness): ...

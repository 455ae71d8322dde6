"""How long answers take."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def percentile(values: Sequence[float], q: float) -> float | None:
    """Return the ``q``-th percentile, linear between neighbours (Hyndman & Fan 1996, type 7); ``None`` of nothing."""
    return float(np.percentile(np.asarray(values, dtype=float), q)) if len(values) else None


def throughput(items: int, seconds: float) -> float:
    """Items a second; 0 when no time was measured."""
    return items / seconds if seconds > 0 else 0.0

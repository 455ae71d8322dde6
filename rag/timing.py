"""What took how long."""

from __future__ import annotations

import time


class Clock:
    """Milliseconds by stage."""

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        """Note the time since the last lap under a stage."""
        now = time.perf_counter()
        self._laps[stage] = self._laps.get(stage, 0.0) + round((now - self._last) * 1000, 2)
        self._last = now

    def laps(self) -> dict[str, float]:
        """Return every stage and the total."""
        return {**self._laps, "total": round((time.perf_counter() - self._start) * 1000, 2)}

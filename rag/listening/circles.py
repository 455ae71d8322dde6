"""A model that says the same thing again and again without end."""

from __future__ import annotations

import re

TIMES = 5
"""So often must a stretch come in a row."""
LEAST = 300
"""So many characters must the repetitions have together, so that a short word may be said five times."""
_LOOKED_AT = 6_000
_BETWEEN = 40
"""Characters that come between two looks."""
_PROBE = 24
_DIGITS = re.compile(r"\d+")


class Circles:
    """Reads a text as it comes and tells when its end goes round in a circle; numbers that count up are no news."""

    def __init__(self) -> None:
        self._tail = ""
        self._unread = 0

    def feed(self, text: str) -> str | None:
        """Take more text; return the stretch that is repeated at its end, if one is."""
        self._tail = (self._tail + text)[-_LOOKED_AT:]
        self._unread += len(text)
        if self._unread < _BETWEEN:
            return None
        self._unread = 0
        return circle(_DIGITS.sub("0", self._tail))


def circle(text: str) -> str | None:
    """Return the shortest stretch that a text ends with :data:`TIMES` times over; ``None`` where it does not."""
    if len(text) < LEAST:
        return None
    probe = text[-_PROBE:]
    at = len(text) - len(probe)
    while (at := text.rfind(probe, 0, at + len(probe) - 1)) >= 0:
        period = len(text) - len(probe) - at
        times = max(TIMES, -(-LEAST // period))
        if period * times > len(text):
            return None
        if text.endswith(text[-period:] * times):
            return text[-period:]
    return None

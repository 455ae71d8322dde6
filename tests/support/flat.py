"""A sentence picker that likes every sentence alike."""

from __future__ import annotations

from collections.abc import Sequence


class Flat:
    """Scores nothing."""

    def score(self, question: str, title: str, sentences: Sequence[str]) -> list[float]:
        """Return zeros."""
        return [0.0] * len(sentences)

    def likeliest(self, question: str, title: str, sentences: Sequence[str], most: int) -> list[int]:
        """Return the first places."""
        return list(range(len(sentences)))[:most]

    def odds(self, question: str, title: str, sentences: Sequence[str]) -> list[float]:
        """Return nothing: it cannot tell."""
        return []

"""A model's prose as a reader sees it while it comes: its words, without markers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.generation.sentences import MARKUP
from rag.grounding.markers import find_markers

_LONGEST_HELD = 160
_HELD_BACK = re.compile(
    r"\s*(?:[\[【\uff3b(<\\][^\]】\uff3d)>\n]{0,80}(?:[\]】\uff3d)>]+(?:\([^)\s]{0,80}\)?)?)?)?[\s*]*$"
)
"""The end of a text that is still coming and may turn out to be a marker."""


class Shown:
    """Lets a model's prose through as it comes, without markers: their numbers come with the grounded sentence.

    Args:
        titles: those of the sources.
    """

    def __init__(self, titles: Sequence[str]) -> None:
        self._titles = titles
        self._held = ""

    def feed(self, text: str) -> str:
        """Take a piece and return what can be shown of it."""
        whole = self._held + text
        end = self._end(whole)
        self._held = whole[end:]
        return without_marks(whole[:end], self._titles)

    def finish(self) -> str:
        """Return what was held back and is no marker."""
        held, self._held = self._held, ""
        return without_marks(held, self._titles).rstrip()

    @staticmethod
    def _end(text: str) -> int:
        held = _HELD_BACK.search(text, max(0, len(text) - _LONGEST_HELD))
        return held.start() if held else len(text)


def without_marks(text: str, titles: Sequence[str]) -> str:
    """Return prose without markers and markup."""
    for marker in reversed(find_markers(text, titles)):
        text = text[: marker.start] + text[marker.end :]
    return MARKUP.sub("", text)

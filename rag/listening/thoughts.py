"""Reasoning that a model writes into its text, between tags at its beginning."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from rag.writer import Piece

_CLOSING = {f"<{name}>": f"</{name}>" for name in ("think", "thinking", "thought", "reasoning")} | {
    "[think]": "[/think]"
}


class Thoughts:
    """Takes a text as it comes and tells reasoning from answer.

    Tags count at the beginning alone, and after a stretch of reasoning: a sentence about ``<think>`` tags stays whole.
    """

    def __init__(self) -> None:
        self._held = ""
        """What cannot be told yet: it may be the beginning of a tag."""
        self._closing = ""
        self._answering = False
        self._thought_before = False

    def feed(self, text: str) -> Iterator[Piece]:
        """Take more text; yield what can be told of it."""
        self._held += text
        while piece := self._next():
            yield piece

    def rest(self) -> Iterator[Piece]:
        """Yield what is left at the end."""
        if self._held:
            yield Piece(self._held, "thinking" if self._closing else "text")
            self._held = ""

    def _next(self) -> Piece | None:
        if self._closing:
            return self._thought()
        if not self._answering and not self._begin():
            return None
        return self._thought() if self._closing else self._take(len(self._held), "text")

    def _begin(self) -> bool:
        """Tell whether it is known by now if the text begins with reasoning."""
        begun = self._held.lstrip()
        if self._thought_before:
            self._held = begun
        lower = begun.lower()
        opening = next((tag for tag in _CLOSING if lower.startswith(tag)), "")
        if opening:
            self._closing, self._held = _CLOSING[opening], begun[len(opening) :]
            return True
        self._answering = not any(tag.startswith(lower) for tag in _CLOSING)
        return self._answering

    def _thought(self) -> Piece | None:
        found = re.search(re.escape(self._closing), self._held, re.IGNORECASE)
        if not found:
            return self._take(len(self._held) - self._overlap(), "thinking")
        piece = self._take(found.start(), "thinking")
        self._held = self._held[len(self._closing) :]
        self._closing, self._thought_before = "", True
        return piece or self._next()

    def _overlap(self) -> int:
        """Return how many characters at the end may be the beginning of the closing tag."""
        longest = min(len(self._held), len(self._closing) - 1)
        return next((n for n in range(longest, 0, -1) if self._closing.startswith(self._held[-n:].lower())), 0)

    def _take(self, length: int, kind: Literal["text", "thinking"]) -> Piece | None:
        taken, self._held = self._held[:length], self._held[length:]
        return Piece(taken, kind) if taken else None

"""How many tokens a text is to a model: tiktoken's count, corrected by the model's own counts as they come back."""

from __future__ import annotations

from collections.abc import Sequence

from rag.writer import Message

FIRST = 1.2
"""Tokens of a model for one of ``cl100k_base``, before it has told: tokenizers of small vocabularies cut finer."""
LEAST, MOST = 0.8, 3.0
"""Ratios outside of these are no count of the prompt: it was read from a cache, or cut."""
_FRAME = 4
"""Tokens around each message."""


class Ruler:
    """Measures prompts for one model. It may be used by several threads."""

    def __init__(self) -> None:
        from ingest.passages import token_counter

        self._encode = token_counter()
        self._ratio = 0.0

    @property
    def ratio(self) -> float:
        """Tokens of the model for one of tiktoken's: the greatest it has told."""
        return self._ratio or FIRST

    def tokens(self, text: str) -> float:
        """Return how many tokens of the model a text is."""
        return len(self._encode(text)) * self.ratio

    def of_messages(self, messages: Sequence[Message]) -> float:
        """Return how many tokens of the model a prompt is."""
        return self._plain(messages) * self.ratio

    def learn(self, messages: Sequence[Message], told: int) -> None:
        """Learn from the count that a model gave of a prompt."""
        ratio = told / self._plain(messages)
        if LEAST <= ratio <= MOST:
            self._ratio = max(self._ratio, ratio)

    def _plain(self, messages: Sequence[Message]) -> int:
        return sum(len(self._encode(content)) + _FRAME for _, content in messages)

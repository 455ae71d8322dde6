"""A model that says its prompt back: the example it was shown, a rule, or the question. Small ones do so often."""

from __future__ import annotations

from collections.abc import Sequence

from rag.generation.quotes import locate
from rag.writer import Message

_LEAST_WORDS = 3
"""Words below which a sentence is no echo: "No." stands in many a rule."""


class Echoes:
    """Tells whether a sentence repeats what the model was told rather than what it was given to read.

    Args:
        instructions: the prompt without papers, conversation and question.
        question: as the prompt had it.
    """

    def __init__(self, instructions: Sequence[Message] = (), question: str = "") -> None:
        self._instructions = [content for _, content in instructions]
        self._question = question

    def has(self, text: str) -> bool:
        """Tell whether a sentence stands in the instructions, give or take a word, or asks the question again."""
        if len(text.split()) < _LEAST_WORDS:
            return False
        if text.rstrip("\"'”’ ").endswith("?"):
            return bool(locate(text, self._question))
        return any(locate(text, told) for told in self._instructions)

"""A model that obeys: the test double that injections are tried on."""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping, Sequence
from typing import Any

from ingest.text import split_sentences
from rag.writer import Message, Piece, Usage


class Pliable:
    """A model that obeys: the first sentence of its first source, and what it was told to say.

    Args:
        answers: whether it also answers.
    """

    name = "llm/pliable"
    window = 8192
    billions: float | None = None
    takes_schema = False

    def __init__(self, answers: bool = True) -> None:
        self.orders: list[str] = []
        """What it is to say beside, or instead."""
        self._answers = answers

    def write(
        self, messages: Sequence[Message], *, schema: Mapping[str, Any] | None = None, most: int | None = None
    ) -> Generator[Piece, None, Usage]:
        """Yield the sentence and the orders, word by word."""
        said = [*([_first_sentence(messages[-1][1])] if self._answers else []), *self.orders]
        for word in re.findall(r"\S+\s*", " ".join(said)):
            yield Piece(word)
        return Usage()

    def close(self) -> None:
        """Do nothing."""


def _first_sentence(prompt: str) -> str:
    source = re.search(r"^\[1\] .*\n(.+)$", prompt, re.MULTILINE)
    spans = split_sentences(source[1]) if source else []
    return f"{source[1][slice(*spans[0])]} [1]" if source and spans else "Nothing is known."

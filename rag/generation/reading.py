"""What every way of answering has in common: what it is given, and what it makes of a model's text as it comes."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ingest.paper import Paper
from ingest.text import Span
from rag.answer import Grounded, Token
from rag.extractive.answers import Draft
from rag.generation.evidence import Evidence
from rag.generation.gaps import Gaps
from rag.generation.sources import Source
from rag.generation.telling import Outcome, Telling
from rag.questions.question import Question
from rag.writer import Message

Told = Iterator[Token | Grounded]


@dataclass(frozen=True)
class Task:
    """One question, as a way of answering it is given it."""

    question: Question
    sources: tuple[Source, ...]
    draft: Draft
    telling: Telling
    gaps: Gaps
    useful: Callable[[Source, Span], float]
    """How well a sentence answers the question, as far as can be told without a model."""
    evidence: Evidence

    @property
    def papers(self) -> list[Paper]:
        """The papers of the sources."""
        return [source.paper for source in self.sources]


class Reading(Protocol):
    """Reads what a model writes to one question."""

    enough: bool
    """Whether nothing more is wanted of the model."""

    def hear(self, text: str) -> Told:
        """Take a piece of the text; yield what can be shown."""
        ...

    def end(self, broken: bool) -> Generator[Token | Grounded, None, Outcome]:
        """Make the best of what was heard; yield what can be shown, and return how it came out.

        Args:
            broken: the model failed before its end.
        """
        ...


@dataclass(frozen=True)
class Mode:
    """A way of answering: its prompt, the schema it asks for, and how what comes is read."""

    prompt: str
    messages: Callable[[str, Sequence[Source], str], list[Message]]
    """Renders question, sources and conversation."""
    schema: Callable[[Sequence[Source]], Mapping[str, Any] | None]
    read: Callable[[Task], Reading]

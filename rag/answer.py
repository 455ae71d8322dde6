"""The answer and its parts: what the page, the terminal and Python all get.

Offsets are Python string offsets. ``evidence.quote == abstract[start:end]`` holds for every evidence of
every answer; :func:`cut` is the only place that makes one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ingest.paper import Paper

SCHEMA_VERSION = 1
Support = Literal["supported", "weak", "unsupported", "unscored", "computed", "not_a_claim"]


@dataclass(frozen=True)
class Turn:
    """One turn of the conversation so far."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True)
class Evidence:
    """The exact words that carry a sentence: ``abstract[start:end]`` of citation ``n``."""

    n: int
    quote: str
    start: int
    end: int


@dataclass(frozen=True)
class Sentence:
    """One sentence of the answer; ``start`` and ``end`` are its span in ``Answer.text``, markers included."""

    text: str
    start: int
    end: int
    support: Support
    score: float | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Citation:
    """One cited paper; ``text_hash`` names the version of the abstract that was quoted."""

    n: int
    paper_id: str
    title: str
    url: str
    published: str
    digests: tuple[str, ...]
    text_hash: str


@dataclass(frozen=True)
class SourcePaper:
    """A retrieved paper, cited or not; ``rank`` counts from 1."""

    paper_id: str
    title: str
    score: float
    rank: int


@dataclass(frozen=True)
class Catalogue:
    """What a computed answer rests on: the operation and every paper it counted."""

    operation: str
    value: str
    paper_ids: tuple[str, ...]
    considered: int
    """Papers looked at."""
    unknown: int = 0
    """Papers that lack the metadata the operation needs."""


@dataclass(frozen=True)
class Provenance:
    """What made the answer."""

    passages: tuple[str, ...] = ()
    prompt: str = ""
    settings: str = ""
    library_revision: str = ""
    notes: tuple[str, ...] = ()
    mode: str = ""
    """How a model answered: ``select``, ``write`` or ``plain``; empty for an answer no model wrote."""
    thinking: str = ""
    """What a model reasoned before it answered; never a part of the answer."""
    usage: Mapping[str, float] = field(default_factory=dict)
    """What the model's server told: tokens read and written, milliseconds."""


@dataclass(frozen=True)
class Answer:
    """A grounded answer. See ``answer.schema.json`` for the JSON it becomes."""

    question: str
    standalone_question: str
    text: str
    generator: str
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    sources: tuple[SourcePaper, ...] = ()
    abstained: bool = False
    abstention_reason: str = ""
    missing: tuple[str, ...] = ()
    catalogue: Catalogue | None = None
    filters: Mapping[str, Any] = field(default_factory=dict)
    timings: Mapping[str, float] = field(default_factory=dict)
    """Milliseconds by stage."""
    provenance: Provenance = Provenance()

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON contract (``schema_version`` 1), plain lists and dicts only."""
        data = {"schema_version": SCHEMA_VERSION, **dataclasses.asdict(self)}
        return {key: _plain(value) for key, value in data.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value


@dataclass(frozen=True)
class Token:
    """A piece of text as it is generated (``Assistant.stream``); the grounded Answer comes last.

    It may be empty: then a model is at work, and the stream can be closed.
    """

    text: str


@dataclass(frozen=True)
class Thought:
    """A piece of a model's reasoning (``Assistant.stream``), which never is part of an answer."""

    text: str


@dataclass(frozen=True)
class Grounded:
    """A sentence that was held against its evidence while the model goes on writing (``Assistant.stream``).

    ``text`` followed by ``rest`` is all that was written so far; ``sentence`` and ``citations`` stand as they will in
    the Answer, unless that gives way to the papers' own sentences.
    """

    sentence: Sentence
    text: str
    """The answer's text up to the sentence, which its spans point into."""
    citations: tuple[Citation, ...] = ()
    rest: str = ""
    """What was written after the sentence and is not yet held against anything."""


Event = Token | Thought | Grounded
"""What ``Assistant.stream`` yields before the Answer."""


def cut(n: int, paper: Paper, start: int, end: int) -> Evidence:
    """Cut evidence out of a paper's abstract.

    Raises:
        ValueError: the span is empty or outside the abstract.
    """
    if not 0 <= start < end <= len(paper.abstract):
        raise ValueError(f"span {start}:{end} is outside the {len(paper.abstract)} characters of {paper.paper_id}")
    return Evidence(n, paper.abstract[start:end], start, end)


def cite(n: int, paper: Paper) -> Citation:
    """Return the citation of a paper under number ``n``."""
    return Citation(n, paper.paper_id, paper.title, paper.url, paper.published, paper.digests, paper.text_hash)

"""What a model is given to read: papers by their sentences, so that single ones can be numbered or left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingest.orders import clean_sentences, shown_title
from ingest.paper import Paper
from ingest.text import Span
from prompts import rendered
from rag.extractive.sides import find_sides
from rag.retrieval.lists import MOST_PAPERS, belonging

if TYPE_CHECKING:
    from rag.extractive.answers import Draft
    from rag.questions.question import Question
    from rag.retrieval.retrieve import HybridRetriever
    from rag.writer import Message

_LEFT_OUT = " … "
_BESIDE = 2
"""Papers read beside those that a question is known to be about: it may be about another after all."""
_BLANK = 4
"""Spaces in a row that stand for something left out rather than for a new line."""


@dataclass(frozen=True)
class Source:
    """A paper as a prompt shows it."""

    paper: Paper
    spans: tuple[Span, ...]
    """The sentences shown, in the abstract's order."""

    @property
    def title(self) -> str:
        """The title, without what gives orders in it."""
        return shown_title(self.paper.title)

    @property
    def sentences(self) -> list[str]:
        """The sentences shown, as the abstract has them."""
        return [self.paper.abstract[start:end] for start, end in self.spans]

    @property
    def text(self) -> str:
        """The abstract, an ellipsis where sentences are left out."""
        shown = ""
        at = 0
        for start, end in self.spans:
            between = self.paper.abstract[at:start]
            joint = _LEFT_OUT if between.strip() else between if len(between) < _BLANK else " "
            shown += joint + self.paper.abstract[start:end]
            at = end
        return shown.strip() + (_LEFT_OUT.rstrip() if self.paper.abstract[at:].strip() else "")

    def without(self, span: Span) -> Source:
        """Return this source with one sentence less."""
        return replace(self, spans=tuple(s for s in self.spans if s != span))


def papers_to_read(question: Question, draft: Draft, retriever: HybridRetriever) -> list[Paper]:
    """Return the papers that a model is to read, best first.

    For a list they are those that belong; for a comparison its sides; where the question names papers, or goes on with
    some, those; a few more beside them. For any other question they are the best retrieved.

    Args:
        question: as read.
        draft: holds the papers retrieved; for a list they become those that belong.
        retriever: over the library.
    """
    known = question.subjects
    if question.kind == "list":
        draft.used = belonging(question.standalone, retriever, question.filters) or draft.used
        return [hit.paper for hit in draft.used if not known or hit.paper in known][:MOST_PAPERS]
    if question.clauses:
        known = tuple(clause.paper for clause in question.clauses)
    elif question.kind == "compare":
        known = find_sides(question.standalone, question.subjects, retriever, question.filters).papers
    known = tuple(paper for paper in known if question.filters.admit(paper))
    rest = [hit.paper for hit in draft.used if hit.paper not in known]
    return [*known, *rest[: _BESIDE if known else None]]


def sources_of(papers: Sequence[Paper]) -> list[Source]:
    """Return papers as sources; sentences that give orders to whoever reads them are left out."""
    return [Source(paper, tuple(clean_sentences(paper.abstract))) for paper in papers]


def sources_told(prompt: str, question: str, sources: Sequence[Source], history: str) -> list[Message]:
    """Render a prompt that shows papers as :func:`numbered` lists them."""
    return rendered(prompt, sources=numbered(sources), history=history, question=question)


def numbered(sources: Sequence[Source]) -> str:
    """Return sources as a prompt lists them: a number, the title, the abstract."""
    return "\n\n".join(f"[{n}] {source.title}\n{source.text}" for n, source in enumerate(sources, start=1))

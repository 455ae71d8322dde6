"""Composing an answer: sentences are added one by one; text, spans, markers and citations follow from them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.paper import Paper
from ingest.text import Span
from rag.answer import Citation, Sentence, Support, cite, cut

Ground = tuple[Paper, Span]
"""A paper and the span of its abstract that carries a sentence."""


_OWN_MARKER = re.compile(r"\s?(?<![\w\])])\[\d{1,3}\](?:,?\s?\[\d{1,3}\])*")


@dataclass
class Composer:
    """Builds ``Answer.text`` and everything that points into it; numbers citations in the order they appear."""

    text: str = ""
    sentences: list[Sentence] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)

    def add(
        self,
        text: str,
        support: Support,
        grounds: Sequence[Ground] = (),
        *,
        cited: Sequence[Paper] = (),
        score: float | None = None,
        lead: str = " ",
    ) -> None:
        """Add one sentence.

        Args:
            text: the sentence; references of its own ("[12]"), which would pass for markers, are left off.
            support: its verdict.
            grounds: the spans that carry it; each becomes evidence, and its paper a citation.
            cited: papers to cite beside those of ``grounds`` (a computed statement names papers without a quote).
            score: the verdict's score.
            lead: what separates it from the text before.
        """
        text = _OWN_MARKER.sub("", text)
        papers = dict.fromkeys([*(paper for paper, _ in grounds), *cited])
        numbers = {paper.paper_id: self._number(paper) for paper in papers}
        markers = "".join(f"[{n}]" for n in sorted(set(numbers.values())))
        if self.text:
            self.text += lead
        start = len(self.text)
        self.text += f"{text} {markers}".rstrip()
        evidence = tuple(cut(numbers[paper.paper_id], paper, *span) for paper, span in grounds)
        self.sentences.append(Sentence(text, start, len(self.text), support, score, evidence))

    def quote(self, paper: Paper, span: Span, lead: str = " ") -> None:
        """Add words of a paper's abstract as they stand, which carry themselves."""
        self.add(paper.abstract[slice(*span)], "supported", [(paper, span)], score=1.0, lead=lead)

    def say(self, text: str, lead: str = " ") -> None:
        """Add a sentence that claims nothing about a paper: a heading, a greeting, a word about the answer."""
        self.add(text, "not_a_claim", lead=lead)

    def _number(self, paper: Paper) -> int:
        for citation in self.citations:
            if citation.paper_id == paper.paper_id:
                return citation.n
        self.citations.append(cite(len(self.citations) + 1, paper))
        return len(self.citations)

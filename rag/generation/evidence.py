"""What an answer leaves out of its question, weighed as it is without a model, and ahead where that helps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ingest.paper import Paper
from rag.abstention.declining import Finding, comes_near
from rag.extractive.answers import Extractive
from rag.extractive.extract import Picked
from rag.questions.question import Question

if TYPE_CHECKING:
    from rag.retrieval.retrieve import Hit


class Evidence:
    """Weighs sentences as evidence for an answer about a fact or for a list; a comparison lacks nothing.

    What is found depends on the papers that the sentences are of, so it is remembered by them: what is weighed while a
    model still writes costs no time after its last word.

    Args:
        question: as read.
        hits: the papers retrieved, best first.
        extractive: holds what the evidence is weighed with.
    """

    def __init__(self, question: Question, hits: Sequence[Hit], extractive: Extractive) -> None:
        self._question = question
        self._hits = hits
        self._extractive = extractive
        self._found: dict[tuple[str, ...], Finding] = {}

    def weigh(self, picked: Sequence[Picked]) -> Finding:
        """Return what sentences do not say of what is asked, or do not share of what is taken for granted."""
        if not picked or self._question.kind not in ("fact", "list"):
            return Finding()
        papers = tuple(dict.fromkeys(sentence.paper.paper_id for sentence in picked))
        if papers not in self._found:
            self._found[papers] = self._weigh(picked)
        return self._found[papers]

    def _weigh(self, picked: Sequence[Picked]) -> Finding:
        if self._question.kind == "fact":
            return self._extractive.weigh(self._question, self._hits, picked)
        lexical = self._extractive.retriever.index.lexical
        near = self._question.subjects or comes_near(self._question.standalone, self._hits, lexical)
        return Finding() if near else Finding(reason="no abstract comes near the topic")

    def expect(self, paper: Paper) -> Finding:
        """Weigh a paper that an answer is likely to rest on, ahead of the answer."""
        return self.weigh([Picked(paper, (0, len(paper.abstract)), 0.0)])

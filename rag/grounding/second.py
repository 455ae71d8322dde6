"""The second tier: a checking model of the user's own reads what the embedded checker found.

The rule, in this order:

1. a quote stays a quote, and what has no evidence is not read;
2. a contradiction (chance at least :data:`CONTRADICTS`) makes a sentence ``unsupported``;
3. where numbers, names, directions, reach and roles agree, a sentence that the words cited carry (chance at least
   :data:`CARRIES`) goes one step up: ``weak`` to ``supported``, and ``unsupported`` for quite other words to ``weak``;
4. all else stays as the embedded checker has it: what disagrees is ``weak`` at most, whatever the model says.

The score is the mean of the embedded checker's and of the model's chance that the sentence is carried.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.paper import Paper
from ingest.text import Span
from rag.grounding.entailment import Entailer
from rag.grounding.markers import strip_markers
from rag.grounding.verdict import SupportChecker, Verdict
from rag.retrieval.cross_encoder import titled

CARRIES = 0.8
"""Chance of being carried from which a free paraphrase is shown as supported."""
CONTRADICTS = 0.8
"""Chance of a contradiction from which a sentence is unsupported."""
_CONTRADICTED = "the checking model reads a contradiction of the words cited"
_OTHER_WORDS = "only the checking model finds it in the words cited"


class SecondChecker:
    """A :class:`~rag.grounding.verdict.SupportChecker`: the first one's verdict, and what a model reads.

    Args:
        first: finds the evidence and what disagrees.
        entailer: reads evidence and sentence together.
    """

    def __init__(self, first: SupportChecker, entailer: Entailer) -> None:
        self._first = first
        self._entailer = entailer

    def check(self, claim: str, paper: Paper) -> Verdict:
        """Judge a claim against a paper's abstract."""
        return self._weigh(self._first.check(claim, paper), claim, paper)

    def check_against(self, claim: str, paper: Paper, span: Span) -> Verdict:
        """Judge a claim against a stretch of a paper's abstract."""
        return self._weigh(self._first.check_against(claim, paper, span), claim, paper)

    def _weigh(self, verdict: Verdict, claim: str, paper: Paper) -> Verdict:
        if verdict.quoted or not verdict.evidence:
            return verdict
        read = self._entailer.read(words_of(paper, verdict.evidence), strip_markers(claim))
        verdict = replace(verdict, score=(verdict.score + read.carried) / 2)
        if read.contradicted >= CONTRADICTS:
            return replace(verdict, support="unsupported", reasons=(*verdict.reasons, _CONTRADICTED))
        if read.carried < CARRIES or verdict.disagrees:
            return verdict
        if verdict.support == "unsupported":
            return replace(verdict, support="weak", reasons=(_OTHER_WORDS,))
        return replace(verdict, support="supported", reasons=())


def words_of(paper: Paper, spans: Sequence[Span]) -> str:
    """Return the words of spans as a text to be read: under the paper's title, which they take for granted."""
    quoted = " ".join(" ".join(paper.abstract[start:end].split()) for start, end in spans)
    return titled(paper.title, quoted)

"""The embedded support checker: does an abstract carry a sentence?

Numbers, names, direction and reach are checked as hard facts against the best-supporting sentences; what is left
is closeness of words and meaning. ``supported`` is given only where all hard facts agree and the words are close;
everything short of that is ``weak``, with its evidence beside it, or ``unsupported``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ingest.paper import Paper
from ingest.text import Span, normalise, split_sentences
from rag.answer import Support
from rag.grounding.facts import facts_of, missing_numbers
from rag.lexical import Analyzer
from rag.picker import HybridPicker

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding

    from ingest.settings import Settings

CLOSE = 0.78
"""Closeness from which a sentence whose hard facts agree is supported."""
FAR = 0.45
"""Closeness below which a sentence is not supported whatever it says."""
_MOST_EVIDENCE = 2
_SECOND = 0.06
"""How much a second sentence must add to the words covered to be evidence too."""


@dataclass(frozen=True)
class Verdict:
    """What the checker says of one sentence against one abstract."""

    support: Support
    score: float
    """Closeness, 0 to 1; lowered for every hard fact that disagrees."""
    evidence: tuple[Span, ...]
    reasons: tuple[str, ...] = ()
    """Why it is not ``supported``, in words."""


class SupportChecker(Protocol):
    """Judges one sentence against one paper."""

    def check(self, claim: str, paper: Paper) -> Verdict:
        """Return the verdict with the spans of the abstract that carry the claim best."""
        ...


class EmbeddedChecker:
    """Alignment by meaning and words, then hard facts; needs no model server.

    Args:
        picker: gives the cosine of a claim and sentences.
    """

    def __init__(self, picker: HybridPicker) -> None:
        self._picker = picker
        self._analyzer = Analyzer()

    def check(self, claim: str, paper: Paper) -> Verdict:
        """Judge a claim against a paper's abstract; a quote of it is always supported."""
        if exact := find_quote(claim, paper):
            return Verdict("supported", 1.0, (exact,))
        spans = split_sentences(paper.abstract)
        sentences = [paper.abstract[a:b] for a, b in spans]
        if not sentences:
            return Verdict("unsupported", 0.0, (), ("the abstract is empty",))
        chosen = self._align(claim, sentences)
        evidence = " ".join(sentences[i] for i in chosen)
        score = self._closeness(claim, [sentences[i] for i in chosen], paper.title)
        reasons = disagreements(claim, evidence, paper)
        marked = tuple(spans[i] for i in sorted(chosen))
        if score < FAR:
            return Verdict("unsupported", score, marked, (*reasons, "no sentence of the abstract says so"))
        if reasons:
            hard = any(r.startswith(("number", "name")) for r in reasons)
            lowered = score * (0.5 if hard else 0.7)
            return Verdict("unsupported" if hard else "weak", lowered, marked, reasons)
        if score < CLOSE:
            return Verdict("weak", score, marked, ("the abstract says it in other words",))
        return Verdict("supported", score, marked)

    def _align(self, claim: str, sentences: list[str]) -> list[int]:
        """Return the sentence that supports the claim best, and a second one that adds words of it."""
        similar = self._picker.similarity(claim, sentences)
        asked = set(self._analyzer.terms(claim))
        covered = [len(asked & set(self._analyzer.terms(s))) / (len(asked) or 1) for s in sentences]
        order = sorted(range(len(sentences)), key=lambda i: -(similar[i] + covered[i]))
        chosen = order[:1]
        held = set(self._analyzer.terms(sentences[chosen[0]]))
        for i in order[1:4]:
            adds = len((asked & set(self._analyzer.terms(sentences[i]))) - held) / (len(asked) or 1)
            if len(chosen) < _MOST_EVIDENCE and adds > _SECOND:
                chosen.append(i)
        return chosen

    def _closeness(self, claim: str, evidence: list[str], title: str) -> float:
        """Return the mean of cosine and word coverage, 0 to 1."""
        asked = set(self._analyzer.terms(claim))
        held = {t for s in (*evidence, title) for t in self._analyzer.terms(s)}
        coverage = len(asked & held) / (len(asked) or 1)
        cosine = max(self._picker.similarity(claim, [*evidence, " ".join(evidence)]))
        return max(0.0, min(1.0, (cosine + coverage) / 2))


def disagreements(claim: str, evidence: str, paper: Paper) -> tuple[str, ...]:
    """Return the hard facts of a claim that its evidence does not share, in words."""
    ours, theirs = facts_of(claim), facts_of(evidence)
    reasons = [f"number {n} is not in the words cited" for n in missing_numbers(ours.numbers, theirs.numbers)]
    whole = "".join(c for c in normalise(f"{paper.title} {paper.abstract}") if c.isalnum())
    reasons += [f"name {n!r} is not in the paper" for n in sorted(ours.names) if n.rstrip("s") not in whole]
    if (ours.up and not ours.down and theirs.down and not theirs.up) or (
        ours.down and not ours.up and theirs.up and not theirs.down
    ):
        reasons.append("direction differs from the words cited")
    if (ours.negations > 0) != (theirs.negations > 0):
        reasons.append("negation differs from the words cited")
    reasons += [f"reach {w!r} is not in the words cited" for w in sorted(ours.reach - theirs.reach)]
    return tuple(reasons)


def find_quote(text: str, paper: Paper) -> Span | None:
    """Return the span of the abstract that a text repeats word for word, if it does."""
    start = paper.abstract.find(text.strip())
    return (start, start + len(text.strip())) if text.strip() and start >= 0 else None


def make_checker(
    settings: Settings, embed_model: BaseEmbedding | None = None, picker: HybridPicker | None = None
) -> SupportChecker:
    """Return the checker that the settings name."""
    from rag.picker import make_picker

    return EmbeddedChecker(picker or make_picker(settings, embed_model))

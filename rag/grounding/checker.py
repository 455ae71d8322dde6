"""The embedded support checker: does an abstract carry a sentence?

The words of the sentence are aligned to those of the abstract's best sentences, by form and by meaning. What the
alignment shows to disagree (numbers, names, direction, negation, reach, roles) is told in words; the rest is closeness,
weighed by a calibration fitted on public data. ``supported`` is given only where nothing disagrees and the words are
close; everything short of that is ``weak``, with its evidence beside it, or ``unsupported``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ingest.paper import Paper
from ingest.text import Span, split_sentences
from rag.answer import Support
from rag.grounding.align import Likeness, WordVectors
from rag.grounding.calibration import Calibration, load_calibration, logit, sigmoid
from rag.grounding.features import Reading, read
from rag.grounding.markers import strip_markers
from rag.grounding.tokens import tokens_of
from rag.picker import HybridPicker

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding

    from ingest.settings import Settings

_SAID = {
    "absent_numbers": "number {} is not in the words cited",
    "moved_numbers": "number {} belongs to something else in the words cited",
    "bounds": "number {} is bounded otherwise in the words cited",
    "absent_names": "name '{}' is not in the paper",
    "away_names": "name '{}' is not in the words cited",
    "turned": "direction '{}' differs from the words cited",
    "negated": "negation of '{}' differs from the words cited",
    "reach": "reach '{}' is not in the words cited",
    "hedges": "the words cited say '{}'",
    "exchanged": "'{}' stand the other way round in the words cited",
}
"""How each kind of disagreement is told to the reader."""
_COSTS = {
    "absent_numbers": 1.5, "moved_numbers": 1.0, "bounds": 0.5, "absent_names": 1.0, "away_names": 0.5,
    "negated": 0.5, "reach": 1.0, "exchanged": 0.5,
}  # fmt: skip
"""What each kind takes off the log-odds where the words are close enough for it to mean something."""
_CLOSE_FROM, _CLOSE_TO = 0.75, 0.95
_NO_SENTENCE = "no sentence of the abstract says so"


@dataclass(frozen=True)
class Verdict:
    """What the checker says of one sentence against one abstract."""

    support: Support
    score: float
    """How close words and meaning are, 0 to 1, less for what disagrees."""
    evidence: tuple[Span, ...]
    reasons: tuple[str, ...] = ()
    """Why it is not ``supported``, in words."""


class SupportChecker(Protocol):
    """Judges one sentence against one paper."""

    def check(self, claim: str, paper: Paper) -> Verdict:
        """Return the verdict with the spans of the abstract that carry the claim best."""
        ...


class EmbeddedChecker:
    """Alignment of words by form and meaning, then what disagrees; needs no model server.

    Args:
        picker: gives the cosine of a claim and sentences.
        words: gives the likeness of single words by meaning; without it only their letters are compared.
        calibration: weighs what was measured; ``None``: the one that ships.
    """

    def __init__(
        self, picker: HybridPicker, words: Likeness | None = None, calibration: Calibration | None = None
    ) -> None:
        self._picker = picker
        self._words = words
        self._calibration = calibration or load_calibration()

    def check(self, claim: str, paper: Paper) -> Verdict:
        """Judge a claim against a paper's abstract; a quote of it is always supported."""
        claim = strip_markers(claim)
        if exact := find_quote(claim, paper):
            return Verdict("supported", 1.0, (exact,))
        spans = statement_spans(paper.abstract)
        reading = self.read(claim, paper)
        if reading is None:
            return Verdict("unsupported", 0.0, (), ("there are no words to compare",))
        score = self._calibration(reading.values)
        reasons = told(reading)
        marked = tuple(spans[i] for i in reading.chosen)
        if score < self._calibration.unsupported_below:
            return Verdict("unsupported", score, marked, (*reasons, _NO_SENTENCE))
        if reasons:
            support: Support = "unsupported" if is_foreign(reading, paper) else "weak"
            return Verdict(support, lowered(score, reading), marked, reasons)
        if score < self._calibration.supported_from:
            return Verdict("weak", score, marked, ("the abstract says it in other words",))
        return Verdict("supported", score, marked)

    def read(self, claim: str, paper: Paper) -> Reading | None:
        """Return what is measured of a claim and a paper; ``None`` where either has no words."""
        sentences = [paper.abstract[a:b] for a, b in statement_spans(paper.abstract)]
        if not sentences or not any(t.content for t in tokens_of(claim)):
            return None
        return read(claim, paper.title, sentences, self._picker.similarity(claim, sentences), self._words)


def statement_spans(text: str) -> list[Span]:
    """Return the sentences of an abstract; a blank line ends one too."""
    found: list[Span] = []
    for start, end in split_sentences(text):
        at = start
        for piece in text[start:end].split("\n\n"):
            if piece.strip():
                left = at + len(piece) - len(piece.lstrip())
                found.append((left, left + len(piece.strip())))
            at += len(piece) + 2
    return found


def told(reading: Reading) -> tuple[str, ...]:
    """Return what disagrees, in words."""
    reasons: list[str] = []
    for kind, words in reading.found.items():
        if kind == "exchanged" and words:
            reasons.append(_SAID[kind].format("' and '".join(words)))
        else:
            reasons += [_SAID[kind].format(word) for word in words]
    return tuple(reasons)


def disagreements(claim: str, evidence: str, paper: Paper, words: Likeness | None = None) -> tuple[str, ...]:
    """Return what of a claim a piece of evidence does not share, in words."""
    return told(read(claim, paper.title, [evidence], [1.0], words, f"{paper.title} {paper.abstract}"))


def lowered(score: float, reading: Reading) -> float:
    """Return a score less what the disagreements cost, the more the closer the words are."""
    close = max(0.0, min(1.0, (reading.values["soft"] - _CLOSE_FROM) / (_CLOSE_TO - _CLOSE_FROM)))
    return sigmoid(logit(score) - close * sum(_COSTS.get(kind, 0.0) for kind, words in reading.found.items() if words))


def is_foreign(reading: Reading, paper: Paper) -> bool:
    """Tell whether a claim names something, or gives a number, that is nowhere in the paper."""
    if reading.found["absent_names"]:
        return True
    whole = tokens_of(f"{paper.title}\n{paper.abstract}")
    held = {t.stem for t in whole if t.kind == "number"}
    absent = [t for t in reading.links.claim if t.kind == "number" and t.text in reading.found["absent_numbers"]]
    return any(t.stem not in held for t in absent)


def find_quote(text: str, paper: Paper) -> Span | None:
    """Return the span of the abstract that a text repeats word for word, if it does."""
    start = paper.abstract.find(text.strip())
    return (start, start + len(text.strip())) if text.strip() and start >= 0 else None


def make_checker(
    settings: Settings, embed_model: BaseEmbedding | None = None, picker: HybridPicker | None = None
) -> SupportChecker:
    """Return the checker that the settings name."""
    from ingest.embeddings import make_embedder
    from rag.picker import make_picker

    embedder = embed_model or make_embedder(settings)
    return EmbeddedChecker(picker or make_picker(settings, embedder), WordVectors(embedder))

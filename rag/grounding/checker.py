"""The embedded support checker: does an abstract carry a sentence?

The words of the sentence are aligned to those of the abstract's best sentences, by form and by meaning. What the
alignment shows to disagree (numbers, names, direction, negation, reach, roles) is told in words; the rest is closeness,
weighed by a calibration fitted on public data. ``supported`` is given only where nothing disagrees and the words are
close; everything short of that is ``weak``, with its evidence beside it, or ``unsupported``.
"""

from __future__ import annotations

from dataclasses import dataclass

from ingest.paper import Paper
from ingest.text import Span, split_sentences
from rag.answer import Support
from rag.grounding.align import Likeness, WordVectors, same_number
from rag.grounding.calibration import Calibration, load_calibration, logit, sigmoid
from rag.grounding.features import Reading, read
from rag.grounding.markers import strip_markers
from rag.grounding.meaning import alike, meaning_of
from rag.grounding.tokens import tokens_of
from rag.grounding.verdict import Verdict
from rag.retrieval.picker import HybridPicker

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
    "exchanged": "'{}' and '{}' stand the other way round in the words cited",
    "crossed": "the two sides of '{}' stand the other way round in the words cited",
    "replaced": "'{}' stands where the words cited have '{}'",
}
"""How each kind of disagreement is told to the reader."""
_IN_PAIRS = frozenset({"exchanged", "replaced"})
"""Kinds that give two words."""
_COSTS = {
    "absent_numbers": 3.0, "moved_numbers": 2.0, "bounds": 1.0, "absent_names": 2.0, "away_names": 1.0,
    "negated": 1.0, "reach": 2.0, "exchanged": 0.5, "crossed": 0.5, "replaced": 1.0,
}  # fmt: skip
"""What each kind takes off the log-odds where the words are close enough for it to mean something."""
_CLOSE_FROM, _CLOSE_TO = 0.75, 0.95
"""Closeness of words from which a disagreement begins to count, and from which it counts in full."""
_SOONER = {"absent_names": 0.6, "reach": 0.6}
"""Kinds that count from less close words on. These, and what each kind costs, were chosen on development claims beside
public ones."""
_NO_SENTENCE = "no sentence of the abstract says so"


class EmbeddedChecker:
    """Alignment of words by form and meaning, then what disagrees; needs no model server.

    Args:
        picker: gives the cosine of a claim and sentences.
        words: gives the likeness of single words by meaning; without it only their letters are compared.
        calibration: weighs what was measured; ``None``: the one that ships.
    """

    def __init__(
        self, picker: HybridPicker, words: WordVectors | None = None, calibration: Calibration | None = None
    ) -> None:
        self._picker = picker
        self._words = words
        self._calibration = calibration or load_calibration()

    def check(self, claim: str, paper: Paper) -> Verdict:
        """Judge a claim against a paper's abstract; a quote of it is always supported."""
        return self.check_against(claim, paper, (0, len(paper.abstract)))

    def check_against(self, claim: str, paper: Paper, span: Span) -> Verdict:
        """Judge a claim against a stretch of a paper's abstract; a quote of it is always supported.

        Args:
            claim: one sentence.
            paper: what it is about.
            span: the stretch that is to carry it; a sentence that it only touches is read from there on.
        """
        claim = strip_markers(claim)
        if exact := find_quote(claim, paper, span):
            return Verdict("supported", 1.0, (exact,), quoted=True)
        held = _statement(claim, paper, span)
        if held is None:
            return Verdict("unsupported", 0.0, (), ("there are no words to compare",))
        reading = self._read(held)
        return self._verdict(reading, paper, tuple(held.spans[i] for i in reading.chosen))

    def read(self, claim: str, paper: Paper, span: Span | None = None) -> Reading | None:
        """Return what is measured of a claim and a paper, or a stretch of it; ``None`` where either has no words."""
        held = _statement(claim, paper, span or (0, len(paper.abstract)))
        return self._read(held) if held else None

    @property
    def likeness(self) -> Likeness | None:
        """Likeness of single words, by the quick way."""
        return self._words.alike if self._words else None

    def _read(self, held: _Statement) -> Reading:
        sentences = [held.paper.abstract[a:b] for a, b in held.spans]
        vectors = self._picker.vectors([held.claim, *sentences])
        words = [tokens_of(s) for s in sentences]
        meaning = meaning_of(tokens_of(held.claim), words, vectors[0], vectors[1:], self._words)
        return read(held.claim, held.paper.title, sentences, meaning, self.likeness, held.paper.abstract, held.among)

    def _verdict(self, reading: Reading, paper: Paper, evidence: tuple[Span, ...]) -> Verdict:
        close = self._calibration(reading.values)
        score, reasons = lowered(close, reading), told(reading)
        if close < self._calibration.unsupported_below and not reading.repeated:
            return Verdict("unsupported", score, evidence, (*reasons, _NO_SENTENCE), bool(reasons))
        if reasons:
            support: Support = "unsupported" if is_foreign(reading, paper) else "weak"
            return Verdict(support, score, evidence, reasons, disagrees=True)
        if reading.repeated:
            return Verdict("supported", max(score, self._calibration.supported_from), evidence)
        if score < self._calibration.supported_from:
            return Verdict("weak", score, evidence, ("the abstract says it in other words",))
        return Verdict("supported", score, evidence)


@dataclass(frozen=True)
class _Statement:
    """A claim, the sentences of an abstract, and which of these may be its evidence."""

    claim: str
    paper: Paper
    spans: tuple[Span, ...]
    among: tuple[int, ...]


def _statement(claim: str, paper: Paper, span: Span) -> _Statement | None:
    """Cut an abstract into what a claim is held against; ``None`` where either has no words."""
    cut: list[Span] = []
    among: list[int] = []
    for start, end in statement_spans(paper.abstract):
        within = (max(start, span[0]), min(end, span[1]))
        if within[0] < within[1]:
            among.append(len(cut))
        cut.append(within if within[0] < within[1] else (start, end))
    if not among or not any(t.content for t in tokens_of(claim)):
        return None
    return _Statement(claim, paper, tuple(cut), tuple(among))


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
        if kind in _IN_PAIRS and words:
            reasons.append(_SAID[kind].format(*words))
        else:
            reasons += [_SAID[kind].format(word) for word in words]
    return tuple(reasons)


def disagreements(claim: str, evidence: str, paper: Paper, words: Likeness | None = None) -> tuple[str, ...]:
    """Return what of a claim a piece of evidence does not share, in words."""
    return told(read(claim, paper.title, [evidence], alike(1), words, f"{paper.title} {paper.abstract}"))


def lowered(score: float, reading: Reading) -> float:
    """Return a score less what the disagreements cost, the more the closer the words are."""
    close = reading.values["soft"]
    cost = sum(_COSTS.get(kind, 0.0) * _told_at(close, kind) for kind, words in reading.found.items() if words)
    return sigmoid(logit(score) - cost)


def _told_at(close: float, kind: str) -> float:
    """Return how much a kind of disagreement means where words are so close, from 0 to 1."""
    start = _SOONER.get(kind, _CLOSE_FROM)
    return max(0.0, min(1.0, (close - start) / (_CLOSE_TO - start)))


def is_foreign(reading: Reading, paper: Paper) -> bool:
    """Tell whether a claim names something, or gives a number, that is nowhere in the paper."""
    if reading.found["absent_names"]:
        return True
    whole = tokens_of(f"{paper.title}\n{paper.abstract}")
    held = [t for t in whole if t.kind == "number"]
    absent = [t for t in reading.links.claim if t.kind == "number" and t.text in reading.found["absent_numbers"]]
    return not all(any(same_number(t, other) for other in held) for t in absent)


def find_quote(text: str, paper: Paper, span: Span | None = None) -> Span | None:
    """Return the span of the abstract, or of a stretch of it, that a text repeats word for word, if it does."""
    text = text.strip()
    start = paper.abstract.find(text, *(span or ()))
    return (start, start + len(text)) if text and start >= 0 else None

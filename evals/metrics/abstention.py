"""Whether the product keeps silent when it should, and only then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Outcome:
    """One question: could it be answered, was it declined, was the gap named, was the result right, how sure was it.

    ``confidence`` is ``None`` where no answer was given.
    """

    answerable: bool
    declined: bool
    flagged: bool
    right: bool
    confidence: float | None = None

    @property
    def held_back(self) -> bool:
        """Declined, or answered with the gap named."""
        return self.declined or self.flagged


def _rate(hits: int, total: int) -> float | None:
    return hits / total if total else None


def abstention_precision(outcomes: Sequence[Outcome]) -> float | None:
    """Share of the questions held back that indeed have no answer; ``None`` when none was held back.

    Precision of the class "unanswerable" (SQuAD 2.0's no-answer class, Rajpurkar et al. 2018). Naming a gap that is
    none counts against it.
    """
    held = [o for o in outcomes if o.held_back]
    return _rate(sum(not o.answerable for o in held), len(held))


def abstention_recall(outcomes: Sequence[Outcome]) -> float | None:
    """Share of the unanswerable questions that were held back; ``None`` when there are none (Rajpurkar et al. 2018)."""
    hopeless = [o for o in outcomes if not o.answerable]
    return _rate(sum(o.held_back for o in hopeless), len(hopeless))


def false_answer_rate(outcomes: Sequence[Outcome]) -> float | None:
    """Share of the unanswerable questions that were answered as if they were not.

    A false premise that the text corrects is right and so no false answer.
    """
    hopeless = [o for o in outcomes if not o.answerable]
    return _rate(sum(not o.held_back and not o.right for o in hopeless), len(hopeless))


def false_refusal_rate(outcomes: Sequence[Outcome]) -> float | None:
    """Share of the answerable questions that were declined."""
    fair = [o for o in outcomes if o.answerable]
    return _rate(sum(o.declined for o in fair), len(fair))


def risk_coverage(confidences: Sequence[float | None], errors: Sequence[bool]) -> list[tuple[float, float]]:
    """Return the points (coverage, risk), one for each distinct confidence, surest first.

    Risk is the share of errors among the questions answered at that coverage (El-Yaniv & Wiener 2010; Geifman &
    El-Yaniv 2017). A question without an answer (``None``) comes last and counts as an error there: nobody gains by
    declining everything. Equal confidences enter together.

    Raises:
        ValueError: the two differ in length.
    """
    if len(confidences) != len(errors):
        raise ValueError("a confidence and an error flag are needed for each question")
    sure = np.array([-np.inf if c is None else c for c in confidences], dtype=float)
    wrong = np.array([c is None or bool(e) for c, e in zip(confidences, errors, strict=True)], dtype=float)
    order = np.argsort(-sure, kind="stable")
    ranked = sure[order]
    ends = [*np.flatnonzero(ranked[1:] != ranked[:-1]), len(ranked) - 1] if len(ranked) else []
    risk = np.cumsum(wrong[order])
    return [(float(end + 1) / len(order), float(risk[end]) / float(end + 1)) for end in ends]


def aurc(confidences: Sequence[float | None], errors: Sequence[bool]) -> float:
    """Area under the risk–coverage curve over the whole of 0..1, lower is better (Geifman et al. 2019).

    Between two points the risk is taken to run straight; before the first it is that of the first.

    Raises:
        ValueError: there is no question.
    """
    points = risk_coverage(confidences, errors)
    if not points:
        raise ValueError("there is no question")
    area, at, risk = 0.0, 0.0, points[0][1]
    for coverage, here in points:
        area += (coverage - at) * (risk + here) / 2
        at, risk = coverage, here
    return area

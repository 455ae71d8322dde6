"""What a run of the evals leaves: plain frozen records that the reports, gates and baselines read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from evals.metrics.abstention import Outcome
from evals.rows import ClaimRow, FactRow
from evals.scorers import Score
from rag.answer import Answer

if TYPE_CHECKING:
    from evals.injections import InjectionResult

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Metric:
    """One figure with its 95 % interval.

    ``key`` is the metric's name, with the row type or the variant before it (``fact/right``,
    ``retrieval/ours/recall@1``). ``rows`` holds what each row gave; ``mean`` tells that the figure is their mean.
    """

    key: str
    value: float
    low: float
    high: float
    n: int
    unscored: int = 0
    lower_is_better: bool = False
    mean: bool = True
    rows: Mapping[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON."""
        return {
            "key": self.key, "value": self.value, "low": self.low, "high": self.high, "n": self.n,
            "unscored": self.unscored, "better": "lower" if self.lower_is_better else "higher", "mean": self.mean,
            "rows": dict(self.rows),
        }  # fmt: skip


@dataclass(frozen=True)
class RowResult:
    """One row asked: its answer, the scores and how long it took."""

    row: FactRow
    answer: Answer
    history: tuple[tuple[str, str], ...]
    """The turns before, as ``(role, text)``."""
    milliseconds: float
    scores: tuple[Score, ...]
    outcome: Outcome
    error: str = ""

    def score(self, name: str) -> Score | None:
        """Return the score of that name, if the row has one."""
        return next((s for s in self.scores if s.name == name), None)

    @property
    def right(self) -> bool:
        """Whether the row as a whole is right."""
        score = self.score("right")
        return score is not None and score.value == 1

    @property
    def why(self) -> str:
        """Why the row is right or wrong."""
        score = self.score("right")
        return score.explanation if score else ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON."""
        return {
            "id": self.row.id, "type": self.row.type, "split": self.row.split, "turns": list(self.row.turns),
            "answerable": self.row.answerable, "gold": list(self.row.gold), "right": self.right, "why": self.why,
            "milliseconds": round(self.milliseconds, 2), "confidence": self.outcome.confidence, "error": self.error,
            "scores": {s.name: {"value": s.value, "explanation": s.explanation} for s in self.scores},
            "answer": self.answer.to_dict(),
        }  # fmt: skip


@dataclass(frozen=True)
class ClaimResult:
    """One claim judged by the product's checker and by the baselines."""

    row: ClaimRow
    verdict: str
    score: float
    reasons: tuple[str, ...] = ()
    baselines: Mapping[str, float] = field(default_factory=dict)

    @property
    def said_supported(self) -> bool:
        """Whether the checker passes the claim; ``weak`` does not pass."""
        return self.verdict == "supported"

    @property
    def right(self) -> bool:
        """Whether the verdict is the label."""
        return self.said_supported == self.row.supported

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON."""
        return {
            "id": self.row.id, "paper": self.row.paper, "claim": self.row.claim, "label": self.row.label,
            "operator": self.row.operator, "verdict": self.verdict, "score": self.score, "right": self.right,
            "reasons": list(self.reasons), "baselines": dict(self.baselines),
        }  # fmt: skip


@dataclass(frozen=True)
class LibraryRun:
    """Everything measured on one library."""

    kind: str
    papers: int
    generator: str
    results: tuple[RowResult, ...] = ()
    claims: tuple[ClaimResult, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    """Rows that could not be asked here: ``(id, why)``."""
    metrics: tuple[Metric, ...] = ()
    curve: tuple[tuple[float, float], ...] = ()
    """Risk–coverage points."""
    passages: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Title and text of every passage that an answer was made from, by id."""
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    injections: tuple[InjectionResult, ...] = ()

    def metric(self, key: str) -> Metric | None:
        """Return the metric of that key."""
        return next((m for m in self.metrics if m.key == key), None)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON."""
        return {
            "kind": self.kind, "papers": self.papers, "generator": self.generator, "seconds": round(self.seconds, 2),
            "notes": list(self.notes), "skipped": [{"id": i, "why": why} for i, why in self.skipped],
            "metrics": [m.to_dict() for m in self.metrics], "curve": [list(p) for p in self.curve],
            "rows": [r.to_dict() for r in self.results], "claims": [c.to_dict() for c in self.claims],
            "passages": {i: {"title": t, "text": x} for i, (t, x) in self.passages.items()},
            "injections": [r.to_dict() for r in self.injections],
        }  # fmt: skip


@dataclass(frozen=True)
class GateResult:
    """One gate: the metric must be at least (or at most) the limit. ``cost``: the rows that cost most, with reasons."""

    kind: str
    key: str
    limit: float
    at_most: bool
    value: float | None
    cost: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the figure keeps the gate; one that was not measured does not."""
        if self.value is None:
            return False
        return self.value <= self.limit + 1e-9 if self.at_most else self.value >= self.limit - 1e-9

    @property
    def rule(self) -> str:
        """The gate in words."""
        shown = "not measured" if self.value is None else f"{self.value:.4g}"
        return f"{self.kind} {self.key} = {shown}, {'at most' if self.at_most else 'at least'} {self.limit:g}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON."""
        return {
            "kind": self.kind, "key": self.key, "limit": self.limit, "at_most": self.at_most, "value": self.value,
            "passed": self.passed, "cost": list(self.cost),
        }  # fmt: skip


@dataclass(frozen=True)
class Report:
    """A whole run over one or more libraries."""

    runs: tuple[LibraryRun, ...]
    notes: tuple[str, ...] = ()
    gates: tuple[GateResult, ...] = ()
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether every gate is kept."""
        return all(g.passed for g in self.gates)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON."""
        return {
            "schema_version": SCHEMA_VERSION, "passed": self.passed, "seconds": round(self.seconds, 2),
            "notes": list(self.notes), "gates": [g.to_dict() for g in self.gates],
            "runs": [r.to_dict() for r in self.runs],
        }  # fmt: skip

"""What is measured on foreign data sets, with intervals, throughput and each row's own result."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from evals.datasets import AnswerSet
from evals.grounding import Checker, Pair, baseline_metrics, class_metrics
from evals.metrics.abstention import aurc
from evals.metrics.binary import auc
from evals.metrics.latency import percentile, throughput
from evals.metrics.ranking import hit_in_first
from evals.results import Metric
from evals.retrieval import DEPTH, Query, Search, score_query
from evals.summary import mean_metric, pooled_metric

if TYPE_CHECKING:
    from ingest.pipeline import Progress


class Picker(Protocol):
    """What is needed of ``rag.retrieval.picker``'s sentence picker."""

    def score(self, question: str, title: str, sentences: list[str]) -> list[float]:
        """Score each sentence, higher is better."""


@dataclass(frozen=True)
class Foreign:
    """A foreign set measured: metrics, rows, and how fast it went."""

    name: str
    metrics: tuple[Metric, ...]
    rows: tuple[Mapping[str, Any], ...]
    per_second: float
    p95_ms: float | None
    notes: tuple[str, ...] = field(default=())

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON; what each row gave stands with the row."""
        metrics = [{k: v for k, v in m.to_dict().items() if k != "rows"} for m in self.metrics]
        return {
            "name": self.name, "metrics": metrics, "rows": [dict(r) for r in self.rows],
            "per_second": self.per_second, "p95_ms": self.p95_ms, "notes": list(self.notes),
        }  # fmt: skip


def _grouped(prefix: str, rows: Mapping[str, float], groups: Mapping[str, str]) -> list[Metric]:
    """Return the mean of all rows and, where there are several groups, of each."""
    metrics = [mean_metric(prefix, rows)] if rows else []
    names = sorted({groups[i] for i in rows})
    if len(names) > 1:
        metrics += [mean_metric(f"{n}/{prefix}", {i: v for i, v in rows.items() if groups[i] == n}) for n in names]
    return metrics


def run_retrieval(queries: Sequence[Query], searches: Mapping[str, Search], progress: Progress) -> Foreign:
    """Measure retrievers on a set; the rows and the throughput are those of the first."""
    metrics: list[Metric] = []
    rows: list[Mapping[str, Any]] = []
    times: list[float] = []
    for place, (name, search) in enumerate(searches.items()):
        scores: dict[str, dict[str, float]] = {}
        for done, query in enumerate(queries, 1):
            started = time.perf_counter()
            ranked = list(search(query.text, DEPTH))
            if place == 0:
                times.append(time.perf_counter() - started)
            found = score_query(query, ranked)
            for metric, value in found.items():
                scores.setdefault(metric, {})[query.id] = value
            if place == 0:
                rows.append({"id": query.id, "query": query.text, "ranked": ranked, **found})
            progress(name, done, len(queries))
        metrics += [mean_metric(f"retrieval/{name}/{metric}", values) for metric, values in scores.items()]
    return Foreign("retrieval", tuple(metrics), tuple(rows), throughput(len(times), sum(times)), _p95(times))


def _p95(seconds: Sequence[float]) -> float | None:
    return percentile([1000 * s for s in seconds], 95)


def run_grounding(
    pairs: Sequence[Pair], checker: Checker, baselines: Mapping[str, Callable[[Pair], float]], progress: Progress
) -> Foreign:
    """Measure the checker on pairs, and the baselines beside it."""
    rows: list[dict[str, Any]] = []
    times: list[float] = []
    for done, pair in enumerate(pairs, 1):
        started = time.perf_counter()
        verdict = checker.check(pair.claim, pair.paper)
        times.append(time.perf_counter() - started)
        rows.append(
            {
                "id": pair.id,
                "label": "supported" if pair.supported else "unsupported",
                "verdict": verdict.support,
                "score": verdict.score,
                "right": (verdict.support == "supported") == pair.supported,
                "reasons": list(verdict.reasons),
                "group": pair.group,
                **{name: score(pair) for name, score in baselines.items()},
            }
        )
        progress("claims", done, len(pairs))
    ids, truth = [str(n) for n in range(len(pairs))], [p.supported for p in pairs]
    said = [r["verdict"] == "supported" for r in rows]
    metrics = class_metrics("ours", ids, [r["score"] for r in rows], said, truth)
    for name in baselines:
        metrics += baseline_metrics(name, ids, [r[name] for r in rows], truth)
    return Foreign("grounding", tuple(metrics), tuple(rows), throughput(len(pairs), sum(times)), _p95(times))


def run_answers(sets: Sequence[AnswerSet], picker: Picker, progress: Progress) -> Foreign:
    """Measure the sentence picker: answer ranked first or in the first three, and telling answerable from not."""
    rows: list[dict[str, Any]] = []
    times: list[float] = []
    for done, item in enumerate(sets, 1):
        started = time.perf_counter()
        scores = [float(s) for s in picker.score(item.question, item.title, list(item.sentences))]
        times.append(time.perf_counter() - started)
        ranked = [int(i) for i in np.argsort(-np.asarray(scores), kind="stable")]
        row: dict[str, Any] = {"id": item.id, "answerable": bool(item.answers), "confidence": max(scores)}
        row |= {"ranked": ranked, "scores": scores, "group": item.group}
        if item.answers:
            row |= {f"first_{k}": hit_in_first(ranked, item.answers, k) for k in (1, 3)}
        rows.append(row)
        progress("questions", done, len(sets))
    metrics = _answer_metrics(rows)
    return Foreign("answers", metrics, tuple(rows), throughput(len(sets), sum(times)), _p95(times))


def _answer_metrics(rows: Sequence[Mapping[str, Any]]) -> tuple[Metric, ...]:
    """Return the picker's metrics; an unanswerable question answered with any sentence is an error of ``aurc``."""
    ids = [str(n) for n in range(len(rows))]
    groups = {i: r["group"] for i, r in zip(ids, rows, strict=True)}
    answerable = {i: r for i, r in zip(ids, rows, strict=True) if r["answerable"]}
    metrics = [
        m
        for k in (1, 3)
        for m in _grouped(f"answer_in_first_{k}", {i: r[f"first_{k}"] for i, r in answerable.items()}, groups)
    ]
    sure = [float(r["confidence"]) for r in rows]
    truth = [bool(r["answerable"]) for r in rows]
    wrong = [r.get("first_1", 0.0) < 1 for r in rows]
    none: Mapping[str, float] = {}
    pooled = [
        pooled_metric("answerable_auc", ids, lambda c: auc([sure[i] for i in c], [truth[i] for i in c]), none),
        pooled_metric("aurc", ids, lambda c: aurc([sure[i] for i in c], [wrong[i] for i in c]), none),
    ]
    return (*metrics, *(m for m in pooled if m is not None))

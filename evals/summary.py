"""From scored rows to metrics: per type and overall, each with its interval."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from evals.metrics.abstention import (
    Outcome,
    abstention_precision,
    abstention_recall,
    aurc,
    false_answer_rate,
    false_refusal_rate,
    risk_coverage,
)
from evals.metrics.intervals import bootstrap, bootstrap_mean
from evals.metrics.latency import percentile
from evals.results import Metric, RowResult
from evals.scorers import CATALOGUE_TYPES

LOWER_IS_BETTER = frozenset(
    {
        "answer_words",
        "aurc",
        "false_answer",
        "false_refusal",
        "latency_p50_ms",
        "latency_p95_ms",
        "error",
        "shown_wrong",
    }
)


def mean_metric(key: str, rows: Mapping[str, float], unscored: int = 0) -> Metric:
    """Return the mean of what rows gave.

    Raises:
        ValueError: there is no row.
    """
    found = bootstrap_mean(list(rows.values()))
    lower = bool(LOWER_IS_BETTER & set(key.split("/")))
    return Metric(key, found.value, found.low, found.high, found.n, unscored, lower, True, dict(rows))


def pooled_metric(
    key: str, ids: Sequence[str], figure: Callable[[Sequence[int]], float | None], cost: Mapping[str, float]
) -> Metric | None:
    """Return a figure of all rows together; ``cost`` is what each row gives towards it. ``None`` when undefined."""
    found = bootstrap(len(ids), figure)
    if found is None:
        return None
    lower = bool(LOWER_IS_BETTER & set(key.split("/")))
    return Metric(key, found.value, found.low, found.high, found.n, 0, lower, False, dict(cost))


def _means(prefix: str, results: Sequence[RowResult]) -> list[Metric]:
    names = dict.fromkeys(s.name for r in results for s in r.scores)
    metrics = []
    for name in names:
        scores = {r.row.id: s.value for r in results if (s := r.score(name)) is not None}
        known = {i: v for i, v in scores.items() if v is not None}
        if known:
            metrics.append(mean_metric(prefix + name, known, len(scores) - len(known)))
        else:
            metrics.append(Metric(prefix + name, float("nan"), float("nan"), float("nan"), 0, len(scores)))
    return metrics


_RATES: Mapping[str, Callable[[Sequence[Outcome]], float | None]] = {
    "abstention_precision": abstention_precision,
    "abstention_recall": abstention_recall,
    "false_answer": false_answer_rate,
    "false_refusal": false_refusal_rate,
}


def _cost(name: str, outcome: Outcome) -> float | None:
    """Return what one outcome gives to an abstention rate, ``None`` where it is not counted there."""
    return _RATES[name]([outcome])


def _abstention(results: Sequence[RowResult]) -> list[Metric | None]:
    ids, outcomes = [r.row.id for r in results], [r.outcome for r in results]
    metrics: list[Metric | None] = []
    for name, rate in _RATES.items():
        cost = {i: c for i, o in zip(ids, outcomes, strict=True) if (c := _cost(name, o)) is not None}

        def figure(chosen: Sequence[int], rate: Callable[[Sequence[Outcome]], float | None] = rate) -> float | None:
            return rate([outcomes[i] for i in chosen])

        metrics.append(pooled_metric(name, ids, figure, cost))
    return [*metrics, _area(results)]


def _ranked(results: Sequence[RowResult]) -> list[RowResult]:
    """Return the rows that papers answer or fail to answer: small talk and counts have nothing to be sure of."""
    return [r for r in results if r.row.type not in CATALOGUE_TYPES | {"small_talk"}]


def _area(results: Sequence[RowResult]) -> Metric | None:
    chosen = _ranked(results)
    sure, wrong = [r.outcome.confidence for r in chosen], [not r.right for r in chosen]
    return pooled_metric(
        "aurc",
        [r.row.id for r in chosen],
        lambda picked: aurc([sure[i] for i in picked], [wrong[i] for i in picked]),
        {r.row.id: float(not r.right) for r in chosen},
    )


def _latency(results: Sequence[RowResult]) -> list[Metric | None]:
    ids, times = [r.row.id for r in results], [r.milliseconds for r in results]
    cost = dict(zip(ids, times, strict=True))

    def at(q: int) -> Metric | None:
        return pooled_metric(f"latency_p{q}_ms", ids, lambda chosen: percentile([times[i] for i in chosen], q), cost)

    return [at(50), at(95)]


def summarise(results: Sequence[RowResult]) -> tuple[Metric, ...]:
    """Return every metric of the answers: overall first, then per type (``type/name``)."""
    metrics = _means("", results)
    metrics += [m for m in (*_abstention(results), *_latency(results)) if m is not None]
    for kind in dict.fromkeys(r.row.type for r in results):
        metrics += _means(f"{kind}/", [r for r in results if r.row.type == kind])
    return tuple(metrics)


def curve_of(results: Sequence[RowResult]) -> tuple[tuple[float, float], ...]:
    """Return the risk–coverage curve of the answers that rest on papers."""
    chosen = _ranked(results)
    return tuple(risk_coverage([r.outcome.confidence for r in chosen], [not r.right for r in chosen]))

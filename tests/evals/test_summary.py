from __future__ import annotations

from dataclasses import replace

from evals.scorers import Score
from evals.summary import summarise
from tests.evals.making import ALPHA, BETA, answered, declined, fact, library_run, result

ABSENT = fact(id="r3", type="absent", gold=(), nuggets=(), answerable=False)


def test_metrics_overall_and_per_type():
    run = library_run(
        result(fact(), answered(ALPHA)), result(fact(id="r2", type="typo"), answered(BETA)), result(ABSENT, declined())
    )
    right, typo = run.metric("right"), run.metric("typo/right")
    assert right is not None
    assert typo is not None
    assert (right.value, right.n, dict(right.rows)) == (2 / 3, 3, {"r1": 1, "r2": 0, "r3": 1})
    assert right.low <= right.value <= right.high
    assert typo.value == 0
    found = run.metric("false_answer")
    assert found is not None
    assert (found.value, found.lower_is_better, found.mean) == (0, True, False)


def test_a_query_that_found_nothing_counts_as_zero():
    empty = answered(ALPHA, sources=(), citations=())
    metric = library_run(result(fact(), empty), result(fact(id="r2"), answered(ALPHA))).metric("recall@10")
    assert metric is not None
    assert (metric.value, metric.n) == (0.5, 2)


def test_unscored_rows_are_counted_and_left_out():
    good = result(fact(), answered(ALPHA))
    other = result(fact(id="r2"), answered(ALPHA))
    blank = replace(other, scores=(Score("right", 1.0), Score("supported_share", None, "no checker")))
    metric = next(m for m in summarise([good, blank]) if m.key == "supported_share")
    assert (metric.value, metric.n, metric.unscored) == (1, 1, 1)
    only = next(m for m in summarise([blank]) if m.key == "supported_share")
    assert (only.n, only.unscored) == (0, 1)


def test_latency_is_pooled():
    run = library_run(*(result(fact(id=f"r{n}"), answered(ALPHA), float(n)) for n in range(101)))
    p50, p95 = run.metric("latency_p50_ms"), run.metric("latency_p95_ms")
    assert p50 is not None
    assert p95 is not None
    assert (p50.value, p95.value) == (50, 95)
    assert p95.lower_is_better

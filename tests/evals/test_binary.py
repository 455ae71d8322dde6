from __future__ import annotations

import pytest

from evals.metrics.binary import auc, balanced_accuracy, best_threshold, error_rate
from evals.metrics.latency import percentile, throughput


def test_auc():
    assert auc([0.9, 0.8, 0.1], [True, True, False]) == 1
    assert auc([0.1, 0.9], [True, False]) == 0
    assert auc([0.5, 0.5], [True, False]) == 0.5
    assert auc([0.9, 0.3, 0.5, 0.1], [True, True, False, False]) == 0.75
    assert auc([0.1], [True]) is None
    with pytest.raises(ValueError, match="each row"):
        auc([0.1], [True, False])


def test_balanced_accuracy_is_not_fooled_by_a_large_class():
    truth = [True] * 9 + [False]
    assert balanced_accuracy([True] * 10, truth) == 0.5
    assert balanced_accuracy(truth, truth) == 1
    assert balanced_accuracy([not t for t in truth], truth) == 0
    assert balanced_accuracy([True], [True]) is None


def test_best_threshold():
    scores, truth = [0.1, 0.4, 0.35, 0.8], [False, False, True, True]
    threshold = best_threshold(scores, truth)
    assert balanced_accuracy([s >= threshold for s in scores], truth) == 0.75
    assert best_threshold([0.1, 0.2], [False, True]) == 0.2
    with pytest.raises(ValueError, match="both classes"):
        best_threshold([0.1], [True])


def test_error_rate():
    assert error_rate([True, False], [True, True]) == 0.5
    assert error_rate([], []) is None


def test_percentiles():
    assert percentile([1, 2, 3], 50) == 2
    assert percentile([0, 100], 95) == 95
    assert percentile([], 50) is None


def test_throughput():
    assert throughput(10, 2) == 5
    assert throughput(10, 0) == 0

from __future__ import annotations

import math

import pytest

from evals.metrics.ranking import hit_in_first, ndcg_at_k, recall_at_k, reciprocal_rank


@pytest.mark.parametrize(
    ("ranked", "gold", "k", "expected"),
    [
        (["a", "b"], ["a"], 1, 1.0),
        (["b", "a"], ["a"], 1, 0.0),
        (["b", "a"], ["a"], 5, 1.0),
        (["a", "c"], ["a", "b"], 5, 0.5),
        ([], ["a"], 10, 0.0),
        (["b", "b", "b", "a"], ["a"], 2, 1.0),
    ],
)
def test_recall_counts_the_right_papers_in_the_first_k(ranked, gold, k, expected):
    assert recall_at_k(ranked, gold, k) == expected


def test_recall_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        recall_at_k(["a"], [], 1)


def test_reciprocal_rank_is_of_the_first_right_paper():
    assert reciprocal_rank(["x", "a", "b"], ["a", "b"]) == 0.5
    assert reciprocal_rank(["x", "y"], ["a"]) == 0.0
    assert reciprocal_rank(["x", "y", "a"], ["a"], k=2) == 0.0
    assert reciprocal_rank([], ["a"]) == 0.0


def test_ndcg_is_one_for_the_best_order_only():
    grades = {"a": 3.0, "b": 1.0}
    assert ndcg_at_k(["a", "b"], grades) == pytest.approx(1)
    worse = (1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3))
    assert ndcg_at_k(["b", "a"], grades) == pytest.approx(worse)
    assert ndcg_at_k(["x", "y"], grades) == 0.0
    assert ndcg_at_k([], grades) == 0.0


def test_ndcg_counts_right_papers_that_were_not_found():
    assert ndcg_at_k(["a"], {"a": 1.0, "b": 1.0}) < 1


def test_ndcg_looks_no_deeper_than_k():
    assert ndcg_at_k(["x", "a"], {"a": 1.0}, k=1) == 0.0


def test_ndcg_needs_something_relevant():
    with pytest.raises(ValueError, match="above 0"):
        ndcg_at_k(["a"], {"a": 0.0})


def test_a_repeated_paper_gains_once():
    assert ndcg_at_k(["a", "a"], {"a": 1.0, "b": 1.0}) == pytest.approx(1 / (1 + 1 / math.log2(3)))


def test_hit_in_first():
    assert hit_in_first([2, 0], {0}, 1) == 0.0
    assert hit_in_first([2, 0], {0}, 3) == 1.0
    assert hit_in_first([], {0}, 3) == 0.0

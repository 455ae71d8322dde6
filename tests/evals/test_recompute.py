from __future__ import annotations

import pytest

from evals.recompute import CannotRecompute, recompute
from tests.evals.making import ALPHA, BETA, PAPERS


@pytest.mark.parametrize(
    ("where", "ids"),
    [
        ({}, ("a", "b", "g")),
        ({"digest": "002"}, ("a", "b")),
        ({"digest": "002_oct"}, ("a", "b")),
        ({"digests_min": 2}, ("a",)),
        ({"published_after": "2024-05-06"}, ("b",)),
        ({"published_before": "2024-05-06"}, ("a",)),
        ({"published_year": 2023}, ("a",)),
        ({"has_code": True}, ("a",)),
        ({"has_code": False}, ("b", "g")),
        ({"authors_min": 6}, ("b",)),
        ({"authors_max": 5}, ("a",)),
        ({"title_contains": "PRUNING"}, ("b",)),
        ({"digest": "002", "authors_min": 9, "published_after": "2024-01-01"}, ("b",)),
    ],
)
def test_conditions(where, ids):
    assert recompute({"op": "list", "where": where}, PAPERS).paper_ids == ids
    assert recompute({"op": "count", "where": where}, PAPERS).values == (str(len(ids)),)


def test_extremes_hold_every_paper_that_ties():
    assert recompute({"op": "max", "field": "authors"}, PAPERS).paper_ids == ("b",)
    assert recompute({"op": "min", "field": "published"}, PAPERS).values == ("2023-02-03",)
    twins = [ALPHA, BETA, ALPHA]
    assert recompute({"op": "min", "field": "comments"}, twins).paper_ids == ("a", "a")


def test_a_date_without_a_year_is_never_an_extreme():
    assert recompute({"op": "max", "field": "published"}, PAPERS).paper_ids == ("b",)
    assert recompute({"op": "value", "paper": "gamma survey", "field": "published"}, PAPERS).values == ("--08-01",)


def test_values_and_digests():
    assert recompute({"op": "value", "paper": BETA.title, "field": "comments"}, PAPERS).values == ("7",)
    assert recompute({"op": "value", "paper": "Gamma Survey", "field": "authors"}, PAPERS).values == ()
    assert recompute({"op": "digests_of", "paper": ALPHA.title}, PAPERS).values == ("002_oct", "003_mar")


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"op": "sum"},
        {"op": "count", "where": {"colour": "red"}},
        {"op": "count", "where": {"digest": "009"}},
        {"op": "max", "field": "pages"},
        {"op": "max", "field": "authors", "where": {"title_contains": "gamma"}},
        {"op": "value", "paper": "Delta", "field": "authors"},
        {"op": "value", "paper": ALPHA.title, "field": "pages"},
    ],
)
def test_what_cannot_be_computed_is_said(spec):
    with pytest.raises(CannotRecompute):
        recompute(spec, PAPERS)

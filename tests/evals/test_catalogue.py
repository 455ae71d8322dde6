from __future__ import annotations

import pytest

from evals.catalogue import catalogue_score, numbers_said, papers_named, spellings
from evals.recompute import recompute
from tests.evals.making import ALPHA, BETA, GAMMA, PAPERS, SHELF, answered, computed, declined

COUNT = {"op": "count", "where": {"digest": "002"}}
LIST = {"op": "list", "where": {"digest": "002"}}


def score(spec, answer):
    return catalogue_score(recompute(spec, PAPERS), answer, SHELF.papers)[0]


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        (computed("2", text="There are 2 papers."), 1),
        (computed("2", text="There are two of 3 papers."), 1),
        (computed("3", text="There are 3 papers, 2 of them in October."), 0),
        (computed("2", text="There are some."), 0),
        (answered(text="There are 2 of 3."), 1),
        (answered(text="Of 3, there are 2."), 0),
        (answered(text="It is said [2]."), 0),
        (declined(), 0),
    ],
)
def test_counts(answer, right):
    assert score(COUNT, answer) == right


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        (computed("2", ALPHA, BETA), 1),
        (answered(ALPHA, BETA), 1),
        (answered(ALPHA, BETA, GAMMA), 0),
        (answered(ALPHA), 0),
        (computed("2", ALPHA, BETA, text="For instance Alpha: Merging Models"), 1),
        (computed("2", ALPHA, BETA, text="Gamma Survey"), 0),
        (computed("2", ALPHA, BETA, text="Two."), 0),
        (declined(), 0),
    ],
)
def test_lists(answer, right):
    assert score(LIST, answer) == right


def test_extremes():
    spec = {"op": "max", "field": "authors"}
    assert score(spec, computed("9", BETA)) == 1
    assert score(spec, computed("5", ALPHA)) == 0
    assert score(spec, computed("9", BETA, text="Beta Pruning has 9, before Alpha: Merging Models")) == 1


def test_values():
    spec = {"op": "value", "paper": ALPHA.title, "field": "published"}
    assert score(spec, answered(text="On Feb 3, 2023.")) == 1
    assert score(spec, answered(text="On 2023-02-03.")) == 1
    assert score(spec, answered(text="On Feb 4, 2023.")) == 0
    comments = {"op": "value", "paper": BETA.title, "field": "comments"}
    assert score(comments, answered(text="It has 7 comments.")) == 1
    assert score(comments, answered(text="It has 17 comments [7].")) == 0


def test_a_value_that_is_not_known_must_be_said_to_be_so():
    spec = {"op": "value", "paper": GAMMA.title, "field": "authors"}
    assert score(spec, declined()) == 1
    assert score(spec, answered(text="It has 4.")) == 0


def test_digests():
    spec = {"op": "digests_of", "paper": ALPHA.title}
    assert score(spec, answered(text="In 002_oct and 003_mar.")) == 1
    assert score(spec, answered(text="In those of Oct 31, 2025 and 14 March.")) == 1
    assert score(spec, answered(text="In 002.")) == 0


def test_numbers_in_words():
    assert numbers_said("Two of 14 papers [3], 2.5 each, none in the 3rd; no one") == [2, 14, 0, 0, 1]


def test_dates():
    assert "3 February 2023" in spellings("2023-02-03")
    assert "Mar 14" in spellings("--03-14")
    assert spellings("some day") == ("some day",)


def test_a_title_inside_a_longer_one_is_not_named_by_it():
    papers = {p.paper_id: p for p in (BETA, GAMMA)}
    longer = type(BETA)("l", "Beta Pruning Again", "x")
    assert papers_named(answered(text="See Beta Pruning Again."), papers | {"l": longer}) == {"l"}

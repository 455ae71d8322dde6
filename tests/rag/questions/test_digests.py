from __future__ import annotations

from dataclasses import replace

import pytest

from rag.questions.digests import named_digests, without_digests
from tests.support.shelf import ALPHA, BETA, SHELF

NAMED = [
    ("Which papers are in the digest 001_alpha?", [ALPHA]),
    ("what does 002_BETA hold", [BETA]),
    ("Which papers are in digest 2?", [BETA]),
    ("papers of digest no. 1", [ALPHA]),
    ("papers of digest number 2", [BETA]),
    ("What is in the 002 digest?", [BETA]),
    ("is it in 002?", [BETA]),
    ("digests 1 and 2", [ALPHA, BETA]),
    ("in digest 1 or digest 2", [ALPHA, BETA]),
    ("in 001 and in 002", [ALPHA, BETA]),
    ("the Oct 31 digest", [BETA]),
    ("the digest of October 31st", [BETA]),
    ("papers of 31 October on merging", [BETA]),
    ("the 2025-10-31 digest", [BETA]),
    ("the October digest", [BETA]),
    ("the March 2025 digest", [ALPHA]),
    ("both the October and the March digest", [BETA, ALPHA]),
    ("the March and October digests", [ALPHA, BETA]),
    ("the March digest is bigger than the October one", [ALPHA, BETA]),
    ("the March paper is newer than the October one", [ALPHA]),
    ("List the October papers", [BETA]),
    ("the May papers", []),
    ("the October 2025 papers", []),
    ("the first digest", [ALPHA]),
    ("the second digest", [BETA]),
    ("the latest digest", [BETA]),
    ("the last digest", [BETA]),
    ("the oldest digest", [ALPHA]),
    ("the largest digest", [ALPHA]),
    ("the smallest digest", [BETA]),
    ("published on 31 October 2025", []),
    ("published before 31 October 2025", []),
    ("since Oct 31", []),
    ("What does the paper say about October?", []),
    ("digests of RNA", []),
    ("a threshold of 0.5 or 002.5", []),
    ("the digest", []),
    ("papers with 2 authors", []),
    ("the fifth digest", []),
]


@pytest.mark.parametrize(("text", "digests"), NAMED)
def test_digests_are_read_however_they_are_named(text: str, digests: list[str]) -> None:
    assert [named.digest for named in named_digests(text, SHELF) if named.known] == digests


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("digest 7", "7"),
        ("the April digest", "April"),
        ("the digest of May 5", "May 5"),
        ("October 2024 digest", "October 2024"),
    ],
)
def test_a_digest_that_is_not_there_is_known_to_be_unknown(text: str, said: str) -> None:
    (named,) = named_digests(text, SHELF)
    assert (named.digest, named.known) == (said, False)


@pytest.mark.parametrize("text", ["in digest 1 but not in digest 2", "papers of 001, not of 002"])
def test_a_digest_that_is_ruled_out_is_marked(text: str) -> None:
    inside, outside = named_digests(text, SHELF)
    assert (inside.digest, inside.negated) == (ALPHA, False)
    assert (outside.digest, outside.negated) == (BETA, True)


def test_a_day_that_two_digests_print_names_neither() -> None:
    twin = tuple(replace(a, digest="003_gamma") for a in SHELF[2].appearances)
    papers = [*SHELF, replace(SHELF[2], paper_id="twin", appearances=twin)]
    assert named_digests("the Oct 31 digest", papers) == ()


def test_names_without_numbers_have_none() -> None:
    papers = [replace(SHELF[0], appearances=tuple(replace(a, digest="weekly") for a in SHELF[0].appearances))]
    assert [n.digest for n in named_digests("the Weekly one", papers)] == ["weekly"]
    assert named_digests("digest 7", papers) == ()
    assert named_digests("digest 7", []) == ()


def test_what_names_digests_is_cut_out() -> None:
    assert without_digests("papers of 002_beta on frogs in the Oct 31 digest", SHELF).split() == (
        "papers of on frogs in the digest".split()
    )


def test_of_two_months_beside_each_other_the_one_without_a_digest_is_known_to_be_unknown() -> None:
    found = named_digests("both the August and the March digest", SHELF)
    assert [(named.digest, named.known) for named in found] == [("August", False), (ALPHA, True)]


def test_papers_of_a_month_are_those_of_its_digest_only_where_no_paper_is_of_that_month() -> None:
    october = replace(SHELF[0], appearances=(replace(SHELF[0].appearances[0], published="--10-02"),))
    assert [named.digest for named in named_digests("the October papers", SHELF)] == [BETA]
    assert named_digests("the October papers", [*SHELF[1:], october]) == ()

from __future__ import annotations

from typing import Any

import pytest

from ingest.errors import UsageError
from rag.questions.filters import Filters, filter_words
from tests.support.shelf import ALPHA, BETA, BREAD, FROG, NAKED, POND, QUANT_A, QUANT_B, SHELF, paper, seen


def test_no_filter_admits_every_paper() -> None:
    assert not Filters()
    assert all(Filters().admit(p) for p in SHELF)
    assert Filters.of(None) == Filters.of({}) == Filters.of({"digest": "", "has_code": None}) == Filters()


def test_a_digest_admits_the_papers_that_stand_in_it() -> None:
    assert Filters(digest=ALPHA).admit(FROG)
    assert not Filters(digest=BETA).admit(FROG)
    assert Filters(digest=ALPHA).admit(POND)
    assert Filters(digest=BETA).admit(POND)


def test_the_first_day_is_in_and_the_last_is_not() -> None:
    day = FROG.published
    assert Filters(published_after=day).admit(FROG)
    assert not Filters(published_after="2024-05-02").admit(FROG)
    assert not Filters(published_before=day).admit(FROG)
    assert Filters(published_before="2024-05-02").admit(FROG)
    assert Filters(published_after="2024-05-01", published_before="2024-05-02").admit(FROG)


@pytest.mark.parametrize("undated", [NAKED, QUANT_B])
def test_a_paper_whose_date_or_year_is_unknown_passes_no_date(undated: object) -> None:
    (p,) = [p for p in SHELF if p == undated]
    assert not Filters(published_after="1900-01-01").admit(p)
    assert not Filters(published_before="2999-01-01").admit(p)


def test_an_inferred_year_counts_as_a_date() -> None:
    assert Filters(published_after="2025-09-02").admit(BREAD)


def test_code_means_a_link_to_a_repository() -> None:
    page = paper("Page", "See https://project.example/page for a demo.", seen(ALPHA))
    assert Filters(has_code=True).admit(QUANT_A)
    assert not Filters(has_code=True).admit(page)
    assert Filters(has_code=False).admit(page)
    assert not Filters(has_code=False).admit(QUANT_A)
    assert [p for p in SHELF if Filters(has_code=True).admit(p)] == [FROG, QUANT_A]


def test_all_conditions_must_hold() -> None:
    assert [p for p in SHELF if Filters(digest=BETA, has_code=True).admit(p)] == [QUANT_A]
    assert not Filters(digest=ALPHA, has_code=True, published_after="2025-01-01").admit(FROG)


def test_an_unknown_filter_is_named_with_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"'author'.*digest, published_after"):
        Filters.of({"author": "Smith"})


@pytest.mark.parametrize("value", ["2024", "2024-13-01", "yesterday", "2024-02-30", "20240101", "2024-W05-1", 20240101])
@pytest.mark.parametrize("name", ["published_after", "published_before"])
def test_what_is_no_date_is_refused(name: str, value: Any) -> None:
    with pytest.raises(UsageError, match=name):
        Filters.of({name: value})


@pytest.mark.parametrize("value", ["yes", "no", 1, "true"])
def test_a_value_of_the_wrong_kind_is_refused_rather_than_admitting_nothing(value: Any) -> None:
    with pytest.raises(UsageError, match="has_code"):
        Filters.of({"has_code": value})


def test_what_the_caller_gave_goes_before_what_the_question_states() -> None:
    given, stated = Filters(digest=ALPHA), Filters(digest=BETA, published_after="2024-01-01")
    assert given.merged(stated) == Filters(digest=ALPHA, published_after="2024-01-01")
    assert Filters(has_code=False).merged(Filters(has_code=True)).has_code is False
    assert Filters().merged(Filters()) == Filters()


def test_filters_are_given_back_as_they_were_given() -> None:
    told = {"digest": BETA, "published_after": "2024-01-01", "published_before": "2025-01-01", "has_code": False}
    assert Filters.of(told).to_dict() == told


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        (Filters(digest=BETA), "in the digest 002_beta"),
        (Filters(published_after="2024-01-01"), "dated 2024-01-01 or later"),
        (Filters(published_before="2024-01-01"), "dated before 2024-01-01"),
        (Filters(published_after="2023-01-01", published_before="2024-01-01"), "dated 2023"),
        (Filters(published_after="2022-01-01", published_before="2024-01-01"), "dated 2022 to 2023"),
        (Filters(published_after="2024-05-01", published_before="2024-06-01"), "dated in May 2024"),
        (Filters(published_after="2023-12-01", published_before="2024-01-01"), "dated in December 2023"),
        (Filters(published_after="2024-05-15", published_before="2024-05-16"), "dated 2024-05-15"),
        (Filters(published_after="2024-05-15", published_before="2024-06-16"), "dated 2024-05-15 to 2024-06-15"),
        (Filters(has_code=True), "with a link to code"),
        (Filters(has_code=False), "without a link to code"),
        (Filters(digest=BETA, has_code=True), "in the digest 002_beta, with a link to code"),
        (Filters(), ""),
    ],
)
def test_filters_are_said_in_words(filters: Filters, words: str) -> None:
    assert filter_words(filters) == words

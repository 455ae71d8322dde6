from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.paper import Paper
from rag import Assistant
from rag.catalogue import enumerated
from rag.catalogue.ranking import read_ranking
from rag.questions.filters import Filters
from tests.support.counting import DATED, authors, counted, having
from tests.support.shelf import (
    ALPHA,
    BETA,
    BREAD,
    FROG,
    MERGE_A,
    MERGE_B,
    NAKED,
    POND,
    QUANT_A,
    QUANT_B,
    SHELF,
    TIDE,
    WIND,
    bag,
    fill,
    paper,
    seen,
    settings_in,
)


@pytest.mark.parametrize(
    ("question", "expected", "unknown"),
    [
        ("How many papers are there?", having(lambda p: True), 0),
        ("How many papers have 4 authors?", having(lambda p: authors(p) == 4), 1),
        ("How many papers have a single author?", having(lambda p: authors(p) == 1), 1),
        ("How many papers have more than five authors?", having(lambda p: authors(p) > 5), 1),
        ("How many papers have at least 5 authors?", having(lambda p: authors(p) >= 5), 1),
        ("How many papers have 5 or more authors?", having(lambda p: authors(p) >= 5), 1),
        ("How many papers have fewer than 3 authors?", having(lambda p: 0 <= authors(p) < 3), 1),
        ("How many papers have at most 2 authors?", having(lambda p: 0 <= authors(p) <= 2), 1),
        ("How many papers are in digest 1?", having(lambda p: ALPHA in p.digests), 0),
        ("How many papers are in the Oct 31 digest?", having(lambda p: BETA in p.digests), 0),
        ("How many papers stand in more than one digest?", having(lambda p: len(p.digests) > 1), 0),
        ("How many papers come with code?", having(lambda p: bool(p.links)), 0),
        ("How many papers have no code?", having(lambda p: not p.links), 0),
        ("How many papers are dated since 2024?", having(lambda p: p in DATED and p.published >= "2024"), 3),
        ("How many papers were published before 2024?", having(lambda p: p in DATED and p.published < "2024"), 3),
        ("How many papers were published in 2024?", having(lambda p: p in DATED and p.published[:4] == "2024"), 3),
        ("How many papers are from 2023?", having(lambda p: p in DATED and p.published[:4] == "2023"), 3),
        ("How many papers are dated 2024?", having(lambda p: p in DATED and p.published[:4] == "2024"), 3),
        ("How many papers in digest 2 have code?", having(lambda p: BETA in p.digests and bool(p.links)), 0),
        ("How many papers are about quantization?", {QUANT_A.title, QUANT_B.title}, 0),
        ("How many papers on merging are in digest 2?", {MERGE_A.title, MERGE_B.title}, 0),
        ("Thanks, and how many papers are there?", having(lambda p: True), 0),
    ],
)
def test_a_count_is_that_of_the_whole_catalogue(
    assistant: Assistant, question: str, expected: set[str], unknown: int
) -> None:
    answer = assistant.ask(question)
    assert counted(answer) == expected
    assert answer.catalogue is not None
    assert answer.catalogue.value == str(len(expected))
    assert answer.catalogue.unknown == unknown
    assert answer.catalogue.considered == len(SHELF)
    assert str(len(expected)) in answer.text
    assert not answer.abstained
    assert (f"For {unknown} of {len(SHELF)} papers the digests do not say." in answer.text) is bool(unknown)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which papers have a single author?", having(lambda p: authors(p) == 1)),
        ("Which papers stand in two digests?", {POND.title}),
        ("Which papers come with code?", {FROG.title, QUANT_A.title}),
        ("Which papers in digest 2 come with code?", {QUANT_A.title}),
        ("Which papers were published before 2023?", having(lambda p: p in DATED and p.published < "2023")),
        ("Which papers with a single author are about merging?", {MERGE_B.title}),
    ],
)
def test_a_list_by_metadata_names_every_paper_and_no_other(
    assistant: Assistant, question: str, expected: set[str]
) -> None:
    answer = assistant.ask(question)
    assert not answer.abstained
    assert {p.title for p in SHELF if p.title in answer.text} == expected
    assert {c.title for c in answer.citations} == expected


@pytest.mark.parametrize(
    ("question", "operation", "value", "papers"),
    [
        ("Which is the oldest paper?", "min_published", "2021-06-30", {TIDE.title}),
        ("Which is the newest paper?", "max_published", "2025-09-02", {BREAD.title}),
        ("Which paper has the most authors?", "max_authors", "12", {BREAD.title}),
        ("Which paper has the fewest authors?", "min_authors", "1", {POND.title, MERGE_B.title}),
        ("Which paper has the most comments?", "max_comments", "7", {MERGE_B.title, BREAD.title}),
        ("Which paper has the fewest comments?", "min_comments", "0", {POND.title, TIDE.title}),
        ("Which is the newest paper in digest 1?", "max_published", "2024-05-01", {FROG.title, WIND.title}),
        ("What is the oldest paper with code?", "min_published", "2024-05-01", {FROG.title}),
        ("Which is the newest paper on merging?", "max_published", "2024-11-20", {MERGE_A.title}),
        ("Which paper on merging has the most comments?", "max_comments", "7", {MERGE_B.title}),
    ],
)
def test_an_extreme_names_every_paper_that_reaches_it(
    assistant: Assistant, question: str, operation: str, value: str, papers: set[str]
) -> None:
    answer = assistant.ask(question)
    assert answer.catalogue is not None
    assert (answer.catalogue.operation, answer.catalogue.value) == (operation, value)
    assert counted(answer) == papers == {c.title for c in answer.citations}
    assert all(title in answer.text for title in papers)


def test_an_extreme_says_how_many_papers_it_rests_on(assistant: Assistant) -> None:
    answer = assistant.ask("Which is the oldest paper?")
    assert answer.catalogue is not None
    assert answer.catalogue.unknown == len(SHELF) - len(DATED)
    assert f"{len(DATED)} of {len(SHELF)} papers have a date" in answer.text


def test_an_inferred_year_is_said(assistant: Assistant) -> None:
    assert "inferred" in assistant.ask("Which is the newest paper?").text
    assert "inferred" not in assistant.ask("Which is the oldest paper?").text
    assert "inferred" in assistant.ask(f"When was {BREAD.title} published?").text


@pytest.mark.parametrize(
    ("question", "operation", "value", "said"),
    [
        ("How many authors does FrogNet have?", "authors_of", "3", "has 3 authors"),
        ("How many authors does PondBench have?", "authors_of", "1", "has 1 author."),
        ("How many comments does TidePredict have?", "comments_of", "0", "has 0 comments"),
        ("When was TidePredict published?", "published_of", "2021-06-30", "is dated 2021-06-30"),
        (f"When was “{NAKED.title}” published?", "published_of", "", "gives no date"),
        (f"When was “{QUANT_B.title}” published?", "published_of", "", "year"),
        (f"How many authors does “{NAKED.title}” have?", "authors_of", "", "gives no number of authors"),
        ("In which digests does PondBench stand?", "digests_of", f"{ALPHA}, {BETA}", "2025-03-14"),
    ],
)
def test_what_is_known_of_one_paper_is_said(
    assistant: Assistant, question: str, operation: str, value: str, said: str
) -> None:
    answer = assistant.ask(question)
    assert answer.catalogue is not None
    assert (answer.catalogue.operation, answer.catalogue.value) == (operation, value)
    assert said in answer.text
    assert [c.n for c in answer.citations] == [1]


def test_the_digests_are_counted_with_their_papers(assistant: Assistant) -> None:
    answer = assistant.ask("How many digests are there?")
    sizes = [sum(d in p.digests for p in SHELF) for d in (ALPHA, BETA)]
    assert f"2 digests: {ALPHA} ({sizes[0]} papers) and {BETA} ({sizes[1]} papers)" in answer.text


def test_the_callers_filters_bound_a_count(assistant: Assistant) -> None:
    answer = assistant.ask("How many papers are there?", filters={"digest": ALPHA, "has_code": True})
    assert counted(answer) == {FROG.title}
    assert answer.filters == {"digest": ALPHA, "has_code": True}
    assert "is in the digest 001_alpha and comes with a link to code" in answer.text


def test_a_question_of_whose_authors_is_not_said_is_not_computed(assistant: Assistant) -> None:
    answer = assistant.ask("How many authors does the paper on zebras have?")
    assert answer.catalogue is None
    assert answer.abstained


def test_a_paper_with_one_author_among_many_is_not_counted_for_part_of_its_number(assistant: Assistant) -> None:
    assert BREAD.title not in counted(assistant.ask("How many papers have 2 authors?"))


def test_without_metadata_nothing_is_made_up(tmp_path: Path) -> None:
    bare = [paper(p.title, p.abstract, seen(ALPHA)) for p in SHELF]
    settings = settings_in(tmp_path)
    fill(settings, bare).close()
    assistant = Assistant.open(settings, embed_model=bag())
    oldest = assistant.ask("Which is the oldest paper?")
    assert oldest.text == f"None of the {len(bare)} papers has a date with its year."
    single = assistant.ask("How many papers have a single author?")
    assert single.catalogue is not None
    assert (single.catalogue.value, single.catalogue.unknown) == ("0", len(bare))
    assert f"For {len(bare)} of {len(bare)} papers the digests do not say." in single.text
    since = assistant.ask("How many papers are dated since 2020?")
    assert since.catalogue is not None
    assert (since.catalogue.value, since.catalogue.unknown) == ("0", len(bare))


def test_an_extreme_over_no_papers_is_none(assistant: Assistant) -> None:
    answer = assistant.ask("Which is the oldest paper with at least 50 authors?")
    assert answer.catalogue is not None
    assert (answer.catalogue.value, answer.catalogue.paper_ids) == ("", ())
    assert answer.text.startswith(f"None of the {len(SHELF)} papers comes with at least 50 authors.")


@pytest.mark.parametrize("text", ["Which papers are about frogs?", "the most accurate paper", "How old is it?"])
def test_what_asks_for_no_extreme_of_the_catalogue_gets_none(text: str) -> None:
    assert read_ranking(text) is None


def test_items_are_enumerated() -> None:
    assert enumerated(["a"]) == "a"
    assert enumerated(["a", "b"]) == "a and b"
    assert enumerated(["a", "b", "c"]) == "a, b and c"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many papers are there?", lambda p: True),
        ("How many papers come with code?", lambda p: Filters(has_code=True).admit(p)),
        ("How many papers have a single author?", lambda p: p.authors == 1),
        ("How many papers have more than ten authors?", lambda p: (p.authors or 0) > 10),
        ("How many papers stand in two digests?", lambda p: len(p.digests) > 1),
        ("How many papers are dated since 2024?", lambda p: p.published[:2] == "20" and p.published >= "2024"),
    ],
)
def test_counts_over_the_sample_are_those_of_its_records(
    sample: Assistant, question: str, expected: Callable[[Paper], bool]
) -> None:
    answer = sample.ask(question)
    assert answer.catalogue is not None
    assert set(answer.catalogue.paper_ids) == {p.paper_id for p in sample.library.papers() if expected(p)}


def test_extremes_over_the_sample_are_those_of_its_records(sample: Assistant) -> None:
    papers = sample.library.papers()
    known = [p.authors for p in papers if p.authors is not None]
    dates = [p.published for p in papers if p.published[:2] == "20"]
    for question, value in (
        ("Which paper has the most authors?", str(max(known))),
        ("Which is the oldest paper?", min(dates)),
        ("Which is the newest paper?", max(dates)),
    ):
        catalogue = sample.ask(question).catalogue
        assert catalogue is not None
        assert catalogue.value == value

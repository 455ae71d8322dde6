"""Orders, sums and groups over the catalogue, what is asked of one paper, and what only sounds like all that."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from ingest.paper import Paper
from rag import Assistant
from rag.catalogue.selecting import days_of_digests, sizes_of_digests
from tests.support.shelf import (
    ALPHA,
    BETA,
    BREAD,
    BY_ID,
    CHESS,
    FROG,
    MERGE_A,
    MERGE_B,
    MERGE_C,
    NAKED,
    POND,
    QUANT_A,
    SHELF,
    TIDE,
    WIND,
)

ORDERS = [
    ("What is the second oldest paper?", "min_published_2", "2022-08-09", [MERGE_B]),
    ("third newest paper?", "max_published_3", "2024-11-20", [MERGE_A]),
    ("Which paper has the second most authors?", "max_authors_2", "9", [MERGE_C]),
    (
        "the three most recent papers",
        "order_published",
        "2025-09-02, 2025-01-15, 2024-11-20",
        [BREAD, QUANT_A, MERGE_A],
    ),
    ("Show the 2 oldest papers", "order_published", "2021-06-30, 2022-08-09", [TIDE, MERGE_B]),
    ("the two papers with the most authors", "order_authors", "12, 9", [BREAD, MERGE_C]),
    ("top 2 papers by number of authors", "order_authors", "12, 9", [BREAD, MERGE_C]),
    (
        "Which papers are the newest in digest 1?",
        "order_published",
        "2024-05-01, 2024-05-01, 2023-02-11, 2021-06-30",
        [FROG, WIND, POND, TIDE],
    ),
    ("Which paper came first?", "min_published", "2021-06-30", [TIDE]),
    ("Which paper got discussed the most?", "max_comments", "7", [MERGE_B, BREAD]),
    ("Which paper has the longest title?", "max_title", "8", [POND, TIDE, MERGE_B]),
    ("which has got more comments than the rest?", "max_comments", "7", [MERGE_B, BREAD]),
    ("Which paper has more authors than any other?", "max_authors", "12", [BREAD]),
    ("Which paper has fewer comments than all the others?", "min_comments", "0", [POND, TIDE]),
    ("newest paper about merging with one author", "max_published", "2022-08-09", [MERGE_B]),
    ("Which is older, FrogNet or TidePredict?", "min_published", "2021-06-30", [TIDE]),
    ("Who has more authors, FrogNet or TidePredict?", "max_authors", "3", [FROG]),
    ("How many authors do FrogNet and TidePredict have?", "authors_of", "3, 2", [FROG, TIDE]),
    ("Compare the number of authors of FrogNet and TidePredict", "authors_of", "3, 2", [FROG, TIDE]),
    ("Which came out first, TinyBits or ChessMind?", "min_published", "2024-02-29", [CHESS]),
    ("Which of FrogNet, TinyBits and ChessMind is the newest?", "max_published", "2025-01-15", [QUANT_A]),
]


@pytest.mark.parametrize(("question", "operation", "value", "papers"), ORDERS)
def test_orders_are_computed(
    assistant: Assistant, question: str, operation: str, value: str, papers: list[Paper]
) -> None:
    catalogue = assistant.ask(question).catalogue
    assert catalogue is not None
    assert (catalogue.operation, catalogue.value) == (operation, value)
    if operation != "max_title":
        assert [BY_ID[i] for i in catalogue.paper_ids] == papers


def test_what_came_last_in_a_trial_is_no_date(assistant: Assistant) -> None:
    assert assistant.ask("Which of the twelve frogs came last in PondBench?").catalogue is None


def test_what_ties_with_the_last_of_an_order_is_said(assistant: Assistant) -> None:
    assert "1 more paper ties with the last." in assistant.ask("the paper with the most comments, top 1?").text or (
        "ties with the last" in assistant.ask("top 5 papers by number of authors").text
    )


def test_papers_whose_dates_are_not_known_cannot_be_held_against_each_other(assistant: Assistant) -> None:
    answer = assistant.ask(f"Which is older, FrogNet or “{NAKED.title}”?")
    assert answer.text.startswith("That cannot be said: “FrogNet")
    assert "the digests give no date with its year for “On the Grammar" in answer.text
    assert answer.catalogue is not None
    assert (answer.catalogue.value, answer.catalogue.unknown) == ("", 1)


KNOWN = [p.authors for p in SHELF if p.authors is not None]
SUMS = [
    ("How many authors do the papers have on average?", "mean_authors", f"{sum(KNOWN) / len(KNOWN):.1f}", 1),
    ("What is the median number of authors?", "mean_authors", f"{sum(KNOWN) / len(KNOWN):.1f}", 1),
    ("How many authors in all?", "sum_authors", str(sum(KNOWN)), 1),
    ("total number of comments?", "sum_comments", str(sum(p.comments or 0 for p in SHELF)), 5),
    ("What is the date range of the papers?", "span_published", "2021-06-30 to 2025-09-02", 3),
    ("How many papers per digest?", "per_digest", f"{ALPHA}: 7, {BETA}: 6", 0),
    ("papers per year", "per_year", "2021: 1, 2022: 1, 2023: 1, 2024: 4, 2025: 2", 3),
    ("How many papers about merging per digest?", "per_digest", f"{ALPHA}: 1, {BETA}: 2", 0),
    ("How many papers are in a digest on average?", "mean_per_digest", "6.5", 0),
    ("Which digest has the most papers?", "max_digest", ALPHA, 0),
    ("Which is the largest digest?", "max_digest", ALPHA, 0),
    ("Which digest has the fewest papers?", "min_digest", BETA, 0),
    ("Which year has the most papers?", "max_year", "2024", 3),
    ("Which digest has the most papers about merging?", "max_digest", BETA, 0),
    ("What share of the papers has code?", "share", "16.7 %", 0),
    ("What percentage of papers in digest 2 have code?", "share", "16.7 %", 0),
    ("Which digest is the newest?", "max_day", BETA, 0),
    ("What is the oldest digest?", "min_day", ALPHA, 0),
    ("Which digests are there?", "digests", "2", 0),
    ("How many digests mention frogs?", "digests", "1", 0),
    ("what date is on each digest", "days_of", f"{ALPHA}: 2025-03-14, {BETA}: 2025-10-31", 0),
    ("When is each digest from?", "days_of", f"{ALPHA}: 2025-03-14, {BETA}: 2025-10-31", 0),
    ("is digest 1 bigger than digest 2, and by how much?", "sizes_of", "7, 6", 0),
    ("How many more papers does digest 1 have than digest 2?", "sizes_of", "7, 6", 0),
    ("Is the October digest smaller than the March one?", "sizes_of", "7, 6", 0),
    ("Which is larger, digest 2 or digest 1?", "sizes_of", "7, 6", 0),
    ("How much bigger is digest 1 than digest 2?", "sizes_of", "7, 6", 0),
    ("which of the digests is the smallest?", "min_digest", BETA, 0),
    ("Which of these digests is the biggest?", "max_digest", ALPHA, 0),
    ("What day is digest 2 from?", "day_of", "2025-10-31", 0),
]


@pytest.mark.parametrize(("question", "operation", "value", "unknown"), SUMS)
def test_sums_and_groups_are_computed(
    assistant: Assistant, question: str, operation: str, value: str, unknown: int
) -> None:
    answer = assistant.ask(question)
    assert answer.catalogue is not None
    assert (answer.catalogue.operation, answer.catalogue.value) == (operation, value)
    assert answer.catalogue.unknown == unknown
    assert not answer.abstained
    for part in re.split(r", | to ", value):
        assert part.split(":")[0] in answer.text


def test_how_much_larger_a_digest_is_is_said(assistant: Assistant) -> None:
    for question in ("is digest 1 bigger than digest 2, and by how much?", "Is digest 2 smaller than digest 1?"):
        text = assistant.ask(question).text
        assert (
            text == "The digest 001_alpha holds 7 papers and the digest 002_beta holds 6 papers: 1 more than the other."
        )


@pytest.mark.parametrize(
    ("digests", "said"),
    [
        (("a", "b", "c"), "the digest c holds 1 paper: 1 more than the next."),
        (("b", "c"), "and the digest b holds 1 paper: as many as the other."),
    ],
)
def test_digests_of_any_number_and_of_one_size_are_compared(digests: tuple[str, ...], said: str) -> None:
    papers = [
        replace(FROG, appearances=(replace(FROG.appearances[0], digest=digest),)) for digest in ("a", "a", "b", "c")
    ]
    found = sizes_of_digests("Which of them is bigger?", digests, papers)
    assert found is not None and found.statement.endswith(said if digests[0] != "a" else "1 more than the next.")


@pytest.mark.parametrize("text", ["papers with more than 3 authors in digest 1 and 2", "what is in digest 1 and 2"])
def test_what_is_larger_than_a_number_is_no_comparison_of_digests(assistant: Assistant, text: str) -> None:
    assert sizes_of_digests(text, [ALPHA, BETA], SHELF) is None
    catalogue = assistant.ask(text).catalogue
    assert catalogue is None or catalogue.operation != "sizes_of"


def test_a_digest_that_prints_no_day_is_said_to(assistant: Assistant) -> None:
    bare = replace(FROG, appearances=(replace(FROG.appearances[0], digest="003_gamma", day=""),))
    found = days_of_digests([*SHELF, bare])
    assert "003_gamma: no day" in found.statement and found.unknown == 1
    assert found.caveat == "1 of 3 digests print no day with its year."
    assert days_of_digests(SHELF).caveat == ""


@pytest.mark.parametrize(
    "question",
    ["list the papers in the smallest digest", "list the titles in digest 2", "show me the titles in 002_beta"],
)
def test_a_digest_named_by_its_size_or_for_its_titles_is_listed(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert answer.filters == {"digest": BETA} and answer.catalogue is not None
    assert answer.catalogue.operation == "list"
    assert {c.title for c in answer.citations} == {p.title for p in SHELF if BETA in p.digests}


ONE = [
    ("Does FrogNet have code?", "code_of", "https://github.com/pond/frognet", "Yes: the abstract"),
    ("Is there code for FrogNet?", "code_of", "https://github.com/pond/frognet", "Yes"),
    (
        "Where can I find the code of TinyBits?",
        "code_of",
        "https://github.com/tiny/bits",
        "links to https://github.com/tiny/bits",
    ),
    ("Is TidePredict open source?", "code_of", "", "Not as far as its abstract tells"),
    ("Is PondBench in digest 2?", "is_it", "yes", "Yes:"),
    ("Is FrogNet in digest 2?", "is_it", "no", "No: “FrogNet: Counting Frogs by Sound” stands in the digest 001_alpha"),
    ("Was TidePredict published before 2022?", "is_it", "yes", "is dated 2021-06-30"),
    ("Is TidePredict from 2024?", "is_it", "no", "No:"),
    ("Does FrogNet have more than 5 authors?", "is_it", "no", "has 3 authors"),
    (f"Was “{NAKED.title}” published in 2024?", "is_it", "", "That cannot be said"),
    (
        "When was FrogNet published and how many authors does it have?",
        "authors_of+published_of",
        "3; 2024-05-01",
        "has 3 authors",
    ),
    ("How many authors does the newest paper have?", "authors_of", "12", "has 12 authors"),
    ("In which digest is the oldest paper?", "digests_of", ALPHA, "stands in the digest 001_alpha"),
    ("How many authors does the paper on dough kneading have?", "authors_of", "12", "has 12 authors"),
    ("When was the paper about chess moves published?", "published_of", "2024-02-29", "is dated 2024-02-29"),
]


@pytest.mark.parametrize(("question", "operation", "value", "said"), ONE)
def test_what_is_asked_of_one_paper_is_answered_of_it(
    assistant: Assistant, question: str, operation: str, value: str, said: str
) -> None:
    answer = assistant.ask(question)
    assert answer.catalogue is not None
    assert (answer.catalogue.operation, answer.catalogue.value) == (operation, value)
    assert said in answer.text
    assert len(answer.citations) == 1


@pytest.mark.parametrize(
    "question",
    [
        "How many recordings does PondBench hold?",
        "How many papers does A Survey of Model Merging order?",
        "How many papers are ordered in A Survey of Model Merging?",
        "How many experts does MergeKing merge?",
        "How many biologists labelled each recording?",
        "What did the 2024 paper on frogs find?",
        "Does ChessMind explain code?",
        "Which methods beat the most recent baseline?",
        "Why does TinyBits not use calibration?",
    ],
)
def test_what_only_sounds_like_the_catalogue_is_not_computed(assistant: Assistant, question: str) -> None:
    assert assistant.ask(question).catalogue is None


def test_a_year_in_a_question_of_fact_leaves_undated_papers_in(assistant: Assistant) -> None:
    answer = assistant.ask("What did the 2024 paper find on the grammar of whale song?")
    assert answer.filters == {}
    assert answer.citations[0].title == NAKED.title


def test_papers_known_to_be_of_another_year_go_behind(assistant: Assistant) -> None:
    def order(year: int) -> list[str]:
        found = assistant.ask(f"What does the {year} paper say about model merging?").sources
        return [s.title for s in found if s.title in (MERGE_A.title, MERGE_B.title, MERGE_C.title)]

    assert order(2024)[-1] == MERGE_B.title
    assert order(2022)[-1] == MERGE_A.title
    assert order(2021)[0] == MERGE_C.title  # undated


def test_a_time_in_what_only_sounds_like_the_catalogue_bounds_nothing(assistant: Assistant) -> None:
    answer = assistant.ask("When was the dough robot released in 2019 kneaded?")
    assert answer.filters == {}
    assert answer.catalogue is None

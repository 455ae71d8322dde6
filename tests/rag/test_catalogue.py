from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.paper import Paper
from rag import Answer, Assistant
from rag.catalogue import enumerated
from rag.catalogue.ranking import read_ranking
from rag.filters import Filters
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

DATED = [p for p in SHELF if p.published and not p.published.startswith("--")]


def having(holds: Callable[[Paper], bool]) -> set[str]:
    return {p.title for p in SHELF if holds(p)}


def counted(answer: Answer) -> set[str]:
    assert answer.catalogue is not None
    return {BY_ID[i].title for i in answer.catalogue.paper_ids}


def authors(p: Paper) -> int:
    return -1 if p.authors is None else p.authors


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
    fill(settings, bare)
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


def dated(p: Paper) -> str:
    return p.published if p in DATED else ""


MORE_COUNTS = [
    ("total number of papers?", having(lambda p: True), 0),
    ("How big is the library?", having(lambda p: True), 0),
    ("count the papers, please", having(lambda p: True), 0),
    ("How many papers were published after January 2025?", having(lambda p: dated(p) >= "2025-02"), 3),
    ("How many papers are from May 2024?", having(lambda p: dated(p)[:7] == "2024-05"), 3),
    ("How many came out between February and November 2024?", having(lambda p: "2024-02" <= dated(p) < "2024-12"), 3),
    ("How many papers are dated before 1 May 2024?", having(lambda p: "" < dated(p) < "2024-05-01"), 3),
    ("How many papers are not from 2024?", having(lambda p: dated(p) != "" and dated(p)[:4] != "2024"), 3),
    ("How many papers have no date?", having(lambda p: not dated(p)), 0),
    ("How many papers lack a date?", having(lambda p: not dated(p)), 0),
    ("How many papers are undated?", having(lambda p: not dated(p)), 0),
    ("How many papers have a known date?", having(lambda p: dated(p) != ""), 0),
    ("How many have no authors given?", having(lambda p: p.authors is None), 0),
    ("How many papers have between 2 and 4 authors?", having(lambda p: 2 <= authors(p) <= 4), 1),
    ("How many papers have 2 to 4 authors?", having(lambda p: 2 <= authors(p) <= 4), 1),
    ("How many single-author papers are in digest 2?", {MERGE_B.title, POND.title}, 0),
    ("How many papers were written by one person?", having(lambda p: authors(p) == 1), 1),
    ("How many papers have more than 3 comments?", having(lambda p: (p.comments or 0) > 3), 4),
    ("How many papers have no comments?", having(lambda p: p.comments == 0), 4),
    ("How many papers are in both digest 1 and digest 2?", {POND.title}, 0),
    ("How many papers appear in 001 and 002?", {POND.title}, 0),
    ("How many papers are in digest 1 or 2?", having(lambda p: True), 0),
    ("How many papers are only in digest 1?", having(lambda p: p.digests == (ALPHA,)), 0),
    ("How many papers are in digest 1 but not in digest 2?", having(lambda p: p.digests == (ALPHA,)), 0),
    ("How many papers are in one digest only?", having(lambda p: True) - {POND.title}, 0),
    ("How many mention GitHub?", {FROG.title, QUANT_A.title}, 0),
    ("How many papers mention “halves the memory”?", {QUANT_A.title}, 0),
    ("How many papers mention PondBench?", {FROG.title, POND.title}, 0),
    ("How many papers are about frogs or tides?", {FROG.title, TIDE.title}, 0),
    ("How many papers are about frogs and tides?", set(), 0),
    ("How many papers are about merging and networks?", {MERGE_A.title, MERGE_B.title}, 0),
    ("How many papers do not mention merging?", having(lambda p: "erging" not in p.title + p.abstract), 0),
    ("How many are not about quantization?", having(lambda p: "uantiz" not in p.title + p.abstract), 0),
    ("How many papers are about merging but not about networks?", {MERGE_C.title}, 0),
    ("How many papers use neither frogs nor tides?", having(lambda p: True) - {FROG.title, POND.title, TIDE.title}, 0),
    ("Wie viele Arbeiten gibt es?", having(lambda p: True), 0),
    ("Wie viele Artikel haben mehr als drei Autoren?", having(lambda p: authors(p) > 3), 1),
    ("Combien d'articles ont du code ?", {FROG.title, QUANT_A.title}, 0),
    ("¿Cuántos artículos hay en el digest del 31 de octubre?", having(lambda p: BETA in p.digests), 0),
    ("有多少篇论文只有一位作者", having(lambda p: authors(p) == 1), 1),
]


@pytest.mark.parametrize(("question", "expected", "unknown"), MORE_COUNTS)
def test_a_count_is_computed_however_it_is_asked(
    assistant: Assistant, question: str, expected: set[str], unknown: int
) -> None:
    answer = assistant.ask(question)
    assert answer.catalogue is not None
    assert counted(answer) == expected
    assert (answer.catalogue.value, answer.catalogue.unknown) == (str(len(expected)), unknown)
    assert (str(len(expected)) if expected else "None") in answer.text
    assert ("the digests do not say" in answer.text) is bool(unknown)


def test_a_lack_of_words_is_not_said_to_be_a_lack_of_the_thing(assistant: Assistant) -> None:
    answer = assistant.ask("Which papers do not use quantization?")
    assert answer.text.endswith("A paper may use what its abstract does not mention.")
    assert {s.support for s in answer.sentences} <= {"computed", "not_a_claim"}


def test_the_rule_that_a_topic_was_counted_by_is_said(assistant: Assistant) -> None:
    text = assistant.ask("How many papers are about merging?").text
    assert "hold “merging” in the title or abstract" in text
    assert "Papers that say it in other words are not counted" in text
    assert "mention “merging”" in assistant.ask("How many papers mention merging?").text


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("List all papers in the October digest", having(lambda p: BETA in p.digests)),
        ("Show me all papers", having(lambda p: True)),
        ("anything published in 2023?", having(lambda p: dated(p)[:4] == "2023")),
        ("what came out in 2022?", having(lambda p: dated(p)[:4] == "2022")),
        ("Which papers were published between 2021 and 2022?", having(lambda p: "2021" <= dated(p) < "2023")),
        ("Which papers have more than six authors?", having(lambda p: authors(p) > 6)),
        ("Are there any papers without a date?", having(lambda p: not dated(p))),
        ("Which papers appear in both digests?", {POND.title}),
        (
            "Which papers are not about merging, quantization or frogs?",
            {p.title for p in (TIDE, BREAD, CHESS, WIND, NAKED)},
        ),
        ("Which papers in digest 2 do not mention merging?", {p.title for p in (POND, QUANT_A, BREAD, CHESS)}),
    ],
)
def test_a_list_is_computed_however_it_is_asked(assistant: Assistant, question: str, expected: set[str]) -> None:
    answer = assistant.ask(question)
    assert not answer.abstained
    assert counted(answer) == {c.title for c in answer.citations} == expected


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Which papers are from 2019?", f"None of the {len(SHELF)} papers is dated 2019."),
        (
            "Is there a paper with more than 20 authors?",
            f"None of the {len(SHELF)} papers comes with more than 20 authors.",
        ),
        ("Which papers in digest 1 are from 2025?", "None of the 7 papers in the digest 001_alpha is dated 2025."),
        (
            "Which papers of digest 1 about merging were published in 2019?",
            "None of the 7 papers in the digest 001_alpha is dated 2019; for 3",
        ),
        (
            "What is in digest 1 published before 2001?",
            "None of the 7 papers in the digest 001_alpha is dated before 2001-01-01; for 3",
        ),
    ],
)
def test_what_lets_nothing_through_says_so_with_its_counts(assistant: Assistant, question: str, said: str) -> None:
    answer = assistant.ask(question)
    assert answer.text.startswith(said)
    assert not answer.abstained
    assert answer.catalogue is not None
    assert (answer.catalogue.value, answer.catalogue.paper_ids) == ("0", ())


@pytest.mark.parametrize(
    "question", ["How many papers are in digest 7?", "What is in the April digest?", "papers of digest 9"]
)
def test_a_digest_that_is_not_there_is_declined_by_name(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert answer.abstained
    assert "there is no digest" in answer.abstention_reason
    assert f"{ALPHA}, {BETA}" in answer.abstention_reason


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
    ("newest paper about merging with one author", "max_published", "2022-08-09", [MERGE_B]),
    ("Which is older, FrogNet or TidePredict?", "min_published", "2021-06-30", [TIDE]),
    ("Who has more authors, FrogNet or TidePredict?", "max_authors", "3", [FROG]),
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
    ("total number of comments?", "sum_comments", str(sum(p.comments or 0 for p in SHELF)), 4),
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
    ("Which digests are there?", "digests", "2", 0),
    ("How many digests mention frogs?", "digests", "1", 0),
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
    for part in value.split(", "):
        assert part.split(":")[0] in answer.text


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
    question = "What does the {} paper say about model merging?"
    first = assistant.ask(question.format("2024")).sources[0].title
    assert first == MERGE_A.title
    sources = [s.title for s in assistant.ask(question.format("2021")).sources]
    assert sources.index(MERGE_C.title) < sources.index(MERGE_A.title)  # undated before known to be of another year

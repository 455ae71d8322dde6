"""Questions of the catalogue in many wordings: counts and lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.paper import Paper
from rag import Assistant
from tests.support.counting import DATED, authors, counted, having
from tests.support.shelf import (
    ALPHA,
    BETA,
    BREAD,
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
    bag,
    fill,
    paper,
    settings_in,
)


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
    ("How many papers have more than 3 comments?", having(lambda p: (p.comments or 0) > 3), 5),
    ("How many papers have no comments?", having(lambda p: p.comments == 0), 5),
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
    ("How many papers use neither frogs nor tides?", having(lambda p: True) - {FROG.title, TIDE.title}, 0),
    ("How many papers have “merging” in the title?", {MERGE_A.title, MERGE_B.title, MERGE_C.title}, 0),
    ("How many titles mention frogs?", {FROG.title}, 0),
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
        ("Which papers have quantization in their title?", {QUANT_A.title, "Calibration Sets for Quantization"}),
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
            {p.title for p in (POND, TIDE, BREAD, CHESS, WIND, NAKED)},
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


def test_a_count_names_a_few_papers_and_a_list_of_all_names_all(sample: Assistant) -> None:
    papers = sample.library.papers()
    few = sample.ask("How many papers are there without a date?")
    undated = [p for p in papers if not p.published[:1].isdigit()]
    assert len(few.citations) == 8
    assert f"and {len(undated) - 8} more." in few.text
    assert len(sample.ask("Which papers have no date?").citations) == 30
    assert len(sample.ask("List all papers").citations) == len(papers)


@pytest.mark.parametrize(
    "question",
    [
        "How many papers did Chen et al. write?",
        "Which papers are written by Smith?",
        "Which papers are by Maria Frog?",
        "which papers share an author?",
        "Which papers have the same authors?",
        "Who are the most prolific authors?",
        "Which researchers wrote the most papers?",
    ],
)
def test_names_of_authors_are_said_not_to_be_there(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert answer.abstained
    assert answer.abstention_reason == "the digests give the number of a paper's authors, not their names"


@pytest.mark.parametrize(
    "question",
    [
        "How many papers were published by March 2024?",
        "papers by more than one author",
        "Which papers have the most authors?",
    ],
)
def test_a_time_or_a_number_is_no_name(assistant: Assistant, question: str) -> None:
    assert not assistant.ask(question).abstained


@pytest.mark.parametrize(
    ("question", "abstractless"),
    [
        ("Which papers have no abstract?", True),
        ("How many papers come without an abstract?", True),
        ("How many papers have an abstract?", False),
    ],
)
def test_papers_without_an_abstract_are_counted(tmp_path: Path, question: str, abstractless: bool) -> None:
    settings = settings_in(tmp_path)
    fill(settings, (*SHELF, paper("Geese That March", ""))).close()
    found = Assistant.open(settings, embed_model=bag()).ask(question).catalogue
    assert found is not None
    assert found.value == ("1" if abstractless else str(len(SHELF)))


def test_code_asked_for_behind_a_number_of_authors_counts(assistant: Assistant) -> None:
    both = assistant.ask("List the papers with at least 1 author and code")
    either = assistant.ask("Which papers have at least 1 author?")
    assert both.filters == {"has_code": True} and not either.filters
    assert both.catalogue is not None and either.catalogue is not None
    assert 0 < int(both.catalogue.value) < int(either.catalogue.value)


@pytest.mark.parametrize("asked", ["In which year was FrogNet published?", "What year did FrogNet come out?"])
def test_the_year_of_a_paper_is_its_date(assistant: Assistant, asked: str) -> None:
    answer = assistant.ask(asked)
    assert "2024-05-01" in answer.text and answer.sentences[0].support == "computed"


def test_the_second_paper_after_an_overview_is_told_of(assistant: Assistant) -> None:
    first = "What is in this library?"
    turns = [{"role": "user", "content": first}, {"role": "assistant", "content": assistant.ask(first).text}]
    answer = assistant.ask("What is the second paper about?", history=turns)
    assert len(answer.citations) == 1 and answer.catalogue is None


@pytest.mark.parametrize("asked", ["tl;dr FrogNet", "tldr of FrogNet pls", "Summary of FrogNet please"])
def test_a_summary_in_short_is_what_a_paper_does(assistant: Assistant, asked: str) -> None:
    answer = assistant.ask(asked)
    assert "counts frogs" in answer.text and answer.missing == ()

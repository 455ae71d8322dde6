"""Conditions on metadata: months of any year, links, what the digests leave out."""

from __future__ import annotations

import pytest

from rag import Assistant
from rag.catalogue import computable_list, conditions
from rag.questions.question import Question
from tests.support.counting import counted, having
from tests.support.shelf import ALPHA, BETA, FROG, NAKED, QUANT_A, QUANT_B, SHELF, TIDE, WIND

UNDATED = sum(not p.published for p in SHELF)

MONTHS = [
    ("How many papers are from May?", {FROG.title, WIND.title}),
    ("Which papers were published in May?", {FROG.title, WIND.title}),
    ("How many papers were published in July?", {QUANT_B.title}),  # dated without a year
    ("How many papers are dated in the month of June?", {TIDE.title}),
    ("List the August papers", having(lambda p: p.published[5:7] == "08")),
    ("How many papers are from February or from July?", having(lambda p: p.published[-5:-3] in ("02", "07"))),
    ("Which papers in digest 2 are from February?", having(lambda p: p.published[-5:-3] == "02" and BETA in p.digests)),
    ("How many papers were published in April?", set()),
]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which papers about tides are from June?", {TIDE.title}),
        ("Which June papers are about tides?", {TIDE.title}),
        ("Which May papers are about tides?", set()),
        ("Which papers on tides have no date?", set()),
    ],
)
def test_a_list_on_a_topic_keeps_its_condition(assistant: Assistant, question: str, expected: set[str]) -> None:
    answer = assistant.ask(question)
    assert answer.catalogue is not None and counted(answer) == expected


def test_a_month_without_papers_or_digest_names_no_digest(assistant: Assistant) -> None:
    answer = assistant.ask("the December papers")
    assert "there is no digest" not in answer.text
    assert answer.catalogue is not None and counted(answer) == set()


@pytest.mark.parametrize(("question", "expected"), MONTHS)
def test_papers_of_a_month_are_those_of_every_year(assistant: Assistant, question: str, expected: set[str]) -> None:
    answer = assistant.ask(question)
    assert answer.catalogue is not None and counted(answer) == expected
    assert "published_after" not in answer.filters
    assert "of any year" in answer.text
    among = [p for p in SHELF if not answer.filters or BETA in p.digests]
    assert answer.catalogue.unknown == sum(not p.published for p in among)


@pytest.mark.parametrize(
    ("question", "filters"),
    [
        ("How many papers are from May 2024?", {"published_after": "2024-05-01", "published_before": "2024-06-01"}),
        ("How many papers are in the March digest?", {"digest": ALPHA}),
        ("List the October papers", {"digest": BETA}),
    ],
)
def test_a_month_with_its_year_or_of_a_digest_is_a_filter(
    assistant: Assistant, question: str, filters: dict[str, str]
) -> None:
    answer = assistant.ask(question)
    assert answer.filters == filters
    assert "of any year" not in answer.text


LACKING = [
    ("Which papers come with a link?", {FROG.title, QUANT_A.title}),
    ("Which papers have any links?", {FROG.title, QUANT_A.title}),
    ("Which papers link to something?", {FROG.title, QUANT_A.title}),
    ("How many papers have any urls?", {FROG.title, QUANT_A.title}),
    ("How many papers have no link?", having(lambda p: not p.links)),
    ("Which papers come without links?", having(lambda p: not p.links)),
    ("How many papers don't have a link?", having(lambda p: not p.links)),
    ("Which papers don't give their authors?", {NAKED.title}),
    ("How many papers don’t state a number of authors?", {NAKED.title}),
    ("Which papers don't have a date?", having(lambda p: not p.published[:1].isdigit())),
    ("how many papers dont have a date", having(lambda p: not p.published[:1].isdigit())),
]


@pytest.mark.parametrize(("question", "expected"), LACKING)
def test_what_papers_have_or_lack_is_counted(assistant: Assistant, question: str, expected: set[str]) -> None:
    assert counted(assistant.ask(question)) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("papers with a link", ["with a link in the abstract"]),
        ("papers that link to a website", ["with a link in the abstract"]),
        ("papers without any url", ["without a link in the abstract"]),
        ("papers with no author info", ["without a number of authors"]),
        ("papers that don't give any author names", ["without a number of authors"]),
        ("papers in June, in May", ["dated in June or May of any year"]),
        ("links between frogs and ponds", []),
        ("papers with links between frogs and ponds", []),
        ("papers without a link to frogs", []),
        ("what links frogs to ponds", []),
        ("they don't chain links", []),
        ("piano links, a paper link by link", []),
    ],
)
def test_conditions_are_read_from_words(text: str, words: list[str]) -> None:
    assert [condition.words for condition in conditions(text, SHELF)] == words


def test_links_between_things_are_a_topic(assistant: Assistant) -> None:
    answer = assistant.ask("How many papers study links between frogs and ponds?")
    assert counted(answer) == {FROG.title}
    assert "link in the abstract" not in answer.text


def test_papers_without_any_date_are_unknown_to_a_month(assistant: Assistant) -> None:
    assert f"For {UNDATED} of {len(SHELF)} papers the digests do not say." in assistant.ask("papers from May").text


def test_what_is_asked_of_a_named_paper_is_no_list(assistant: Assistant) -> None:
    text = "Which recordings with a link does FrogNet use?"
    of_all, of_one = (Question(text, text, "list", subjects=papers) for papers in ((), (FROG,)))
    assert computable_list(of_all, assistant.retriever)
    assert not computable_list(of_one, assistant.retriever)

"""A topic typed as into a search box, which asks for a list."""

from __future__ import annotations

import pytest

from rag import Assistant
from rag.questions.filters import Filters
from rag.questions.phrases import is_bare_topic, is_plain_topic
from rag.questions.question import kind_of
from tests.support.shelf import BREAD, FROG, MERGE_A, MERGE_B, MERGE_C, QUANT_B

BARE = [
    "diffusion models",
    "graph neural networks?",
    "bots that play well-known video games?",
    "merging, signs and coefficients",
    "learning what frogs sing",
]
TELLING = [
    "TinyBits goes from what to what?",
    "merging, and how does it work?",
    "merging. Why does it fail?",
    "frogs - what do they sing?",
    "size of the PondBench data set",
    "the mean accuracy of merging",
    "cost of training",
    "energy saved by smaller tokenizers?",
    "mean opinion score of speech made from three seconds of sound",
    "rendering speed gain of anchors over single blobs",
    "Under which conditions are frogs counted",
    "it merges",
    "we merge models; is that good?",
    "explain merging",
    "and of those, which",
    "frogs and " * 11,
]


@pytest.mark.parametrize("text", BARE)
def test_a_text_that_neither_asks_nor_tells_names_a_topic(text: str) -> None:
    assert is_bare_topic(text)


@pytest.mark.parametrize("text", TELLING)
def test_a_text_that_asks_or_tells_is_no_bare_topic(text: str) -> None:
    assert not is_bare_topic(text)


@pytest.mark.parametrize(
    ("text", "papers"),
    [
        ("model merging", {MERGE_A.title, MERGE_B.title, MERGE_C.title}),
        ("calibration sets", {QUANT_B.title}),
        ("robots that knead dough?", {BREAD.title}),
        ("robots that knead the dough", {BREAD.title}),
    ],
)
def test_a_bare_topic_lists_its_papers(assistant: Assistant, text: str, papers: set[str]) -> None:
    assert assistant.read(text, [], Filters()).kind == "list"
    answer = assistant.ask(text)
    assert {citation.title for citation in answer.citations} == papers
    assert answer.text.startswith("1. ")


@pytest.mark.parametrize(
    "text",
    [
        "FrogNet sample complexity",
        "TidePredict",
        "FrogNet goes from what to what?",
        "size of the PondBench data set",
        "Whale song follows what?",
        "memory details of TinyBits",
    ],
)
def test_a_paper_that_is_named_or_a_detail_of_it_is_asked_about(assistant: Assistant, text: str) -> None:
    assert assistant.read(text, [], Filters()).kind == "fact"


def test_a_detail_after_the_name_of_a_paper_is_told_and_not_listed(assistant: Assistant) -> None:
    answer = assistant.ask("FrogNet sample complexity")
    assert {citation.title for citation in answer.citations} == {FROG.title}
    assert answer.sentences[0].text == "Its sample complexity is quadratic in the number of ponds."


@pytest.mark.parametrize(
    ("text", "papers"),
    [
        ("does anyone use calibration sets?", {QUANT_B.title}),
        ("any of these about frogs?", {FROG.title}),
        ("Of the work on model merging, which ones need no data?", {MERGE_A.title}),
        ("who works on dough?", {BREAD.title}),
    ],
)
def test_a_list_in_other_words_lists(assistant: Assistant, text: str, papers: set[str]) -> None:
    answer = assistant.ask(text)
    assert {citation.title for citation in answer.citations} == papers
    assert answer.text.startswith("1. ")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Which topic model was used for FrogNet?", "fact"),
        ("Give me an overview of FrogNet.", "fact"),
        ("Give me an overview.", "overview"),
        ("What are the main themes of the digest with FrogNet?", "overview"),
    ],
)
def test_an_overview_is_of_the_library_and_not_of_a_paper(assistant: Assistant, text: str, kind: str) -> None:
    assert assistant.read(text, [], Filters()).kind == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("How many papers did the survey on merging go through?", "fact"),
        ("How many papers did it review?", "fact"),
        ("How many studies is that drawn from?", "fact"),
        ("How many papers did the digest of May hold?", "count"),
        ("How many papers are about frogs?", "count"),
        ("How many papers do they have in the library?", "count"),
    ],
)
def test_what_a_survey_read_is_not_counted_in_the_library(text: str, kind: str) -> None:
    assert kind_of(text) == kind


@pytest.mark.parametrize("text", ["learning what frogs sing", "robots that knead the dough"])
def test_a_plain_topic_has_nothing_in_it_that_asks(text: str) -> None:
    assert is_plain_topic(text)
    assert not is_plain_topic(f"{text}?") and not is_plain_topic(f"show {text}")

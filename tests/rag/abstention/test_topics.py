"""Whether what stands out for the topic of a list is about it."""

from __future__ import annotations

import pytest

from rag import Assistant
from rag.abstention.topics import NEAR, NEAREST, is_said, nearness, relief
from rag.questions.topic import read_topic
from rag.retrieval.retrieve import Hit
from tests.support.shelf import BREAD, MERGE_A, POND, TIDE, WIND


def first(assistant: Assistant, topic: str) -> list[Hit]:
    return assistant.retriever.search(topic, 3)


def near(assistant: Assistant, topic: str) -> float:
    return nearness(read_topic(topic), first(assistant, topic), assistant.retriever, None)


@pytest.mark.parametrize(
    "topic",
    [
        "kneading dough",
        "forecasting tides with Gaussian processes",
        "whale song",
        "explaining checkers moves in plain words",
        "underwater basket weaving or kneading dough",
    ],
)
def test_what_an_abstract_says_is_near(assistant: Assistant, topic: str) -> None:
    assert near(assistant, topic) >= NEAR


def test_what_half_an_abstract_says_is_neither_near_nor_far(assistant: Assistant) -> None:
    assert NEAREST <= near(assistant, "recordings of amphibian calls in ponds") < NEAR


@pytest.mark.parametrize(
    "topic",
    [
        "whale migration",
        "frogs and toads",
        "underwater basket weaving",
        "robots kneading clay",
        "calibration set lists",
    ],
)
def test_what_shares_a_word_or_none_is_far(assistant: Assistant, topic: str) -> None:
    assert near(assistant, topic) < NEAREST


def test_of_a_term_every_word_tells_and_of_a_longer_topic_most(assistant: Assistant) -> None:
    term, wrong = near(assistant, "whale song"), near(assistant, "whale ballet")
    longer = near(assistant, "wake steering of offshore wind farms")
    spoilt = near(assistant, "wake steering of offshore wind kites")
    assert term - wrong > longer - spoilt > 0


def test_nothing_found_is_far(assistant: Assistant) -> None:
    assert nearness(read_topic("whale song"), [], assistant.retriever, None) < NEAREST


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("model merging", True),
        ("tactile feedback", True),
        ("Gaussian processes", True),
        ("purple savannahs or wake steering", True),
        ("tactile flour", False),
        ("audio complexity", False),
        ("whale steering", False),
        ("purple savannahs", False),
    ],
)
def test_a_topic_is_said_where_its_words_stand_side_by_side(assistant: Assistant, topic: str, said: bool) -> None:
    assert is_said(read_topic(topic), first(assistant, topic), assistant.retriever) is said


def test_only_the_best_papers_are_read(assistant: Assistant) -> None:
    place = {hit.paper: hit for hit in assistant.retriever.search("dough", 12)}
    hits = [hit for paper, hit in place.items() if paper not in (BREAD, POND, TIDE, WIND, MERGE_A)]
    topic = read_topic("kneading dough")
    assert is_said(read_topic("tactile feedback"), [*hits[:4], place[BREAD]], assistant.retriever)
    assert not is_said(read_topic("tactile feedback"), [*hits[:5], place[BREAD]], assistant.retriever)
    ahead = nearness(topic, [*hits[:4], place[BREAD]], assistant.retriever, None)
    assert ahead > nearness(topic, [*hits[:5], place[BREAD]], assistant.retriever, None)


def test_a_list_drawn_from_fewer_papers_needs_less() -> None:
    assert relief(10, 200) > relief(100, 200) > relief(200, 200) == 0.0
    assert relief(0, 200) == 0.0


def test_a_topic_that_is_half_said_is_listed_where_a_filter_leaves_few_papers(assistant: Assistant) -> None:
    asked = "Which papers are about recordings of amphibian calls in ponds?"
    few = {"published_after": "2023-01-01", "published_before": "2024-04-01"}
    assert assistant.ask(asked).abstained
    answer = assistant.ask(asked, filters=few)
    assert not answer.abstained and [citation.title for citation in answer.citations] == [POND.title]

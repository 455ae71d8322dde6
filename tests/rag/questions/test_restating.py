"""A question about one paper, put into words of its own; and the words by which one leans on what was said."""

from __future__ import annotations

import pytest

from rag.questions import pointers
from rag.questions.pointers import leans, points_back
from rag.questions.restating import holds, named_after, replaced, says_more
from tests.support.shelf import BREAD, FROG, SHELF


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("What does it cost?", "What does FrogNet cost?"),
        ("What are its limits?", "What are FrogNet's limits?"),
        ("How does this method learn?", "How does FrogNet learn?"),
        ("How many ponds?", "How many ponds — FrogNet?"),
        ("And what about its speed?", "What is FrogNet's speed?"),
    ],
)
def test_a_name_takes_the_place_of_what_points_to_it(text: str, said: str) -> None:
    assert replaced(text, "FrogNet") == said


def test_a_name_that_is_there_is_not_put_in_again() -> None:
    assert named_after("What does FrogNet cost?", FROG) == "What does FrogNet cost?"
    assert named_after("What does it cost?", FROG) == "What does FrogNet cost?"


def test_what_a_paper_holds_is_told_by_stems() -> None:
    assert holds(BREAD, "kneading")
    assert not holds(BREAD, "frogs and tides")


@pytest.mark.parametrize(
    ("text", "more"), [("and the cost", True), ("ok, tell", False), ("the one", False), ("", False)]
)
def test_words_of_their_own_are_told_from_those_that_lean(text: str, more: bool) -> None:
    assert says_more(text) is more


@pytest.mark.parametrize(
    "text",
    [
        "What does it cost?",
        "Why?",
        "And the authors?",
        "how many authors?",
        "Are there similar papers?",
        "Related work?",
    ],
)
def test_a_question_that_needs_the_conversation(text: str) -> None:
    assert leans(text, SHELF)


@pytest.mark.parametrize(
    "text",
    [
        "What does FrogNet cost?",
        "Which papers show that merging fails?",
        "Is it possible to count frogs by sound?",
        "Are there similar papers on frogs?",
    ],
)
def test_a_question_that_stands_alone(text: str) -> None:
    assert not leans(text, SHELF)


def test_a_pronoun_before_a_name_means_another_paper() -> None:
    assert points_back("How does it compare with FrogNet?", SHELF)
    assert not points_back("What does FrogNet say of its ponds?", SHELF)


@pytest.mark.parametrize(
    ("text", "count"),
    [("the first two of them", "two"), ("the last three", "three")],
)
def test_some_of_several_are_counted(text: str, count: str) -> None:
    match = pointers.GROUP.search(text)
    assert match is not None and match["some"] == count

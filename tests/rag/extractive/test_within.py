"""Comparisons within one paper are facts about it."""

from __future__ import annotations

import pytest

from rag import Assistant
from rag.extractive.within import compared_in_passing, compared_within
from tests.support.answers import check_answer
from tests.support.shelf import BY_ID, FROG, SHELF


@pytest.mark.parametrize(
    "text",
    [
        "How accurate is FrogNet compared with current designs?",
        "How does FrogNet do compared to baselines?",
        "How does FrogNet compare with the state of the art?",
        "How does FrogNet compare to the best baseline?",
        "What does TinyBits lose relative to other methods?",
        "How do the yields of TidePredict compare to Gaussian processes?",
        "How does TidePredict compare to random processes?",
    ],
)
def test_what_has_no_name_or_is_in_the_abstract_is_no_other_side(text: str) -> None:
    assert compared_within(text, SHELF)


@pytest.mark.parametrize(
    "text",
    [
        "How does FrogNet compare with TinyBits?",
        "How does FrogNet compare to the chess paper?",
        "How does MergeKing compare to wake steering in wind farms?",
        "How do baselines compare to FrogNet?",
        "What accuracy does FrogNet reach?",
        "Compare chess with tides.",
    ],
)
def test_another_paper_is_another_side(text: str) -> None:
    assert not compared_within(text, SHELF)


def test_a_comparison_within_a_paper_is_answered_from_it_alone(assistant: Assistant) -> None:
    answer = assistant.ask("What accuracy does FrogNet reach compared with current designs?")
    check_answer(answer, BY_ID)
    assert [c.title for c in answer.citations] == [FROG.title]
    assert "62.2% accuracy" in answer.text
    assert not answer.missing


def test_what_something_is_measured_against_behind_a_question_is_no_other_paper() -> None:
    assert compared_in_passing("Which ponds hold more frogs compared with dry meadows?", SHELF)
    for text in (
        "How do ponds compare with dry meadows?",
        "Which ponds hold more frogs compared with those of the paper on tides?",
        "Which ponds hold more frogs compared with FrogNet?",
    ):
        assert not compared_in_passing(text, SHELF)

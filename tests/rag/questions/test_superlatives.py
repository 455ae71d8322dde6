"""Superlatives over several papers, which no abstract settles."""

from __future__ import annotations

import pytest

from rag import Assistant
from rag.questions.superlatives import superlative_over_papers


@pytest.mark.parametrize(
    ("question", "most"),
    [
        ("Which paper reports the highest accuracy on PondBench?", "highest"),
        ("And which of these is the fastest?", "fastest"),
        ("which one of them is the cheapest", "cheapest"),
        ("What is the largest model trained in any of these papers?", "largest"),
        ("What is the most cited paper in the library?", "most cited"),
        ("Which benchmark has the hardest problems in this digest?", "hardest"),
        ("What is the highest accuracy that FrogNet reaches?", ""),
        ("What is the best way to merge models?", ""),
        ("Which paper has the most authors?", ""),
        ("Which papers find the best solutions?", ""),
        ("What are the longest sequences in the paper on frogs?", ""),
    ],
)
def test_what_ranks_papers_is_told_from_what_asks_one_paper(question: str, most: str) -> None:
    assert superlative_over_papers(question) == most


def test_a_list_says_that_it_does_not_rank(assistant: Assistant) -> None:
    answer = assistant.ask("Which paper reports the highest accuracy on PondBench?")
    assert answer.citations and not answer.abstained
    assert "not ranked" in answer.sentences[0].text
    assert answer.sentences[0].support == "not_a_claim"
    assert answer.missing == ("which is highest",)


def test_the_greatest_of_all_is_declined(assistant: Assistant) -> None:
    answer = assistant.ask("What is the largest model trained in any of these papers?")
    assert answer.abstained and "not ranked" in answer.abstention_reason

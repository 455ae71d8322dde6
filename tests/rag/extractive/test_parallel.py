"""Clauses that each ask about a paper of their own."""

from __future__ import annotations

import pytest

from ingest.paper import Paper
from rag import Assistant
from rag.extractive.parallel import parallel
from rag.questions.filters import Filters
from tests.support.shelf import ALPHA, CHESS, FROG, QUANT_A, TIDE, WIND


@pytest.mark.parametrize(
    ("question", "papers", "clauses"),
    [
        (
            "What accuracy does FrogNet reach, and what error does TidePredict have?",
            (FROG, TIDE),
            ("What accuracy does FrogNet reach?", "what error does TidePredict have?"),
        ),
        (
            "How are frogs counted by FrogNet, and how in TidePredict?",
            (FROG, TIDE),
            ("How are frogs counted by FrogNet?", "How are frogs counted by TidePredict?"),
        ),
        (
            "Both save effort: how far does TinyBits go, and how many trials does the paper on wake steering need?",
            (QUANT_A, WIND),
            (
                "Both save effort: how far does TinyBits go?",
                "Both save effort: how many trials does the paper on wake steering need?",
            ),
        ),
        (
            "How deep is the search tree that explains chess moves in plain language, and by how much does steering "
            "the wake of rotors raise the yield of a wind farm?",
            (CHESS, WIND),
            (
                "How deep is the search tree that explains chess moves in plain language?",
                "by how much does steering the wake of rotors raise the yield of a wind farm?",
            ),
        ),
        (
            "Who rated the moves of ChessMind, and when does the paper on wake steering raise the yield?",
            (CHESS, WIND),
            ("Who rated the moves of ChessMind?", "when does the paper on wake steering raise the yield?"),
        ),
        (
            "Does FrogNet need labels, and does the paper on wake steering?",
            (FROG, WIND),
            ("Does FrogNet need labels?", "Does the paper on wake steering need labels?"),
        ),
    ],
)
def test_each_clause_is_about_a_paper_of_its_own(
    assistant: Assistant, question: str, papers: tuple[Paper, ...], clauses: tuple[str, ...]
) -> None:
    found = parallel(question, assistant.retriever)
    assert tuple(clause.paper for clause in found) == papers
    assert tuple(clause.text for clause in found) == clauses


@pytest.mark.parametrize(
    "question",
    [
        "What accuracy does FrogNet reach, and what is its sample complexity?",
        "What accuracy does FrogNet reach, and how far is that from the best baseline on PondBench?",
        "How does FrogNet count frogs, and at what accuracy?",
        "Who rated the moves that ChessMind explains, and was the tree deep?",
        "Which papers are about frogs, and which are about chess?",
        "Is FrogNet better than TidePredict, and by how much?",
        "What is FrogNet, and how does it differ from TidePredict?",
        "How does FrogNet work, and is it better than TidePredict?",
        "What is FrogNet, and does it outperform TidePredict?",
        "How was FrogNet made and how does TidePredict compare?",
    ],
)
def test_clauses_about_one_paper_stay_together(assistant: Assistant, question: str) -> None:
    assert parallel(question, assistant.retriever) == ()


def test_a_paper_that_the_filters_keep_out_is_no_clauses(assistant: Assistant) -> None:
    question = "What accuracy does FrogNet reach, and how many bits does TinyBits need?"
    assert parallel(question, assistant.retriever)
    assert parallel(question, assistant.retriever, Filters(digest=ALPHA)) == ()


def test_both_clauses_are_answered_below_the_titles_of_their_papers(assistant: Assistant) -> None:
    answer = assistant.ask("What accuracy does FrogNet reach on PondBench, and which error does TidePredict have?")
    first, second = answer.text.split(f"{TIDE.title}:")
    assert first.startswith(f"{FROG.title}:")
    assert "62.2% accuracy on PondBench" in first
    assert "The mean error is 4 cm over 30 days." in second
    assert [c.title for c in answer.citations] == [FROG.title, TIDE.title]


def test_dates_of_two_papers_are_looked_up(assistant: Assistant) -> None:
    answer = assistant.ask("When was FrogNet published and when was TidePredict?")
    assert "2024-05-01" in answer.text


def test_where_neither_paper_answers_the_question_is_declined(assistant: Assistant) -> None:
    answer = assistant.ask("What learning rate does FrogNet use, and how many GPUs does TinyBits need?")
    assert answer.abstained
    assert answer.missing == ("a learning rate", "the hardware or the time of training")
    assert "Not answered: the abstract of" in answer.text


def test_what_one_of_the_papers_leaves_out_is_told_of_it_alone(assistant: Assistant) -> None:
    answer = assistant.ask("What accuracy does FrogNet reach, and how many sailors does TidePredict need?")
    assert answer.missing == ("how many sailors",)
    assert "62.2% accuracy" in answer.text
    assert f"The abstract of “{TIDE.title}” does not say how many sailors." in answer.text

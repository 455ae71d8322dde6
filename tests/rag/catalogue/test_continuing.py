from __future__ import annotations

import pytest

from rag import Assistant
from rag.answer import Turn
from rag.catalogue.continuing import continued
from tests.support.counting import counted
from tests.support.shelf import ALPHA, BETA, SHELF

CUT = "30 of 207 papers are in it:\n- One\nand 18 more."

VARIED = [
    (["How many papers are in digest 2?"], "and in digest 1?", "How many papers are in digest in digest 1?"),
    (["How many papers mention merging?"], "and frogs?", "How many papers mention frogs?"),
    (["How many papers are about merging?"], "what about quantization?", "How many papers are about quantization?"),
    (
        ["How many papers mention merging?", "and frogs?"],
        "and in digest 2?",
        "How many papers mention frogs in digest 2?",
    ),
    (["How many papers were published in 2023?"], "and in 2024?", "How many papers were published in 2024?"),
    (["How many papers have code?"], "and without code?", "How many papers without code?"),
    (["How many papers are there?"], "and with code?", "How many papers are there with code?"),
    (
        ["How many papers have more than 5 authors?"],
        "and fewer than 3 authors?",
        "How many papers have fewer than 3 authors?",
    ),
    (["What is the oldest paper?"], "and the second oldest?", "the second oldest paper?"),
    (["What is the oldest paper?", "how many authors does it have?"], "and the newest?", "the newest paper?"),
]


def told(questions: list[str], answer: str = "x") -> list[Turn]:
    return [turn for q in questions for turn in (Turn("user", q), Turn("assistant", answer))]


@pytest.mark.parametrize(("before", "text", "whole"), VARIED)
def test_a_question_that_varies_a_computed_one_is_made_whole(before: list[str], text: str, whole: str) -> None:
    assert continued(text, told(before), SHELF) == whole


@pytest.mark.parametrize(
    ("before", "text"),
    [
        (["What does FrogNet do?"], "and in digest 1?"),
        (["How many papers are there?"], "and why is that?"),
        (["How many papers are there?"], "and how many authors does it have?"),
        (["How many papers are there?"], "What does FrogNet do?"),
        (["Which papers are about merging?"], "and the second one?"),
        (["What does FrogNet do?"], "and the newest?"),
        (["How many papers are in digest 2?"], "how many of those have code?"),
        ([], "and in digest 1?"),
    ],
)
def test_any_other_question_is_left_to_the_rest_of_the_reading(before: list[str], text: str) -> None:
    assert continued(text, told(before), SHELF) == ""


def test_those_of_an_answer_that_names_only_some_are_all_of_them() -> None:
    history = told(["How many papers are in digest 2?"], CUT)
    assert continued("how many of those have code?", history, SHELF) == "how many papers have code,  in digest 2?"
    assert continued("how many of them have code?", told(["What is in digest 2?"]), SHELF) != ""


def test_a_conversation_of_counts_holds_its_thread(assistant: Assistant) -> None:
    history: list[dict[str, str]] = []
    found = []
    for question in ("How many papers are in digest 2?", "and in digest 1?", "and with code?"):
        answer = assistant.ask(question, history)
        history += [{"role": "user", "content": question}, {"role": "assistant", "content": answer.text}]
        found.append(counted(answer))
    inside = [{p.title for p in SHELF if digest in p.digests} for digest in (BETA, ALPHA)]
    assert found == [*inside, {p.title for p in SHELF if ALPHA in p.digests and p.links}]

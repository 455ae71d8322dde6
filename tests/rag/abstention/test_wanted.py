from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from rag import Assistant
from rag.abstention.wanted import counts, missing_amount, missing_name, missing_things, wanted
from rag.grounding.tokens import tokens_of
from tests.support.shelf import CHESS, FROG, POND, TIDE, paper


@pytest.mark.parametrize(
    ("question", "phrases"),
    [
        ("How many annotators labelled the recordings?", ["annotators"]),
        ("Which learning rate was used in the first run?", ["learning rate"]),
        ("What is the licence of the code?", ["licence"]),
        ("How fast is it?", []),
        ("What does it reach?", []),
        ("What makes the pond so loud?", [""]),
        ("Which frogs outsing the toads?", ["frogs"]),
        ("What is lost in the dark?", [""]),
        ("How does it settle how many frogs a pond holds?", []),
        ("In how many ponds was it tried?", ["ponds"]),
        ("What stands in the way of the frogs?", [""]),
        ("What ponds in the north were visited?", ["ponds"]),
    ],
)
def test_the_thing_wanted_is_read_from_the_question(question: str, phrases: list[str]) -> None:
    assert [w.phrase for w in wanted(question)] == phrases


@pytest.mark.parametrize(("thing", "told"), [("recordings", True), ("ponds", True), ("frogs", False)])
def test_a_thing_is_counted_where_a_number_stands_by_it(thing: str, told: bool) -> None:
    assert counts(POND, tokens_of(thing)[0]) is told


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("The best number of samples can be less than 10.", True),
        ("We need samples: 10.", True),
        ("The samples came from a pond of 12 frogs.", False),
        ("Samples of the night differ by 3.", False),
    ],
)
def test_a_number_behind_a_thing_counts_it_where_nothing_else_is_said_between(sentence: str, told: bool) -> None:
    assert counts(paper("Ponds", sentence), tokens_of("samples")[0]) is told


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("How many recordings does it hold?", ()),
        ("How many biologists labelled each recording?", ()),
        ("How many microphones does it use?", ("how many microphones",)),
        ("Which temperature was used?", ("temperature",)),
        ("Which benchmark was used?", ()),
        ("What accuracy does it reach?", ()),
    ],
)
def test_only_things_of_which_the_abstract_says_nothing_are_missing(question: str, missing: tuple[str, ...]) -> None:
    assert missing_things(question, POND) == missing


def test_meaning_stands_in_for_letters() -> None:
    def alike(ours: Sequence[str], theirs: Sequence[str]) -> NDArray[np.float32]:
        return np.array([[0.9 if word == "accuracy" else 0.0 for word in theirs]], dtype=np.float32)

    assert missing_things("Which correctness was seen?", FROG) == ("correctness",)
    assert missing_things("Which correctness was seen?", FROG, alike) == ()


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("How many volcanoes does ChessMind visit?", CHESS.title),
        ("Which thermometer does TidePredict rely on?", TIDE.title),
    ],
)
def test_what_is_wanted_and_not_given_is_said_first(assistant: Assistant, question: str, title: str) -> None:
    answer = assistant.ask(question)
    assert answer.missing
    assert title in answer.text
    assert not any(s.support == "supported" for s in answer.sentences[:1])


@pytest.mark.parametrize(
    ("question", "abstract", "missing"),
    [
        ("What percentage does it gain?", "It gains a lot, for 12 ponds.", "a percentage"),
        ("What percentage does it gain?", "It gains 4 % on ponds.", ""),
        ("What percentage does it gain?", "Errors are halved.", ""),
        ("By how much does it cut the cost?", "It cuts the cost of GPT-4 greatly.", "a number"),
        ("By how much does it cut the cost?", "It cuts the cost by orders of magnitude.", ""),
        ("How large is the corpus?", "The corpus of ponds is large.", "a number"),
        ("How large is the corpus?", "The corpus holds three thousand ponds.", ""),
        ("How does it work?", "It works well.", ""),
    ],
)
def test_an_amount_is_missing_where_the_abstract_gives_none(question: str, abstract: str, missing: str) -> None:
    assert missing_amount(question, paper("Ponds", abstract)) == missing


@pytest.mark.parametrize(
    ("question", "abstract", "missing"),
    [
        ("Which language model counts them?", "We let large language models (LLMs) count frogs.", "language model"),
        ("Which language model counts them?", "We let language models such as GPT-4 count frogs.", ""),
        (
            "Which language model counts them?",
            "We let a language model count. It is Mistral of course.",
            "language model",
        ),
        ("Which GPUs were used?", "It ran on many GPUs. We call it FrogRun and it is fast on GPUs.", "GPUs"),
        ("Which GPUs were used?", "It ran on A100 GPUs.", ""),
        ("Which language model is it?", "We introduce FrogAgent, an agent built on GPT-4, a language model.", ""),
        ("Which language model is it?", "We present a test of language models, including Alpaca and FLAN-T5.", ""),
        ("Which language model is it?", "We introduce a new agent, FrogAgent, and a language model.", "language model"),
        ("Which deep RL library did they use?", "We train by deep reinforcement learning.", "deep RL library"),
        ("Which frogs were counted?", "We count frogs.", ""),
        ("What size of language model is best?", "We let language models count frogs.", ""),
    ],
)
def test_a_kind_that_goes_by_a_name_is_missing_where_none_is_given(question: str, abstract: str, missing: str) -> None:
    assert missing_name(question, paper("Ponds", abstract), []) == missing


def test_a_name_in_the_sentence_that_answers_is_enough() -> None:
    counted = paper("Ponds", "We let a language model count. It is Mistral of course.")
    assert missing_name("Which language model counts them?", counted, ["It is Mistral of course."]) == ""


def test_a_name_that_is_asked_for_and_not_given_is_said_first(assistant: Assistant) -> None:
    answer = assistant.ask("Which language model does ChessMind ask for an explanation?")
    assert answer.missing == ("the language model",)
    assert answer.text.startswith(f"The abstract of “{CHESS.title}” does not name the language model.")
    assert answer.text.count("the language model") == 1


def test_how_many_of_what_any_paper_has_asks_for_a_count_too() -> None:
    bench = paper("PondQA", "PondQA is a benchmark on which 11 models fail. It holds problems on ponds.")
    assert missing_things("How many problems does it hold?", bench) == ("how many problems",)
    assert missing_things("How many models fail?", bench) == ()
    assert missing_things("How many percent of them fail?", bench) == ()

"""Requests for papers are told by their frame, whatever their topic."""

from __future__ import annotations

import json

import pytest

from rag.questions.listlike import FRAMES, asks_for_papers, asks_of_one, frames_of, odds_of_list
from rag.questions.question import kind_of

REQUESTS = (
    "I run a seminar on beekeeping. Which of these could I hand out?",
    "Tidal power, what do you hold on that?",
    "Would there be something in here that treats insomnia with light?",
    "Has anybody looked at how bridges age?",
    "Could you dig up what we have on goose migration?",
    "I'd love to see articles that deal with sourdough.",
)
OF_ONE = (
    "Into which three groups does the survey part its bridges?",
    "How much salt goes into the dough?",
    "Why does the goose turn back at the coast?",
    "List the four stages of the baking schedule.",
    "Explain the tide tables",
    "Which of the two lamps helped the sleepers more?",
)


@pytest.mark.parametrize("text", REQUESTS)
def test_requests_for_papers_are_lists(text: str) -> None:
    assert asks_for_papers(text) and kind_of(text) == "list"


@pytest.mark.parametrize("text", OF_ONE)
def test_questions_for_something_out_of_a_paper_are_not(text: str) -> None:
    assert not asks_for_papers(text) and kind_of(text) != "list"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Has anybody looked at how bridges age?", "Has anybody looked at how tulips fade?"),
        ("What do we have on tides?", "What do we have on spider silk?"),
    ],
)
def test_the_topic_makes_no_difference(one: str, other: str) -> None:
    assert odds_of_list(one) == odds_of_list(other)


def test_a_run_of_topic_words_is_one_gap() -> None:
    runs = frames_of("What is there on tidal power plants, 3 of them?", {"what", "is", "there", "on", "of", "?"})
    assert {"^ what is", "there on _", "on _ #", "# of _", "?", "? $"} <= runs
    assert not any(run.split() in (["_"], ["^", "_"], ["_", "$"]) for run in runs)


def test_what_says_papers_may_be_a_list_however_it_is_put() -> None:
    text = "Into which three groups do the papers on bridges fall?"
    assert odds_of_list(text.replace("papers", "posts")) < odds_of_list(text)
    assert not asks_of_one(text) and asks_of_one(OF_ONE[0])


def test_what_is_stored_is_used_and_measured() -> None:
    stored = json.loads(FRAMES.read_text(encoding="utf-8"))
    assert set(stored["words"]) >= {w for run in stored["weights"] for w in run.split()} - {"_", "#", "^", "$"}
    assert set(stored["figures"]) == {
        "kept_aside_requests_told", "kept_aside_lookalikes_mistaken", "kept_aside_details_mistaken",
    }  # fmt: skip

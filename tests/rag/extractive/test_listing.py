"""Lists: which of the papers found are listed, and what is said of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from ingest.paper import Paper
from rag import Assistant
from rag.extractive.beside import parted
from rag.questions.filters import Filters
from rag.questions.phrases import DECLINED
from tests.support.shelf import POND, SHELF, bag, fill, paper, settings_in

REWARD_A = paper("Steps That Pay", "We train process reward models on ponds. Process reward models judge each step.")
REWARD_B = paper("Judging Steps", "Process reward models are tested on ponds. We find errors of process reward models.")
SCATTERED = paper(
    "Decisions without End",
    "We study a decision process of long horizon. The average of the reward is bounded. Linear models of it suffice, "
    "as the process soon mixes in all models. Small is each reward. Regret grows as the root of time. An episode pays "
    "by its bias, span and gap. Optimism decides where to look, and how far.",
)
EMPTY = paper("Process Reward Models of Geese", "")

Opened = Callable[..., Assistant]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """Give a function that opens a library of the shelf and some more papers."""
    with ExitStack() as stack:

        def open_with(*more: Paper) -> Assistant:
            settings = settings_in(tmp_path)
            fill(settings, (*SHELF, *more)).close()
            return stack.enter_context(closing(Assistant.open(settings, embed_model=bag())))

        yield open_with


def listed(assistant: Assistant, question: str) -> set[str]:
    return {citation.title for citation in assistant.ask(question).citations}


def test_a_paper_that_holds_the_words_only_apart_is_left_out_where_several_hold_them_together(opened: Opened) -> None:
    found = listed(opened(REWARD_A, REWARD_B, SCATTERED), "What do we have about process reward models?")
    assert found == {REWARD_A.title, REWARD_B.title}


def test_where_no_two_papers_hold_them_together_none_is_left_out_for_that(opened: Opened) -> None:
    assert SCATTERED.title in listed(opened(SCATTERED), "Which papers are about process reward models?")


def test_a_paper_without_an_abstract_is_listed_and_that_is_said(opened: Opened) -> None:
    answer = opened(REWARD_A, EMPTY).ask("Which papers mention geese?")
    assert EMPTY.title in answer.text
    assert "It has no abstract." in answer.text


def test_two_papers_asked_how_many_of_something_are_compared_and_not_counted(opened: Opened) -> None:
    geese = paper("GooseWalk: Geese That March", "We let geese march. GooseWalk was tried on 9 meadows of grass.")
    ducks = paper("DuckSwim: Ducks in Rows", "We let ducks swim. DuckSwim was tried on 14 lakes with reeds.")
    answer = opened(geese, ducks).ask("GooseWalk and DuckSwim: on how many data sets was each tried?")
    assert "9 meadows" in answer.text and "14 lakes" in answer.text


def test_authors_of_two_papers_are_counted_still(assistant: Assistant) -> None:
    answer = assistant.ask("How many authors do FrogNet and TinyBits have?")
    assert "3" in answer.text and "4" in answer.text
    assert answer.catalogue is not None


AHEAD = paper(
    "Stripes in Rows",
    "ZebraNet draws stripes. ZebraNet was tried on stripes of ZebraNet; no net but ZebraNet draws stripes.",
)
ALSO = paper(
    "Rivers of the North",
    "Rivers of the north freeze late. Salmon climb their falls, herons wait, reeds bend and moss grows. We tried "
    "ZebraNet.",
)


@pytest.mark.parametrize(
    ("question", "papers"),
    [
        ("Which papers use ZebraNet?", {AHEAD.title, ALSO.title}),
        ("What papers mention ZebraNet?", {AHEAD.title, ALSO.title}),
        ("Which paper uses ZebraNet?", {AHEAD.title}),
        ("Which one study uses ZebraNet?", {AHEAD.title}),
    ],
)
def test_where_one_paper_is_asked_for_the_one_ahead_is_told(opened: Opened, question: str, papers: set[str]) -> None:
    assert listed(opened(AHEAD, ALSO), question) == papers


def test_where_several_papers_are_as_good_one_asked_for_does_not_leave_them_out(opened: Opened) -> None:
    assert listed(opened(REWARD_A, REWARD_B), "Which paper is about process reward models?") == {
        REWARD_A.title,
        REWARD_B.title,
    }


def test_where_no_abstract_is_clearly_about_the_topic_the_nearest_are_shown_and_it_is_declined(
    assistant: Assistant,
) -> None:
    answer = assistant.ask("Which papers are about recordings of amphibian calls in ponds?")
    assert answer.abstained
    assert answer.abstention_reason == "no abstract is clearly about this"
    assert answer.text.startswith(
        f"{DECLINED}: no abstract is clearly about this. These come nearest:\n1. {POND.title}"
    )
    assert [citation.title for citation in answer.citations] == [POND.title]
    assert [s.text for s in answer.sentences if s.support == "supported"] == [
        "PondBench holds 3,400 recordings of 12 ponds."
    ]


@pytest.mark.parametrize("topic", ["whale migration", "quantization of vision models", "frogs and toads in gardens"])
def test_a_topic_that_shares_some_words_alone_is_declined_plainly(assistant: Assistant, topic: str) -> None:
    answer = assistant.ask(f"Which papers are about {topic}?")
    assert answer.abstained and answer.citations == ()
    assert answer.abstention_reason == "no abstract comes near the topic"
    assert "come nearest" not in answer.text and "The nearest are “" in answer.text


SWIFT = paper(
    "Swift Mergers",
    "We merge goose models without retraining. Merging goose models takes 3 hours on one GPU. Nothing is lost.",
)
SLOW = paper("Slow Mergers", "We merge goose models without retraining. The merged goose models keep their feathers.")


def test_what_is_asked_beside_the_list_is_told_of_each_paper(opened: Opened) -> None:
    answer = opened(SWIFT, SLOW).ask("Which papers merge goose models without retraining, and what did it cost?")
    swift, slow = sorted(answer.text.split("\n2. "), key=lambda part: "Slow Mergers" in part)
    assert "takes 3 hours on one GPU" in swift and "does not" not in swift
    assert "Its abstract does not say what it costs." in slow
    assert answer.missing == ("what it costs",)


def test_nothing_is_said_twice_where_the_telling_sentence_answers_what_is_asked_beside(opened: Opened) -> None:
    answer = opened(SWIFT).ask("Which papers merge goose models, and how many hours does it take?")
    assert answer.text.count("takes 3 hours on one GPU") == 1


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "Which of these merge models, and what did it cost?",
            ("Which of these merge models", "what did it cost"),
        ),
        (
            "Which papers prune networks and how much smaller do they get?",
            ("Which papers prune networks", "how much smaller do they get"),
        ),
        ("Which papers are on frogs; and on which data are they tested?", None),
        ("Which papers are on frogs and toads?", ("Which papers are on frogs and toads?", "")),
        ("Which papers ask how and why frogs sing?", ("Which papers ask how and why frogs sing?", "")),
        ("What is FrogNet and what does it cost?", ("What is FrogNet and what does it cost?", "")),
    ],
)
def test_a_list_question_is_parted_from_what_it_asks_beside(question: str, parts: tuple[str, str] | None) -> None:
    assert parted(question) == (parts or ("Which papers are on frogs", "on which data are they tested"))


def test_which_of_those_gives_a_list_of_its_own(opened: Opened) -> None:
    assistant = opened(SWIFT, SLOW, REWARD_A)
    first = "Which papers merge goose models?"
    turns = [{"role": "user", "content": first}, {"role": "assistant", "content": assistant.ask(first).text}]
    among = assistant.ask("And which of those need no retraining?", history=turns)
    assert among.text.startswith("1. ") and "\n2. " in among.text
    assert {c.title for c in among.citations} == {SWIFT.title, SLOW.title}


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What datasets were used to test whether geese march?", "fact"),
        ("Which benchmarks does it take to rank geese?", "fact"),
        ("What datasets do the papers on geese use?", "list"),
        ("Which methods merge goose models?", "list"),
    ],
)
def test_what_is_used_for_a_thing_is_asked_of_one_paper(opened: Opened, question: str, kind: str) -> None:
    assert opened(SWIFT).read(question, [], Filters()).kind == kind

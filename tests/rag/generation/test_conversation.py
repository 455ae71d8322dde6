"""The conversation: told in its room, and a question made to stand alone by a model that may give anything."""

from __future__ import annotations

import pytest

from ingest.errors import ModelError
from rag.answer import Turn
from rag.generation.conversation import accepted, rewritten, told_in
from tests.support.llms import FakeWriter

HISTORY = [
    Turn("user", "Why does model merging fail?"),
    Turn("assistant", "Model merging fails when the merged networks disagree on sign. [1] A second sentence. [2]"),
    Turn("user", "And how is that mended?"),
    Turn("assistant", "Signs are resolved before merging. [1]"),
]


def words(text: str) -> float:
    return float(len(text.split()))


def test_the_last_exchange_is_told_whole_and_those_before_in_short() -> None:
    told, notes = told_in(HISTORY, 1_000, words)
    assert told == (
        "user: Why does model merging fail?\n"
        "assistant: Model merging fails when the merged networks disagree on sign.\n"
        "user: And how is that mended?\n"
        "assistant: Signs are resolved before merging."
    )
    assert notes == []


def test_the_oldest_turns_go_where_there_is_no_room() -> None:
    told, notes = told_in(HISTORY, 12, words)
    assert told == "user: And how is that mended?\nassistant: Signs are resolved before merging."
    assert notes == ["the oldest 2 of 4 turns of the conversation did not fit the model's window"]
    assert told_in(HISTORY, 0, words)[0] == ""


def test_a_long_turn_is_shortened() -> None:
    told, _ = told_in([Turn("user", "frog " * 5_000)], 10_000, words)
    assert len(told) < 700


def test_no_conversation_is_nothing() -> None:
    assert told_in([], 100, words) == ("", [])


QUESTION = "and does it cost anything?"


@pytest.mark.parametrize(
    "written",
    [
        "Does resolving signs before merging cost anything?",
        '"Does resolving signs before merging cost anything?"',
        "Standalone question: Does resolving signs before merging cost anything?\n",
    ],
)
def test_a_question_in_the_words_of_the_conversation_is_taken(written: str) -> None:
    assert accepted(written, QUESTION, HISTORY) == "Does resolving signs before merging cost anything?"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "\n",
        "Kostet das Auflösen der Vorzeichen etwas?",
        "Does quantum entanglement of zebras cost anything?",
        "Sure! Here is the question:\nDoes it cost anything?",
        '{"question": "Does merging cost anything?"}',
        "Does merging cost anything? [1]",
        "Does merging cost anything? " * 40,
        "How is merging mended?",
    ],
    ids=["nothing", "blank", "another language", "made up", "two lines", "json", "marker", "long", "another question"],
)
def test_anything_odd_is_refused(written: str) -> None:
    assert accepted(written, QUESTION, HISTORY) == ""


def test_the_model_is_given_the_conversation_and_the_question() -> None:
    writer = FakeWriter("Does merging cost anything?")
    assert rewritten(writer, QUESTION, HISTORY) == "Does merging cost anything?"
    prompt = writer.asked[0][1][1]
    assert "how is that mended" in prompt
    assert QUESTION in prompt


def test_a_model_that_fails_or_goes_on_for_ever_leaves_the_rules_reading() -> None:
    assert rewritten(FakeWriter("Does merging", fails=ModelError("gone")), QUESTION, HISTORY) == ""
    endless = FakeWriter("merging " * 10_000)
    assert rewritten(endless, QUESTION, HISTORY) == ""
    assert endless.stopped == 1
    assert endless.given < 100

"""The same promises against a real Ollama, where ``OLLAMA_HOST`` answers and serves a chat model."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterator
from typing import Any

import pytest

from ingest.errors import ModelError
from ingest.settings import Settings
from rag import Answer, Assistant
from rag.ollama import OllamaWriter, open_writer, probe
from rag.writer import Message, Usage
from tests.support.answers import check_answer
from tests.support.outcomes import MODES
from tests.support.shelf import BY_ID, FROG, bag

pytestmark = [pytest.mark.server, pytest.mark.slow]

QUESTIONS = (
    "What accuracy does FrogNet reach on PondBench?",
    "Which papers are about model merging?",
    "Compare TinyBits and MergeKing",
    "What is the capital of Peru?",
)
ASKED: list[Message] = [("system", "Answer in one sentence."), ("user", f"{FROG.abstract}\n\nWhat does FrogNet count?")]
FROM_THE_PROMPTS = ("3 days on 8 GPUs", "7 billion parameters")
"""Of the examples in the prompts, which small models say back."""
SCHEMA = {
    "type": "object",
    "properties": {"numbers": {"type": "array", "items": {"type": "integer"}, "maxItems": 3}},
    "required": ["numbers"],
}


@pytest.fixture(scope="module")
def settings() -> Settings:
    host = os.environ.get("OLLAMA_HOST", "")
    if not host:
        pytest.skip("OLLAMA_HOST is not set: nothing is tested against a real Ollama")
    found = Settings(generator="ollama", ollama_host=host, thinking="off")
    status = probe(found)
    chatting = [m.name for m in status.models if m.purpose == "chat" and not m.remote]
    if status.problem and not chatting:
        pytest.skip(f"OLLAMA_HOST is set, but: {status.problem}")
    # One too small to be chosen is asked for by its name: what holds of it holds of better ones.
    return dataclasses.replace(found, model=chatting[0]) if status.problem else found


@pytest.fixture
def writer(settings: Settings) -> OllamaWriter:
    found = open_writer(settings)
    assert found is not None
    return found


@pytest.fixture(scope="module", params=MODES)
def chat(request: pytest.FixtureRequest, shelf_settings: Settings, settings: Settings) -> Iterator[Assistant]:
    more: dict[str, Any] = {"generator": "ollama", "ollama_host": settings.ollama_host, "thinking": "off"}
    more["model"] = settings.model
    opened = Assistant.open(shelf_settings, embed_model=bag(), answer_mode=request.param, **more)
    yield opened
    opened.close()


def test_what_the_server_tells_is_understood(settings: Settings) -> None:
    status = probe(settings)
    assert status.version
    assert status.chosen is not None
    assert status.chosen.billions is not None
    assert status.chosen.purpose == "chat"
    assert status.shown.context >= 512


def test_text_and_usage(writer: OllamaWriter) -> None:
    writing = writer.write(ASKED, most=200)
    text = ""
    while True:
        try:
            text += next(writing).text
        except StopIteration as end:
            usage: Usage = end.value
            break
    assert text.strip()
    assert 40 < usage.prompt_tokens < 400
    assert 0 < usage.written_tokens <= 200
    assert usage.write_ms > 0


def test_the_same_question_gets_the_same_text(writer: OllamaWriter) -> None:
    first, second = ("".join(piece.text for piece in writer.write(ASKED, most=200)) for _ in range(2))
    assert first == second


def test_a_schema_is_followed(writer: OllamaWriter) -> None:
    asked: list[Message] = [("user", 'Reply with JSON: {"numbers": [the three smallest primes]}')]
    text = "".join(piece.text for piece in writer.write(asked, schema=SCHEMA, most=200))
    assert all(isinstance(number, int) for number in json.loads(text)["numbers"])


def test_closing_the_generator_leaves_the_server_free(writer: OllamaWriter) -> None:
    writing = writer.write([("user", "Write a very long story about frogs.")])
    assert next(piece for piece in writing if piece.text)
    writing.close()
    assert "".join(piece.text for piece in writer.write(ASKED, most=200)).strip()


def test_a_greatest_length_is_kept_and_said(writer: OllamaWriter) -> None:
    with pytest.raises(ModelError, match="greatest length"):
        list(writer.write([("user", "Write a very long story about frogs.")], most=5))


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_holds_together_whatever_the_model_writes(chat: Assistant, question: str) -> None:
    *events, answer = chat.stream(question)
    assert isinstance(answer, Answer)
    assert not any(isinstance(event, Answer) for event in events)
    assert answer.timings["wait"] > 0, "the model was asked and said something"
    if answer.generator == "extractive":
        assert answer.provenance.notes, "it is said why the model's own words do not stand"
    else:
        assert answer.generator == chat.generator_name
    if answer.provenance.mode == "select":
        assert {s.support for s in answer.sentences} <= {"supported", "not_a_claim"}
    assert not any(words in answer.text for words in (*FROM_THE_PROMPTS, "[99]", '{"', "DATA"))
    check_answer(answer, BY_ID)


def test_a_computed_answer_is_the_same_with_and_without_a_model(chat: Assistant, assistant: Assistant) -> None:
    question = "How many papers have a single author?"
    answer = chat.ask(question)
    assert "wait" not in answer.timings, "the model was not asked"
    assert answer.text == assistant.ask(question).text

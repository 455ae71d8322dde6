"""The same promises against a real Ollama, where ``OLLAMA_HOST`` answers and serves a chat model."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from ingest.settings import Settings
from rag import Answer, Assistant, Token
from rag.ollama import probe
from tests.support.answers import check_answer
from tests.support.shelf import BY_ID, bag

pytestmark = [pytest.mark.server, pytest.mark.slow]

QUESTIONS = (
    "What accuracy does FrogNet reach on PondBench?",
    "Which papers are about model merging?",
    "Compare TinyBits and MergeKing",
    "What is the capital of Peru?",
)


@pytest.fixture(scope="module")
def chat(shelf_settings: Settings) -> Iterator[Assistant]:
    host = os.environ.get("OLLAMA_HOST", "")
    if not host:
        pytest.skip("OLLAMA_HOST is not set: nothing is tested against a real Ollama")
    status = probe(Settings(ollama_host=host))
    if status.problem:
        pytest.skip(f"OLLAMA_HOST is set, but: {status.problem}")
    opened = Assistant.open(shelf_settings, embed_model=bag(), generator="ollama", ollama_host=host)
    yield opened
    opened.close()


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_holds_together_whatever_the_model_writes(chat: Assistant, question: str) -> None:
    *tokens, answer = chat.stream(question)
    assert isinstance(answer, Answer)
    assert all(isinstance(token, Token) for token in tokens)
    assert answer.generator == chat.generator_name
    check_answer(answer, BY_ID)


def test_a_computed_answer_is_the_same_with_and_without_a_model(chat: Assistant, assistant: Assistant) -> None:
    question = "How many papers have a single author?"
    assert chat.ask(question).text == assistant.ask(question).text

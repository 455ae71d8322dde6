"""The writer around any LlamaIndex LLM."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import pytest
from llama_index.core.base.llms.types import ChatMessage, ChatResponse, ChatResponseGen
from ollama import ResponseError

from ingest.errors import ModelError
from rag.llama_index_writer import LlamaIndexWriter
from rag.writer import Piece, Usage, Writer
from tests.support.llms import Told, telling

ASKED = [("system", "Be brief."), ("user", "How many frogs?")]


class Failing(Told):
    """Raises what it is told to when its stream is asked for."""

    error: Any = None

    def stream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponseGen:
        raise self.error


class Recorded(Told):
    """Streams responses with raw records, as LlamaIndex's Ollama does."""

    records: tuple[Mapping[str, Any], ...] = ()

    def stream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponseGen:
        def responses() -> ChatResponseGen:
            for record in self.records:
                thought = {"thinking_delta": record.get("thinking")}
                message = ChatMessage(role="assistant", content="")
                yield ChatResponse(message=message, delta=record.get("text"), raw=record, additional_kwargs=thought)

        return responses()


def failing(llm: Told, **more: Any) -> tuple[str, ModelError]:
    heard: list[str] = []
    with pytest.raises(ModelError) as failed:
        for piece in LlamaIndexWriter(llm).write(ASKED, **more):
            heard.append(piece.text)
    return "".join(heard), failed.value


def test_it_says_what_it_is() -> None:
    writer: Writer = LlamaIndexWriter(telling("Three.", window=4096))
    assert (writer.name, writer.window, writer.billions, writer.takes_schema) == ("llm/Told", 4096, None, False)
    writer.close()


def test_pieces_come_as_they_are_written() -> None:
    llm = telling("Three frogs in all.")
    writing = LlamaIndexWriter(llm).write(ASKED)
    assert next(writing) == Piece("Three")
    assert "".join(piece.text for piece in writing) == " frogs in all."
    assert "How many frogs?" in llm.prompts[0]


def test_the_usage_tells_nothing() -> None:
    writing = LlamaIndexWriter(telling("Three.")).write(ASKED)
    list_of = [next(writing)]
    with pytest.raises(StopIteration) as end:
        while True:
            list_of.append(next(writing))
    assert end.value.value == Usage()


@pytest.mark.parametrize(
    "records",
    [
        [{"thinking": "Let me count."}, {"text": "Three."}],
        [{"text": "<think>Let me "}, {"text": "count.</think>"}, {"text": "\nThree."}],
    ],
)
def test_reasoning_is_told_from_the_answer(records: list[dict[str, Any]]) -> None:
    pieces = list(LlamaIndexWriter(Recorded(records=tuple(records))).write(ASKED))
    assert "".join(p.text for p in pieces if p.kind == "thinking") == "Let me count."
    assert "".join(p.text for p in pieces if p.kind == "text") == "Three."


@pytest.mark.parametrize(
    "error",
    [
        httpx.ReadTimeout("slow"),
        httpx.ConnectError("refused"),
        httpx.RemoteProtocolError("cut"),
        ConnectionResetError("gone"),
        ValueError("no JSON"),
        AttributeError("'list' object has no attribute 'get'"),
        ResponseError("out of memory", 500),
    ],
    ids=lambda e: type(e).__name__,
)
def test_every_failure_of_a_connection_is_a_model_error_with_what_to_do(error: Exception) -> None:
    text, failed = failing(Failing(error=error))
    assert text == ""
    assert "generator" in failed.fix
    assert failed.__cause__ is error


def test_a_line_that_goes_dead_keeps_what_was_written() -> None:
    text, failed = failing(telling("Three frogs", breaks=True))
    assert text == "Three frogs"
    assert "in the middle of its answer" in failed.what


@pytest.mark.parametrize(
    ("records", "what"),
    [
        ([{"text": "Three", "done": False}], "without a last record"),
        ([{"text": "Three", "done": False}, {"text": "", "done": True, "done_reason": "length"}], "greatest length"),
        ([{"text": " ", "done": False}, {"text": "", "done": True}], "without a word"),
        ([{"text": "and again and again, "}] * 60, "repeats itself"),
    ],
)
def test_an_end_that_is_none(records: list[dict[str, Any]], what: str) -> None:
    assert what in failing(Recorded(records=tuple(records)))[1].what


def test_no_more_is_taken_than_was_asked_for() -> None:
    text, failed = failing(telling("one two three four five six"), most=3)
    assert text == "one two three four"
    assert "greatest length" in failed.what


def test_a_schema_is_refused() -> None:
    with pytest.raises(ValueError, match="schema"):
        list(LlamaIndexWriter(telling("{}")).write(ASKED, schema={"type": "object"}))

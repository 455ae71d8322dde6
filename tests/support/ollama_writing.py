"""Calls of Ollama's writer: what it wrote, and the error that ended it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from ingest.errors import ModelError
from ingest.settings import Settings
from rag.ollama import OllamaWriter, open_writer
from rag.writer import Message, Piece, Usage, Writer
from tests.support.ollama_double import OllamaDouble

ASKED: list[Message] = [("system", "Answer from the sources."), ("user", "Question: how many frogs?")]


def opened(double: OllamaDouble, **settings: Any) -> OllamaWriter:
    """Return the writer for the double's model."""
    writer = open_writer(Settings(ollama_host=double.url, **settings))
    assert writer is not None
    return writer


def written(writer: Writer, messages: Sequence[Message] = ASKED, **more: Any) -> tuple[str, str, Usage]:
    """Return text, reasoning and usage of a call."""
    pieces: list[Piece] = []
    writing = writer.write(messages, **more)
    while True:
        try:
            pieces.append(next(writing))
        except StopIteration as end:
            text, thought = ("".join(p.text for p in pieces if p.kind == k) for k in ("text", "thinking"))
            return text, thought, end.value


def failing(writer: Writer, messages: Sequence[Message] = ASKED, **more: Any) -> tuple[str, ModelError]:
    """Return what was written and the error that ended it."""
    heard: list[str] = []
    with pytest.raises(ModelError) as failed:
        for piece in writer.write(messages, **more):
            heard.append(piece.text)
    assert failed.value.fix
    return "".join(heard), failed.value


def rambling() -> Iterator[str]:
    """Return words without end, which do not go in circles."""
    return ("".join(letters) + " " for letters in itertools.product("abcdefghij", repeat=6))

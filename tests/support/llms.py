"""Models for tests, which say what they are told to: a LlamaIndex LLM, and a writer."""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping, Sequence
from typing import Any

from llama_index.core.base.llms.types import CompletionResponse, CompletionResponseGen, LLMMetadata
from llama_index.core.bridge.pydantic import Field
from llama_index.core.llms import CustomLLM
from llama_index.core.llms.callbacks import llm_completion_callback

from ingest.errors import ModelError
from rag.writer import Message, Piece, Usage


class Told(CustomLLM):
    """Streams the pieces it is given and keeps the prompts it got.

    Args:
        pieces: what it says.
        window: its context window.
        breaks: whether its connection is lost after the pieces.
    """

    pieces: tuple[str, ...] = ()
    window: int = 8192
    breaks: bool = False
    prompts: list[str] = Field(default_factory=list)

    @classmethod
    def class_name(cls) -> str:
        return "Told"

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(context_window=self.window, model_name="told")

    @llm_completion_callback()
    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        self.prompts.append(prompt)
        return CompletionResponse(text="".join(self.pieces))

    @llm_completion_callback()
    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponseGen:
        self.prompts.append(prompt)

        def pieces() -> CompletionResponseGen:
            text = ""
            for piece in self.pieces:
                text += piece
                yield CompletionResponse(text=text, delta=piece)
            if self.breaks:
                raise ConnectionError("the line went dead")

        return pieces()


def telling(text: str, **more: Any) -> Told:
    """Return an LLM that says a text, word by word."""
    return Told(pieces=tuple(re.findall(r"\s*\S+\s*$|\s*\S+", text)), **more)


class FakeWriter:
    """A :class:`~rag.writer.Writer` that says what it is told to and keeps what it was asked.

    Args:
        pieces: what it says; a :class:`Piece` as it is, a text cut into its words.
        size: its parameters in billions.
        schemas: whether it takes a schema.
        window: its context window.
        fails: raised after the pieces, in the place of an end.
        told: prompt tokens that it tells.
    """

    name = "ollama/fake"

    def __init__(
        self,
        pieces: str | Sequence[Piece] = "",
        *,
        size: float | None = 8.0,
        schemas: bool = True,
        window: int = 8192,
        fails: ModelError | None = None,
        told: int = 0,
    ) -> None:
        words = re.findall(r"\s*\S+\s*$|\s*\S+", pieces) if isinstance(pieces, str) else pieces
        self.pieces = [Piece(p) if isinstance(p, str) else p for p in words]
        self.billions = size
        self.takes_schema = schemas
        self.window = window
        self.fails = fails
        self.told = told
        self.asked: list[Sequence[Message]] = []
        self.schemas: list[Mapping[str, Any] | None] = []
        self.given = 0
        """Pieces that it gave out."""
        self.stopped = 0
        """Times that it was closed before its end."""

    def write(
        self, messages: Sequence[Message], *, schema: Mapping[str, Any] | None = None, most: int | None = None
    ) -> Generator[Piece, None, Usage]:
        self.asked.append(messages)
        self.schemas.append(schema)
        try:
            for piece in self.pieces:
                self.given += 1
                yield piece
        except GeneratorExit:
            self.stopped += 1
            raise
        if self.fails:
            raise self.fails
        return Usage(prompt_tokens=self.told, written_tokens=len(self.pieces))

    def close(self) -> None:
        """Nothing is held."""

"""A LlamaIndex LLM for tests, which says what it is told to."""

from __future__ import annotations

import re
from typing import Any

from llama_index.core.base.llms.types import CompletionResponse, CompletionResponseGen, LLMMetadata
from llama_index.core.bridge.pydantic import Field
from llama_index.core.llms import CustomLLM
from llama_index.core.llms.callbacks import llm_completion_callback


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

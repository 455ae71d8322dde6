"""LlamaIndex LLMs for tests: one that says what it is told to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llama_index.core.base.llms.types import CompletionResponse, CompletionResponseGen, LLMMetadata
from llama_index.core.llms import CustomLLM
from llama_index.core.llms.callbacks import llm_completion_callback


class Told(CustomLLM):
    """Streams the pieces it is given and keeps the prompts it got.

    Args:
        pieces: what it says.
        window: its context window.
        breaks: whether it loses its connection after the pieces.
    """

    pieces: Sequence[str] = ()
    window: int = 8192
    breaks: bool = False
    prompts: list[str] = []  # noqa: RUF012

"""What writes answers: the one interface behind which Ollama, and any LlamaIndex model, stand."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

Message = tuple[str, str]
"""A role (``system``, ``user`` or ``assistant``) and what it says."""


@dataclass(frozen=True)
class Piece:
    """A piece of what a model writes, as it comes."""

    text: str
    kind: Literal["text", "thinking"] = "text"
    """``thinking`` is a model's reasoning, which never is part of an answer."""


@dataclass(frozen=True)
class Usage:
    """What a server told of a finished call; zero where it told nothing."""

    prompt_tokens: int = 0
    written_tokens: int = 0
    load_ms: float = 0.0
    """Time the model took to be loaded."""
    prompt_ms: float = 0.0
    write_ms: float = 0.0


class Writer(Protocol):
    """A model that answers chat messages. May be used by several threads."""

    name: str
    """What an answer names as its generator: ``ollama/qwen3:4b``, ``llm/MockLLM``."""
    window: int
    """Tokens that prompt and answer may have together."""
    billions: float | None
    """Parameters in billions; ``None`` where that is not known."""
    takes_schema: bool
    """Whether a JSON schema can be asked for."""

    def write(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any] | None = None,
        most: int | None = None,
    ) -> Generator[Piece, None, Usage]:
        """Yield what the model writes as it comes; the generator's return value tells what it took.

        Closing the generator stops the model on its server.

        Args:
            messages: the conversation, the question last.
            schema: a JSON schema that the text is to follow.
            most: tokens written at most; default: what the window leaves.

        Raises:
            ModelError: it failed before or while it wrote, was cut off, stalled, or sent nothing that can be read.
        """
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...

"""Answers written by any LlamaIndex LLM."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

from rag.listening import Listener
from rag.listening.failures import broken_off, cut_off, ended_early, refused, said_nothing, unreadable
from rag.writer import Message, Piece, Usage

if TYPE_CHECKING:
    from llama_index.core.base.llms.types import ChatResponse
    from llama_index.core.llms import LLM


class LlamaIndexWriter:
    """A :class:`~rag.writer.Writer` around a LlamaIndex LLM, for ``Assistant.open(llm=...)``.

    What an LLM can be asked beside its messages differs from one to the next, so it is asked nothing: how long it is
    waited for and whether it can be stopped are as it was made, and a text that is too long is counted by our own
    tokenizer. ``schema`` must not be given.
    """

    takes_schema = False
    billions: float | None = None

    def __init__(self, llm: LLM) -> None:
        self.name = f"llm/{llm.class_name()}"
        self.window = int(llm.metadata.context_window)
        self._llm = llm

    def write(
        self, messages: Sequence[Message], *, schema: Mapping[str, Any] | None = None, most: int | None = None
    ) -> Generator[Piece, None, Usage]:
        """Yield what the model writes as it comes; see :meth:`rag.writer.Writer.write`.

        Raises:
            ModelError: it failed, broke off, was cut off, went round in a circle or said nothing.
        """
        from ingest.passages import token_counter

        if schema is not None:
            raise ValueError("a LlamaIndex LLM takes no schema")
        heard = Listener()
        count = token_counter()
        last: object = None
        written = 0
        with closing(self._responses(messages, heard)) as responses:
            for response in responses:
                last = response.raw
                yield from heard.thought(response.additional_kwargs.get("thinking_delta") or "")
                yield from heard.text(response.delta or "")
                written += len(count(response.delta or ""))
                if most is not None and written > most:
                    raise cut_off(thought=False)
        yield from heard.rest()
        _check_end(last)
        if not heard.spoke:
            raise said_nothing()
        return Usage()

    def close(self) -> None:
        """Close the LLM's client, where it has one that can be closed."""
        close = getattr(getattr(self._llm, "client", None), "close", None)
        if callable(close):
            close()

    def _responses(self, messages: Sequence[Message], heard: Listener) -> Generator[ChatResponse, None, None]:
        """Yield the LLM's responses, its failures made ours."""
        import httpx
        from llama_index.core.llms import ChatMessage
        from ollama import ResponseError

        try:
            yield from self._llm.stream_chat([ChatMessage(role=role, content=content) for role, content in messages])
        except ResponseError as error:
            raise refused(error.error, error.status_code) from error
        except (AttributeError, TypeError) as error:  # Ollama's client takes all JSON it gets for a mapping
            raise unreadable(error.__context__ or error) from error
        except (httpx.HTTPError, OSError, ValueError) as error:
            raise broken_off(error, heard.begun) from error


def _check_end(record: object) -> None:
    """Hold the last record of a stream against how Ollama ends one; other models' records tell nothing.

    Raises:
        ModelError: the model did not come to its end.
    """
    if not isinstance(record, Mapping) or "done" not in record:
        return
    if not record["done"]:
        raise ended_early()
    if record.get("done_reason") == "length":
        raise cut_off(thought=False)

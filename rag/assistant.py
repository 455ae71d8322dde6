"""The assistant: a question in, a grounded :class:`~rag.answer.Answer` out."""

from __future__ import annotations

import copy
import dataclasses
import os
import reprlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import UsageError
from ingest.settings import Settings, load_settings
from rag.answer import Answer, Event, SourcePaper, Turn

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from llama_index.core.llms import LLM

    from ingest.library import Library
    from rag.questions.filters import Filters
    from rag.questions.question import Question
    from rag.retrieval.retrieve import HybridRetriever
    from rag.writer import Writer


class Assistant:
    """Answers questions about one library. Make one with :meth:`open`; it may be used by several threads."""

    def __init__(self, library: Library, writer: Writer | None = None) -> None:
        from rag.engine import Engine

        self.library = library
        self._engine = Engine(library, writer)

    @property
    def settings(self) -> Settings:
        """The settings in force: those given, and those the library was made with."""
        return self._engine.settings

    @property
    def retriever(self) -> HybridRetriever:
        """What finds the papers, a LlamaIndex ``BaseRetriever``."""
        return self._engine.retriever

    @property
    def generator_name(self) -> str:
        """Who writes the answers: ``ollama/MODEL``, the name of a model handed over, or ``extractive``."""
        return self._engine.writer.name if self._engine.writer else "extractive"

    def written_by(self, model: str, mode: str = "") -> Assistant:
        """Return an assistant over the same library whose answers an Ollama model writes, or none.

        Args:
            model: its name, as the server lists it; empty for the papers' own sentences.
            mode: one of :data:`~ingest.settings.ANSWER_MODES`; empty for that of the settings.

        Raises:
            ModelError: the model cannot be used.
        """
        from rag.ollama import open_writer

        chosen = dataclasses.replace(self.settings, generator="ollama" if model else "extractive", model=model)
        other = copy.copy(self)
        other._engine = self._engine.written_by(open_writer(chosen), mode)
        return other

    @classmethod
    def open(
        cls,
        library: str | Path | Settings | None = None,
        *,
        llm: LLM | None = None,
        embed_model: BaseEmbedding | None = None,
        **settings: Any,
    ) -> Assistant:
        """Open a library for asking.

        Args:
            library: its folder, whole settings, or ``None`` for the folder the configuration names.
            llm: any LlamaIndex LLM to write the answers, in place of the configured one.
            embed_model: any LlamaIndex embedding, the one the library was made with.
            settings: single settings, as in ``citetrail.toml``.

        Raises:
            LibraryMissing: there is no library.
            LibraryMismatch: it was made with another embedder or other passage settings.
            ModelError: a model is named that cannot be used.
            ConfigError: a setting is unknown or has no meaning.
        """
        from ingest.library import Library
        from rag.ollama import open_writer

        if isinstance(library, Settings):
            chosen = load_settings({}, None, **{**dataclasses.asdict(library), **settings}).settings
        else:
            told = {"library": str(library)} if library is not None else {}
            chosen = load_settings(os.environ, Path.cwd(), **{**told, **settings}).settings
        opened = Library.open(chosen, embed_model)
        if llm is None:
            return cls(opened, open_writer(chosen))
        from rag.llama_index_writer import LlamaIndexWriter

        return cls(opened, LlamaIndexWriter(llm))

    def ask(
        self,
        question: str,
        history: Sequence[Mapping[str, str]] = (),
        filters: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Answer a question.

        Args:
            question: what the user asks; may lean on the history.
            history: ``{"role": "user" | "assistant", "content": str}``, oldest first.
            filters: ``digest``, ``published_after``, ``published_before`` (ISO dates), ``has_code``.

        Raises:
            UsageError: the question is too long, or a filter or turn makes no sense.
        """
        for event in self.stream(question, history, filters):
            if isinstance(event, Answer):
                return event
        raise AssertionError("a stream ends with an Answer")

    async def aask(
        self,
        question: str,
        history: Sequence[Mapping[str, str]] = (),
        filters: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Answer a question without blocking the event loop; as :meth:`ask`."""
        import asyncio

        return await asyncio.to_thread(self.ask, question, history, filters)

    def stream(
        self,
        question: str,
        history: Sequence[Mapping[str, str]] = (),
        filters: Mapping[str, Any] | None = None,
    ) -> Iterator[Event | Answer]:
        """Answer a question, yielding text as it comes and the grounded Answer last; as :meth:`ask`.

        While a model writes there are also a :class:`~rag.answer.Grounded` for each sentence held against its evidence,
        and a :class:`~rag.answer.Thought` for each piece of reasoning. Closing the stream stops the model.
        """
        yield from self._engine.stream(question, _turns(history), filters)

    def search(self, question: str, k: int = 10, filters: Mapping[str, Any] | None = None) -> list[SourcePaper]:
        """Return the best ``k`` papers for a question, best first."""
        if not question.strip():
            raise UsageError("There is nothing to search for: the question is empty.", "Give a few words.")
        return self._engine.search(question, k, filters)

    def close(self) -> None:
        """Let go of the library and of the model's connection; the assistant is not used after."""
        self.library.close()
        if self._engine.writer is not None:
            self._engine.writer.close()

    def read(self, question: str, history: Sequence[Turn], filters: Filters) -> Question:
        """Read a question: make it standalone, mend typing errors, tell its kind, filters and subjects.

        Raises:
            UsageError: it has more than :data:`~rag.questions.question.MAX_CHARACTERS` characters.
        """
        return self._engine.read(question, history, filters)


def _turns(history: Sequence[Mapping[str, str]]) -> list[Turn]:
    turns = []
    for place, turn in enumerate(history):
        role, content = (turn.get("role"), turn.get("content")) if isinstance(turn, Mapping) else (None, None)
        if role not in ("user", "assistant") or not isinstance(content, str):
            raise UsageError(
                f"Turn {place} of the history is {reprlib.repr(turn)}.",
                'Give {"role": "user" or "assistant", "content": "..."}, oldest first.',
            )
        turns.append(Turn("user" if role == "user" else "assistant", content))
    return turns

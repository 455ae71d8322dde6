"""The assistant: a question in, a grounded :class:`~rag.answer.Answer` out."""

from __future__ import annotations

import asyncio
import copy
import dataclasses
import os
import reprlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.embeddings import judging_embedder
from ingest.errors import UsageError
from ingest.library import Library
from ingest.settings import Settings, load_settings
from rag.answer import Answer, Event, Provenance, SourcePaper, Token, Turn
from rag.extractive.answers import Draft, Extractive
from rag.generation.generator import Generation, Made
from rag.grounding import make_checker
from rag.grounding.align import WordVectors
from rag.grounding.checker import EmbeddedChecker
from rag.llama_index_writer import LlamaIndexWriter
from rag.ollama import open_writer
from rag.questions.asides import UNSEARCHED
from rag.questions.filters import Filters
from rag.questions.question import Question
from rag.reader import Reader
from rag.retrieval.cross_encoder import answering_picker
from rag.retrieval.picker import make_picker
from rag.retrieval.screened import screened_notes
from rag.timing import Clock
from rag.writer import Writer

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from llama_index.core.llms import LLM

    from rag.retrieval.picker import HybridPicker
    from rag.retrieval.retrieve import Hit


class Assistant:
    """Answers questions about one library. Make one with :meth:`open`; it may be used by several threads."""

    def __init__(self, library: Library, writer: Writer | None = None) -> None:
        from rag.retrieval.retrieve import HybridRetriever

        self.library = library
        self.retriever = HybridRetriever(library, library.settings.top_k)
        self._equip()
        self._take(writer)

    def _equip(self) -> None:
        """Make the parts that rest on the library's embedder."""
        embedder = self._embedder = self.library.embedder
        self.settings = self.library.settings
        self._picker = make_picker(
            self.settings,
            embedder,
            lambda term: self.retriever.at_hand.lexical.idf(term),
            lambda text: self.retriever.sentence_vector(text) if self.library.embedder is embedder else None,
        )
        judging = judging_embedder(embedder, self.settings)
        judge = self._picker if judging is embedder else make_picker(self.settings, judging)
        words = WordVectors(judging)
        self._extractive = Extractive(
            self.retriever, answering_picker(self.settings, self._picker), EmbeddedChecker(judge, words), words
        )
        self._judging = judging, judge

    def _take(self, writer: Writer | None, mode: str = "") -> None:
        """Have the answers written by a model, in a way other than that of the settings if one is given, or by none."""
        self._mode = mode
        self.generator_name = writer.name if writer else "extractive"
        self._writer = writer
        self._reader = Reader(self.retriever, writer)
        self._generation = self._generating(writer, *self._judging) if writer else None

    def written_by(self, model: str, mode: str = "") -> Assistant:
        """Return an assistant over the same library whose answers an Ollama model writes, or none.

        Args:
            model: its name, as the server lists it; empty for the papers' own sentences.
            mode: one of :data:`~ingest.settings.ANSWER_MODES`; empty for that of the settings.

        Raises:
            ModelError: the model cannot be used.
        """
        chosen = dataclasses.replace(self.settings, generator="ollama" if model else "extractive", model=model)
        other = copy.copy(self)
        other._take(open_writer(chosen), mode)
        return other

    def _keep_up(self) -> None:
        """See what other processes have written; where a reindex has put another embedder in place, take it up."""
        if self.retriever.index.revision and self.library.embedder is not self._embedder:
            self._equip()
            self._take(self._writer, self._mode)

    def _generating(self, writer: Writer, judging: BaseEmbedding, picker: HybridPicker) -> Generation:
        return Generation(
            writer,
            self._extractive,
            make_checker(self.settings, judging, picker, writer),
            self._picker,
            self._mode or self.settings.answer_mode,
            self.settings.on_unsupported,
        )

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
        if isinstance(library, Settings):
            chosen = load_settings({}, None, **{**dataclasses.asdict(library), **settings}).settings
        else:
            told = {"library": str(library)} if library is not None else {}
            chosen = load_settings(os.environ, Path.cwd(), **{**told, **settings}).settings
        opened = Library.open(chosen, embed_model)
        return cls(opened, LlamaIndexWriter(llm) if llm is not None else open_writer(chosen))

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
        clock = Clock()
        turns = _turns(history)
        self._keep_up()
        read = self.read(question, turns, Filters.of(filters))
        clock.lap("read")
        hits = self._retrieve(read)
        clock.lap("retrieve")
        draft = Draft(used=hits)
        made = Made("extractive")
        if self._generation is None or self._extractive.computed(read, draft):
            draft = draft if draft.composer.text else self._extractive.answer(read, hits)
            clock.lap("generate")
            yield Token(draft.composer.text)
        else:
            made = yield from self._generation.answer(read, turns, draft, clock)
        yield self._finish(read, draft, made, clock)

    def search(self, question: str, k: int = 10, filters: Mapping[str, Any] | None = None) -> list[SourcePaper]:
        """Return the best ``k`` papers for a question, best first."""
        if not question.strip():
            raise UsageError("There is nothing to search for: the question is empty.", "Give a few words.")
        return _sources(self.retriever.search(question, k, Filters.of(filters)))

    def close(self) -> None:
        """Let go of the library and of the model's connection; the assistant is not used after."""
        self.library.close()
        if self._writer is not None:
            self._writer.close()

    def read(self, question: str, history: Sequence[Turn], filters: Filters) -> Question:
        """Read a question: make it standalone, mend typing errors, tell its kind, filters and subjects.

        Raises:
            UsageError: it has more than :data:`~rag.questions.question.MAX_CHARACTERS` characters.
        """
        return self._reader.read(question, history, filters)

    def _retrieve(self, question: Question) -> list[Hit]:
        """Return the best papers; those the question is about are among them."""
        if question.kind in UNSEARCHED:
            return []
        hits = self.retriever.search(question.standalone, None, question.filters)
        absent = {p.paper_id for p in question.subjects} - {h.paper.paper_id for h in hits}
        if absent:
            everything = self.retriever.search(question.standalone, len(self.retriever.index.papers), question.filters)
            hits = [*[h for h in everything if h.paper.paper_id in absent], *hits]
        return sorted(hits, key=lambda hit: question.prefers.contradicts(hit.paper))

    def _finish(self, question: Question, draft: Draft, made: Made, clock: Clock) -> Answer:
        composer = draft.composer
        cited = {citation.paper_id for citation in composer.citations}
        shown = [hit.paper for hit in draft.used if made.prompt or hit.paper.paper_id in cited]
        return Answer(
            question=question.asked,
            standalone_question=question.standalone,
            text=composer.text,
            generator=made.generator,
            sentences=tuple(composer.sentences),
            citations=tuple(composer.citations),
            sources=tuple(_sources(draft.used)),
            abstained=bool(draft.abstention),
            abstention_reason=draft.abstention,
            missing=draft.missing,
            catalogue=draft.catalogue,
            filters=question.filters.to_dict(),
            timings=clock.laps(),
            provenance=Provenance(
                passages=tuple(f"{h.paper.paper_id}:{h.start}-{h.end}" for h in draft.used),
                prompt=made.prompt,
                settings=self.settings.fingerprint(),
                library_revision=self.retriever.index.revision,
                notes=(*question.notes, *draft.notes, *screened_notes(shown)),
                mode=made.mode,
                thinking=made.thinking,
                usage={k: v for k, v in dataclasses.asdict(made.usage).items() if v},
            ),
        )


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


def _sources(hits: Sequence[Hit]) -> list[SourcePaper]:
    return [SourcePaper(h.paper.paper_id, h.paper.title, round(h.score, 4), i) for i, h in enumerate(hits, start=1)]

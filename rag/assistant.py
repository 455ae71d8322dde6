"""The assistant: a question in, a grounded :class:`~rag.answer.Answer` out."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import reprlib
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import ModelError, UsageError
from ingest.library import Library
from ingest.paper import Paper
from ingest.settings import Settings, load_settings
from prompts import load_prompt
from rag.answer import Answer, Provenance, SourcePaper, Token, Turn
from rag.asked import mend_typos
from rag.cross_encoder import answering_picker
from rag.extractive import Draft, Extractive, decline
from rag.filters import Filters
from rag.followup import make_standalone, named_papers, without_names
from rag.generate import PROMPT, abstains, build_messages, fit_sources, ground_text, says_nothing, stream_text
from rag.grounding import make_checker
from rag.lists import belonging
from rag.ollama import open_llm
from rag.phrases import WITHIN_ONE
from rag.picker import make_picker
from rag.question import MAX_CHARACTERS, Question, is_small_talk, kind_of, stated_filters, without_orders

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from llama_index.core.llms import LLM

    from rag.retrieve import Hit

_TALKED_ABOUT = 4
"""A question that points nowhere is about the paper just talked of when that is among so many nearest."""


class Assistant:
    """Answers questions about one library. Make one with :meth:`open`; it may be used by several threads."""

    def __init__(self, library: Library, llm: LLM | None, generator_name: str) -> None:
        from rag.retrieve import HybridRetriever

        self.library = library
        self.settings = library.settings
        self.retriever = HybridRetriever(library, library.settings.top_k)
        self.generator_name = generator_name
        self._llm = llm
        self._picker = make_picker(
            self.settings,
            library.embedder,
            lambda term: self.retriever.at_hand.lexical.idf(term),
            self.retriever.sentence_vector,
        )
        self._checker = make_checker(self.settings, library.embedder, self._picker)
        self._extractive = Extractive(self.retriever, answering_picker(self.settings, self._picker))

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
        if llm is not None:
            return cls(opened, llm, f"llm/{llm.class_name()}")
        found = open_llm(chosen)
        return cls(opened, found, f"ollama/{found.model}" if found else "extractive")

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
    ) -> Iterator[Token | Answer]:
        """Answer a question, yielding text as it comes and the grounded Answer last; as :meth:`ask`."""
        clock = _Clock()
        turns = _turns(history)
        read = self.read(question, turns, Filters.of(filters))
        clock.lap("read")
        hits = self._retrieve(read)
        clock.lap("retrieve")
        draft = Draft(used=hits)
        name = self.generator_name
        if self._llm is None or self._extractive.computed(read, draft):
            name = "extractive"
            draft = draft if draft.composer.text else self._extractive.answer(read, hits)
            clock.lap("generate")
            yield Token(draft.composer.text)
        else:
            name = yield from self._generate(read, turns, draft, clock)
        yield self._finish(read, draft, name, clock)

    def search(self, question: str, k: int = 10, filters: Mapping[str, Any] | None = None) -> list[SourcePaper]:
        """Return the best ``k`` papers for a question, best first."""
        if not question.strip():
            raise UsageError("There is nothing to search for: the question is empty.", "Give a few words.")
        return _sources(self.retriever.search(question, k, Filters.of(filters)))

    def close(self) -> None:
        """Let go of the library and of the model's connection; the assistant is not used after."""
        self.library.close()
        client = getattr(self._llm, "client", None)
        if callable(close := getattr(client, "close", None)):
            close()

    def read(self, question: str, history: Sequence[Turn], filters: Filters) -> Question:
        """Read a question: make it standalone, mend typing errors, tell its kind, filters and subjects.

        Raises:
            UsageError: it has more than :data:`~rag.question.MAX_CHARACTERS` characters.
        """
        if len(question) > MAX_CHARACTERS:
            raise UsageError(
                f"The question has {len(question):,} characters; at most {MAX_CHARACTERS:,} are read.",
                "Ask for one thing at a time.",
            )
        text = " ".join(question.encode("utf-8", "replace").decode("utf-8").split())
        if kind_of(text) in ("empty", "small_talk"):
            return Question(question, text, kind_of(text), filters)
        papers = self.retriever.index.papers
        text, orders = without_orders(text)
        turns = [turn for turn in history if not is_small_talk(turn.content)]
        standalone = make_standalone(text, turns, papers, self._nearest)
        mended, typos = mend_typos(standalone.text, self._vocabulary())
        notes = tuple(f"read “{wrong}” as “{right}”" for wrong, right in typos.items())
        notes += tuple(f"left out, as it asks nothing about the papers: “{order}”" for order in orders)
        subjects = standalone.subjects or named_papers(mended, papers)
        stated = stated_filters(mended, papers)
        if standalone.asked_before and not standalone.subjects and not stated:
            stated = stated_filters(standalone.asked_before, papers)
        kind = kind_of(without_names(mended, subjects) or mended)
        if kind == "list" and (len(standalone.subjects) == 1 or WITHIN_ONE.search(mended)):
            kind = "fact"
        return Question(question, mended, kind, filters.merged(stated), subjects, notes)

    def _vocabulary(self) -> dict[str, int]:
        index = self.retriever.index
        if self._words[0] != index.revision:
            import re

            from ingest.text import normalise

            counts: dict[str, int] = {}
            for paper in index.papers:
                for word in set(re.findall(r"[^\W\d_]{4,}", normalise(f"{paper.title} {paper.abstract}"))):
                    counts[word] = counts.get(word, 0) + 1
            self._words = (index.revision, counts)
        return self._words[1]

    _words: tuple[str, dict[str, int]] = ("", {})

    def _nearest(self, text: str) -> list[str]:
        """Return the ids of the papers nearest to a text, for telling what a question without a name is about."""
        return [hit.paper.paper_id for hit in self.retriever.search(text, _TALKED_ABOUT)]

    def _retrieve(self, question: Question) -> list[Hit]:
        """Return the best papers; those the question is about are among them."""
        if question.kind in ("empty", "small_talk"):
            return []
        hits = self.retriever.search(question.standalone, None, question.filters)
        absent = {p.paper_id for p in question.subjects} - {h.paper.paper_id for h in hits}
        if absent:
            everything = self.retriever.search(question.standalone, len(self.retriever.index.papers), question.filters)
            hits = [*[h for h in everything if h.paper.paper_id in absent], *hits]
        return hits

    def _generate(
        self, question: Question, history: Sequence[Turn], draft: Draft, clock: _Clock
    ) -> Generator[Token, None, str]:
        """Let the model write, and ground what it wrote; return the generator's name.

        A model that fails before its first word is replaced by the extractive answer; one that stops midway keeps
        what it wrote so far, a sentence it left unfinished as unsupported. Both are said in the answer's notes.
        """
        assert self._llm is not None
        papers = self._to_read(question, draft)
        if not papers:
            decline(draft, "the library holds no paper that this could be about")
            return self.generator_name
        written = ""
        broken = False
        try:
            fitting, note = fit_sources(papers, question.standalone, history, self._window())
            draft.notes += [note] if note else []
            for piece in stream_text(self._llm, build_messages(fitting, question.standalone, history)):
                written += piece
                yield Token(piece)
        except ModelError as error:
            draft.notes.append(str(error))
            broken = True
            if says_nothing(written):
                self._fall_back(question, draft)
                clock.lap("generate")
                yield Token(draft.composer.text)
                return "extractive"
        clock.lap("generate")
        if abstains(written):
            decline(draft, "the model found no answer in the abstracts")
        else:
            ground_text(written, fitting, self._checker, draft.composer, broken=broken)
        clock.lap("ground")
        return self.generator_name

    def _fall_back(self, question: Question, draft: Draft) -> None:
        """Put the extractive answer in a draft that holds nothing yet, its notes kept."""
        extractive = self._extractive.answer(question, draft.used)
        extractive.notes[:0] = draft.notes
        draft.__dict__.update(extractive.__dict__)

    def _to_read(self, question: Question, draft: Draft) -> list[Paper]:
        """Return the papers a model is to read, best first: those a list asks for, else the best retrieved."""
        if question.kind == "list":
            draft.used = belonging(question.standalone, self.retriever, question.filters) or draft.used
        about = [h for h in draft.used if h.paper in question.subjects]
        rest = [h for h in draft.used if h not in about]
        return [h.paper for h in (*about, *rest)][: self.settings.top_k]

    def _window(self) -> int:
        """Return the model's context window in tokens."""
        assert self._llm is not None
        return int(self._llm.metadata.context_window)

    def _finish(self, question: Question, draft: Draft, name: str, clock: _Clock) -> Answer:
        composer = draft.composer
        return Answer(
            question=question.asked,
            standalone_question=question.standalone,
            text=composer.text,
            generator=name,
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
                prompt=load_prompt(PROMPT).label if name != "extractive" else "",
                settings=self.settings.fingerprint(),
                library_revision=self.retriever.index.revision,
                notes=(*question.notes, *draft.notes),
            ),
        )


class _Clock:
    """Milliseconds by stage."""

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        """Note the time since the last lap under a stage."""
        now = time.perf_counter()
        self._laps[stage] = self._laps.get(stage, 0.0) + round((now - self._last) * 1000, 2)
        self._last = now

    def laps(self) -> dict[str, float]:
        """Return every stage and the total."""
        return {**self._laps, "total": round((time.perf_counter() - self._start) * 1000, 2)}


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

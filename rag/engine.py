"""What answers behind an :class:`~rag.assistant.Assistant`: a question is read, papers are found, an answer is made.

It is loaded when the first library is opened, so that importing the API stays quick.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ingest.embeddings import judging_embedder
from rag.answer import Answer, Event, Provenance, SourcePaper, Token, Turn
from rag.extractive.answers import Draft, Extractive
from rag.generation.generator import Generation, Made
from rag.grounding import make_checker
from rag.grounding.align import WordVectors
from rag.grounding.checker import EmbeddedChecker
from rag.questions.asides import UNSEARCHED
from rag.questions.filters import Filters
from rag.questions.question import Question
from rag.reader import Reader
from rag.retrieval.cross_encoder import answering_picker
from rag.retrieval.picker import make_picker
from rag.retrieval.retrieve import HybridRetriever
from rag.retrieval.screened import screened_notes
from rag.timing import Clock

if TYPE_CHECKING:
    from ingest.library import Library
    from rag.retrieval.retrieve import Hit
    from rag.writer import Writer


class Engine:
    """The parts that rest on a library's embedder, and those that rest on who writes. May be used by several threads.

    Args:
        library: the library that is asked.
        writer: the model that writes; ``None``: the papers' own sentences.
    """

    def __init__(self, library: Library, writer: Writer | None = None) -> None:
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
        self.writer = writer
        self._reader = Reader(self.retriever, writer)
        self._generation = self._generating(writer) if writer else None

    def _generating(self, writer: Writer) -> Generation:
        judging, judge = self._judging
        return Generation(
            writer,
            self._extractive,
            make_checker(self.settings, judging, judge, writer),
            self._picker,
            self._mode or self.settings.answer_mode,
            self.settings.on_unsupported,
        )

    def written_by(self, writer: Writer | None, mode: str = "") -> Engine:
        """Return one over the same library with another writer; ``mode`` empty: that of the settings."""
        other = copy.copy(self)
        other._take(writer, mode)
        return other

    def _keep_up(self) -> None:
        """See what other processes have written; where a reindex has put another embedder in place, take it up."""
        if self.retriever.index.revision and self.library.embedder is not self._embedder:
            self._equip()
            self._take(self.writer, self._mode)

    def stream(
        self, question: str, turns: Sequence[Turn], filters: Mapping[str, Any] | None
    ) -> Iterator[Event | Answer]:
        """Answer a question, as :meth:`rag.Assistant.stream` says."""
        clock = Clock()
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

    def search(self, question: str, k: int, filters: Mapping[str, Any] | None) -> list[SourcePaper]:
        """Return the best ``k`` papers for a question, best first."""
        return _sources(self.retriever.search(question, k, Filters.of(filters)))

    def read(self, question: str, history: Sequence[Turn], filters: Filters) -> Question:
        """Read a question, as :meth:`rag.Assistant.read` says."""
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


def _sources(hits: Sequence[Hit]) -> list[SourcePaper]:
    return [SourcePaper(h.paper.paper_id, h.paper.title, round(h.score, 4), i) for i, h in enumerate(hits, start=1)]

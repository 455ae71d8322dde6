"""The library: papers and their passages in Chroma, which is the only store.

The *ledger* (collection ``papers``) holds each version of a paper's text and says which *index* serves; an index is two
collections of passages and sentences with a vector each (cosine space, no embedding function of its own). A paper's
passages are written first and its own record last, in one step with setting its older text aside: a passage without a
record is not seen, a record whose passages are not all there is no whole one, and the next ingest makes it whole.

chromadb is called directly rather than through LlamaIndex's ``ChromaVectorStore``: that one keeps a second
copy of every text as JSON in the metadata and cannot read vectors back, which score fusion needs.
"""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.embeddings import make_embedder
from ingest.errors import LibraryError, LibraryMoved, UsageError
from ingest.index import Embedded, Index, Near, PaperVectors, counts_by_paper
from ingest.ledger import Ledger, Seen, open_ledger
from ingest.manifest import Manifest, check_manifest, follow, manifest_for
from ingest.paper import Paper, Passage
from ingest.records import passage_of, record_id
from ingest.store import close_store, moved, open_folder, open_store, reading, writing

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from llama_index.core.base.embeddings.base import BaseEmbedding

    from ingest.settings import Settings

_TRIES = 3


class Library:
    """A library that is open; it may be used by several threads. Make one with :meth:`open`.

    What the settings leave open follows the library (see :func:`~ingest.manifest.follow`); :attr:`settings` is what
    came of it, :attr:`embedder` the embedder of the index that serves.
    """

    settings: Settings
    embedder: BaseEmbedding
    _ledger: Ledger
    _index: Index
    _made_with: Manifest | None = None

    def __init__(self, client: ClientAPI, settings: Settings, embed_model: BaseEmbedding | None, where: str) -> None:
        self.where = where
        self._client = client
        self._asked, self._given = settings, embed_model
        self._folder = None if settings.chroma_host else Path(settings.library).absolute()
        self._lock = threading.RLock()
        self._lost = False
        self._used: list[BaseEmbedding] = []

    @classmethod
    def open(cls, settings: Settings, embed_model: BaseEmbedding | None = None, create: bool = False) -> Library:
        """Open the library that the settings name.

        Args:
            settings: what is in force.
            embed_model: an embedder to use instead of the settings' one.
            create: make a new one where there is none.

        Raises:
            LibraryMissing: there is none, and ``create`` is off.
            LibraryMismatch: it was made by another schema, embedder or passage size.
            LibraryUnwritable: ``create`` is on and the folder cannot be written.
            LibraryError: the folder holds something else, or the Chroma server does not answer.
            ModelError: its embedder cannot be used.
        """
        where = settings.chroma_host or settings.library
        with contextlib.ExitStack() as unless_opened:
            library = cls(open_store(settings, create), settings, embed_model, where)
            unless_opened.callback(library.close)
            library._take_up(create)
            unless_opened.pop_all()
        return library

    def _take_up(self, create: bool = False) -> None:
        """Take up the index that serves, with the embedder that made it; one replaced meanwhile is looked for again."""
        for left in reversed(range(_TRIES)):
            try:
                with reading(self.where):
                    self._ledger = open_ledger(self._client, self.where, create)
                    state = self._ledger.state()
                made_with = self._hold(state.manifest, create)
                with (writing if create else reading)(self.where):
                    self._index = Index(self._client, state.generation, made_with.dimension, create=create)
                    if state.manifest is None:
                        self._ledger.sign(made_with, state.generation)
                return
            except LibraryMoved:
                if not left:
                    raise

    def _hold(self, manifest: Manifest | None, create: bool) -> Manifest:
        """Hold what is in force against the manifest; return it, or the one to sign a library just begun with."""
        if manifest is None and not create:
            manifest = self._ledger.made_with()
        if manifest is None or manifest != self._made_with:
            chosen = follow(self._asked, manifest)
            embedder = make_embedder(chosen) if self._given is None else self._given
            with contextlib.ExitStack() as unless_taken:
                unless_taken.callback(self._let_go, embedder)
                ours = manifest_for(chosen, embedder)
                if manifest is not None:
                    check_manifest(manifest, ours, self.where)
                unless_taken.pop_all()
            if chosen.embedder == "ollama" and self._given is None:
                chosen = dataclasses.replace(chosen, embed_model=embedder.model_name)
            self.settings, self.embedder, self._made_with = chosen, embedder, manifest or ours
            self._used.append(embedder)  # one that is replaced may still be in use by another thread
        assert self._made_with
        return self._made_with

    def refresh(self) -> None:
        """See what another process has written, be it another index with another embedder.

        chromadb's embedded store keeps its own view of the vectors and fails on those written past it, so the folder
        is opened anew; a server needs nothing of the kind. Where that fails, it is tried again before the next read.
        """
        with self._lock:
            self._lost = True
            if self._folder is not None:
                close_store(self._client)
                self._client = open_folder(self._folder, create=False)
            self._take_up()
            self._lost = False

    def close(self) -> None:
        """Let go of the store (its files, or the connection to its server); the library is not used after."""
        close_store(self._client)
        for embedder in self._used:
            self._let_go(embedder)

    def _let_go(self, embedder: BaseEmbedding) -> None:
        """Close the connections of an embedder of our own making, if it has any."""
        if self._given is None and callable(close := getattr(embedder, "close", None)):
            close()

    # reading

    @contextlib.contextmanager
    def _at_rest(self) -> Iterator[None]:
        """Read while no other thread opens the store anew."""
        with self._lock:
            if self._lost:
                self.refresh()
            try:
                with reading(self.where):
                    yield
            except LibraryError as error:
                if isinstance(error, LibraryMoved) or not self._is_replaced():
                    raise
                raise moved(self.where) from error

    def _is_replaced(self) -> bool:
        with reading(self.where):
            return self._ledger.state().generation != self._index.generation

    @property
    def manifest(self) -> Manifest | None:
        """What the index that serves was made with."""
        with self._at_rest():
            return self._ledger.state().manifest

    @property
    def revision(self) -> str:
        """A word that changes with every write, by any process."""
        with self._at_rest():
            return self._ledger.revision

    @property
    def cut_off(self) -> bool:
        """Whether a write was begun and not ended: by an ingest that was cut off, or one at work now."""
        with self._at_rest():
            return self._ledger.state().writing

    @property
    def replaced(self) -> bool:
        """Whether another index has taken the place of the one that is read here; :meth:`refresh` takes it up."""
        with self._at_rest():
            return self._is_replaced()

    def papers(self) -> list[Paper]:
        """Return every paper in its current text, in the order first ingested."""
        return list(self._read().papers.values())

    def paper(self, paper_id: str) -> Paper:
        """Return one paper.

        Raises:
            UsageError: no paper has this id.
        """
        try:
            return self._read().papers[paper_id]
        except KeyError:
            raise UsageError(f"No paper has the id {paper_id!r}.", "See: citetrail papers") from None

    def version(self, paper_id: str, text_hash: str) -> Paper:
        """Return a paper in the text that a citation names, current or not.

        Raises:
            UsageError: the library never held that text.
        """
        with self._at_rest():
            return self._ledger.version(paper_id, text_hash)

    def passages(self) -> list[Passage]:
        """Return every passage of every current paper, grouped by paper."""
        papers = {record_id(paper): paper for paper in self._read().papers.values()}
        order = {paper.paper_id: place for place, paper in enumerate(papers.values())}
        with self._at_rest():
            rows = self._index.passage_rows()
        found = [
            passage_of(passage_id, text, metadata, papers[metadata["record"]].title)
            for passage_id, text, metadata in rows
            if metadata["record"] in papers
        ]
        return sorted(found, key=lambda p: (order[p.paper_id], p.start))

    def vectors_of(self, paper_ids: Sequence[str]) -> dict[str, PaperVectors]:
        """Return the vectors of papers by paper id; a paper with no passage is left out."""
        papers = self._read().papers
        with self._at_rest():
            return self._index.vectors_of([record_id(papers[i]) for i in paper_ids if i in papers])

    def nearest(self, vector: Sequence[float], k: int) -> list[Near]:
        """Return the ``k`` passages nearest to a vector, nearest first.

        Raises:
            LibraryMoved: another index took this one's place since the vector was made.
        """
        records = self._read().records
        with self._at_rest():
            return self._index.nearest(vector, k, records)

    def count(self) -> tuple[int, int]:
        """Return the number of papers and of passages."""
        return len(self._read().papers), len(self.passages())

    def _read(self) -> Seen:
        with self._at_rest():
            return self._ledger.read()

    # writing, under the write lock (see ingest.lock)

    def known_records(self) -> dict[str, Paper]:
        """Return the papers that are whole, by record id: those a re-ingest can leave alone."""
        with self._at_rest():
            return self._ledger.whole(self._index.holds(), self._index.generation)

    def put(self, papers: Sequence[Paper], passages: Embedded, sentences: Embedded = ((), ())) -> None:
        """Write papers with their passages: passages and sentences first, records last, older texts set aside.

        Args:
            papers: the papers, each in its new text.
            passages: every passage of those papers and one vector each.
            sentences: every sentence of those papers and one vector each.

        Raises:
            LibraryUnwritable: the store refused the write.
            ModelError: a vector is not one that can be searched.
        """
        with writing(self.where):
            self._sign(writing=True)  # where it is cut off, the next ingest sees it and sweeps
            self._index.write(passages, sentences, {p.paper_id: record_id(p) for p in papers})
            counts = counts_by_paper(papers, passages, sentences, self._index.generation)
            for older in self._ledger.write(papers, counts, self._index.generation):
                self._index.remove(older)
            self._sign()

    def update(self, papers: Sequence[Paper]) -> None:
        """Write the metadata of papers whose text did not change (met in a further digest)."""
        with writing(self.where):
            self._sign(writing=True)
            self._ledger.update(papers)
            self._sign()

    def sweep(self) -> int:
        """Remove what a cut-off write left: passages and sentences that no current paper owns, indexes replaced.

        Returns:
            How many passages and sentences those were.
        """
        with writing(self.where):
            self._ledger.drop_indexes(lambda generation: generation < self._index.generation)
            removed = self._index.sweep(self._ledger.read().records)
            if self._ledger.state().writing:
                self._sign()
            return removed

    def _sign(self, writing: bool = False) -> None:
        self._ledger.sign(self._made_with, self._index.generation, writing)

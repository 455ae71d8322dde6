"""The ledger: each version of each paper's text, and which index serves.

It is the collection ``papers``. Its own metadata is the library's state: the manifest, a revision that changes with
every write, the generation of the index that serves, and whether a write is under way. That state is written in one
step, so a reader sees the one before or the one after.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest.errors import LibraryMismatch, LibraryMissing, UsageError
from ingest.index import HNSW, counts_of, drop_generation, generations_in, names_of
from ingest.manifest import Manifest
from ingest.paper import Paper
from ingest.records import paper_metadata, paper_of, record_id
from ingest.store import all_rows, close_store, how_to_make, open_store, reading

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

    from ingest.settings import Settings

PAPERS = "papers"
_NO_VECTOR = (0.0, 1.0)
"""Papers are found by their passages; Chroma still wants a vector for each record."""
Counts = Mapping[str, Mapping[str, int]]
"""By paper id, what :func:`~ingest.index.counts_of` says of its passages and sentences."""


@dataclass(frozen=True)
class State:
    """What the library's pointer says."""

    manifest: Manifest | None = None
    """What the index that serves was made with; ``None`` for a library just begun."""
    revision: str = ""
    generation: int = 0
    writing: bool = False
    """A write was begun and not ended: by an ingest that was cut off, or one at work now."""


@dataclass(frozen=True)
class Seen:
    """The papers of one revision, by id, and the place each keeps in the library's order."""

    revision: str = ""
    papers: dict[str, Paper] = field(default_factory=dict)
    orders: dict[str, int] = field(default_factory=dict)
    records: frozenset[str] = frozenset()


def open_ledger(client: ClientAPI, where: str, create: bool = False) -> Ledger:
    """Open the ledger of a store.

    Raises:
        LibraryMissing: there is none, and ``create`` is off.
        LibraryMismatch: its collection is not one of ours.
    """
    if not create and PAPERS not in {collection.name for collection in client.list_collections()}:
        raise LibraryMissing(f"There is no library in {where!r}.", how_to_make(where))
    ledger = Ledger(client, where, create)
    if ledger.state().manifest is None and not ledger.is_empty():
        raise LibraryMismatch(
            f"The Chroma store {where!r} has a collection {PAPERS!r} that citetrail did not make.",
            "Name another with --library (or chroma_host).",
        )
    return ledger


@contextlib.contextmanager
def reading_ledger(settings: Settings) -> Iterator[Ledger]:
    """Open the ledger of the library that the settings name for a look, without its embedder.

    Raises:
        LibraryMissing: there is no library.
        LibraryError: it cannot be read.
    """
    where = settings.chroma_host or settings.library
    client = open_store(settings)
    try:
        with reading(where):
            yield open_ledger(client, where)
    finally:
        close_store(client)


def manifest_of(settings: Settings) -> Manifest | None:
    """Return what a library was made with; ``None`` where there is none. Errors as above."""
    try:
        with reading_ledger(settings) as ledger:
            return ledger.state().manifest
    except LibraryMissing:
        return None


def papers_of(settings: Settings) -> list[Paper]:
    """Return the papers of a library, in the order first ingested. Errors as above."""
    with reading_ledger(settings) as ledger:
        ledger.made_with()
        return list(ledger.read().papers.values())


class Ledger:
    """The papers of a store.

    Args:
        client: the store.
        where: what the library is called in errors.
        create: make it where there is none.
    """

    def __init__(self, client: ClientAPI, where: str, create: bool = False) -> None:
        self._client = client
        self._where = where
        self._papers = (
            client.get_or_create_collection(PAPERS, embedding_function=None, configuration=HNSW)
            if create
            else client.get_collection(PAPERS, embedding_function=None)
        )
        self._seen = Seen()

    # the state

    def state(self) -> State:
        """Return the state as it is now, whoever wrote it.

        Raises:
            LibraryMismatch: its manifest is not one this version reads.
        """
        kept = self._kept()
        text = str(kept.get("manifest") or "")
        return State(
            Manifest.from_json(text, self._where) if text else None,
            str(kept.get("revision", "")),
            int(kept.get("generation", 0)),
            bool(kept.get("writing", False)),
        )

    def made_with(self) -> Manifest:
        """Return the manifest of the index that serves.

        Raises:
            LibraryMissing: the library was begun, by an ingest that was cut off before its first paper.
        """
        manifest = self.state().manifest
        if manifest is None:
            raise LibraryMissing(
                f"The library in {self._where!r} was begun and holds nothing.", how_to_make(self._where)
            )
        return manifest

    @property
    def revision(self) -> str:
        """The state's revision alone."""
        return str(self._kept().get("revision", ""))

    def _kept(self) -> Mapping[str, Any]:
        return self._client.get_collection(PAPERS, embedding_function=None).metadata or {}

    def sign(self, manifest: Manifest | None, generation: int, writing: bool = False) -> None:
        """Write the state, with a revision of its own."""
        text = manifest.to_json() if manifest else ""
        revision = uuid.uuid4().hex[:12]
        self._papers.modify(
            metadata={"manifest": text, "revision": revision, "generation": generation, "writing": writing}
        )

    # reading

    def is_empty(self) -> bool:
        """Tell whether no paper was ever written."""
        return self._papers.count() == 0

    def read(self) -> Seen:
        """Return the papers in their current texts; they are read again when the revision has changed."""
        revision = self.revision
        if self._seen.revision != revision or not revision:
            rows = [(text, metadata) for _, text, metadata in all_rows(self._papers) if metadata["current"]]
            rows.sort(key=lambda row: int(row[1]["order"]))
            papers = {str(metadata["paper_id"]): paper_of(text, metadata) for text, metadata in rows}
            orders = {str(metadata["paper_id"]): int(metadata["order"]) for _, metadata in rows}
            self._seen = Seen(revision, papers, orders, frozenset(record_id(p) for p in papers.values()))
        return self._seen

    def version(self, paper_id: str, text_hash: str) -> Paper:
        """Return a paper in one text, current or not.

        Raises:
            UsageError: the library never held that text.
        """
        got = self._papers.get(ids=[f"{paper_id}@{text_hash}"], include=["documents", "metadatas"])
        if not got["ids"]:
            raise UsageError(f"The library holds no text {text_hash!r} of {paper_id!r}.", "See: citetrail papers")
        return paper_of((got["documents"] or [""])[0], (got["metadatas"] or [{}])[0])

    def whole(self, held: Counts, generation: int) -> dict[str, Paper]:
        """Return by record the current papers of which an index holds all that their records say it does.

        Args:
            held: by record, what the index of the generation holds.
            generation: which.
        """
        none = counts_of(generation, 0, 0)
        return {
            record: paper_of(text, metadata)
            for record, text, metadata in all_rows(self._papers)
            if metadata["current"] and held.get(record, none) == {name: metadata.get(name) for name in none}
        }

    # writing

    def write(self, papers: Sequence[Paper], counts: Counts, generation: int) -> list[str]:
        """Write the papers' records and set their older texts aside, in one step; return the older records.

        An older text stays under its citations, out of the index.
        """
        seen = self.read()
        fresh = [paper.paper_id for paper in papers if paper.paper_id not in seen.orders]
        orders = seen.orders | {paper_id: order for order, paper_id in enumerate(fresh, start=self._papers.count())}
        rows = {record_id(p): (p, paper_metadata(p, counts[p.paper_id], orders[p.paper_id])) for p in papers}
        known = [seen.papers[paper.paper_id] for paper in papers if paper.paper_id in seen.papers]
        older = [paper for paper in known if record_id(paper) not in rows]
        nothing = counts_of(generation, 0, 0) | {"current": False}
        rows |= {record_id(p): (p, paper_metadata(p, {}, orders[p.paper_id]) | nothing) for p in older}
        self._papers.upsert(
            ids=list(rows),
            embeddings=np.array([_NO_VECTOR for _ in rows], dtype=np.float32),
            documents=[paper.abstract for paper, _ in rows.values()],
            metadatas=[metadata for _, metadata in rows.values()],
        )
        return [record_id(paper) for paper in older]

    def update(self, papers: Sequence[Paper]) -> None:
        """Write the metadata of papers whose text did not change."""
        orders = self.read().orders
        self._papers.update(
            ids=[record_id(p) for p in papers], metadatas=[paper_metadata(p, {}, orders[p.paper_id]) for p in papers]
        )

    def note(self, counts: Counts) -> None:
        """Note by record what an index beside the one that serves holds; no reader sees it, so no revision changes."""
        if counts:
            self._papers.update(ids=list(counts), metadatas=[dict(held) for held in counts.values()])

    def drop_indexes(self, unwanted: Callable[[int], bool]) -> None:
        """Remove the indexes of some generations, and first what was noted of them."""
        for generation in generations_in(self._client):
            if unwanted(generation):
                self._forget(generation)
                drop_generation(self._client, generation)

    def _forget(self, generation: int) -> None:
        names = names_of(generation)
        noted = [record for record, _, metadata in all_rows(self._papers) if metadata.keys() & set(names)]
        nothing: Any = dict.fromkeys(names)  # None takes a key off, which chromadb's types leave unsaid
        if noted:
            self._papers.update(ids=noted, metadatas=[nothing for _ in noted])

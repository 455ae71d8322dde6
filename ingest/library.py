"""The library: papers and their passages in Chroma, which is the only store.

Three collections. ``passages`` holds each passage with its vector (cosine space, no embedding function of its own),
``sentences`` each sentence, so that no question waits for sentences to be embedded; ``papers`` holds each version of a
paper's text, and on its metadata the manifest and a revision that changes with every write. A paper's passages are
written first and its own record last, in one step with setting its older text aside: a passage without a record is not
seen by any reader, a record whose passages are not all there is no whole one, and the next ingest makes it whole.

chromadb is called directly rather than through LlamaIndex's ``ChromaVectorStore``: that one keeps a second
copy of every text as JSON in the metadata and cannot read vectors back, which score fusion needs.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.embeddings import make_embedder
from ingest.errors import LibraryMismatch, LibraryMissing, UsageError
from ingest.manifest import Manifest, check_manifest, manifest_for
from ingest.paper import Paper, Passage
from ingest.records import paper_metadata, paper_of, passage_metadata, passage_of, record_id
from ingest.store import MAKE, PAGE, all_rows, open_folder, open_server, vectors_by_paper, writing
from ingest.text import Span

if TYPE_CHECKING:
    import numpy as np
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from numpy.typing import NDArray

    from ingest.settings import Settings

PAPERS = "papers"
PASSAGES = "passages"
SENTENCES = "sentences"
_HNSW: Any = {"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 400, "max_neighbors": 24}}
Embedded = tuple[Sequence[Passage], Sequence[Sequence[float]]]
"""Runs of text and one vector each."""
_NO_VECTOR = [0.0, 1.0]
"""Papers are found by their passages; Chroma still wants a vector for each record."""


@dataclass(frozen=True)
class Near:
    """A passage and its cosine similarity to a question."""

    passage_id: str
    paper_id: str
    similarity: float


@dataclass(frozen=True)
class PaperVectors:
    """The vectors of one paper, float32 ``(n, dimension)``, each row beside its span of the abstract."""

    spans: tuple[Span, ...]
    vectors: NDArray[np.float32]
    """Passages, embedded with the paper's title as context."""
    sentence_spans: tuple[Span, ...]
    sentence_vectors: NDArray[np.float32]
    """Sentences, embedded by themselves."""


@dataclass(frozen=True)
class _Seen:
    """The papers of one revision, by id, and the place each keeps in the library's order."""

    revision: str = ""
    papers: dict[str, Paper] = field(default_factory=dict)
    orders: dict[str, int] = field(default_factory=dict)
    records: frozenset[str] = frozenset()


class Library:
    """A library that is open. Make one with :meth:`open`."""

    def __init__(self, client: ClientAPI, settings: Settings, embedder: BaseEmbedding, where: str) -> None:
        self.settings = settings
        self.embedder = embedder
        self.where = where
        self._folder = Path(settings.library).absolute()
        self._attach(client)

    def _attach(self, client: ClientAPI) -> None:
        self._client = client
        self._papers = self._collection(PAPERS)
        self._passages = self._collection(PASSAGES)
        self._sentences = self._collection(SENTENCES)
        self._seen = _Seen()

    def refresh(self) -> None:
        """See what another process has written.

        chromadb's embedded store keeps its own view of the vectors and fails on those written past it, so the folder
        is opened anew; a server needs nothing of the kind.
        """
        if not self.settings.chroma_host:
            self.close()
            self._attach(open_folder(self._folder, create=False))

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
        """
        where = settings.chroma_host or settings.library
        client = (
            open_server(settings.chroma_host) if settings.chroma_host else open_folder(Path(settings.library), create)
        )
        names = {collection.name for collection in client.list_collections()}
        if PAPERS not in names and not create:
            raise LibraryMissing(f"There is no library in {where!r}.", MAKE)
        library = cls(client, settings, make_embedder(settings) if embed_model is None else embed_model, where)
        library._check(create)
        return library

    def _check(self, create: bool) -> None:
        """Hold what is in force against the manifest; sign a library just begun."""
        manifest = self.manifest
        if manifest is None and self._papers.count():
            raise LibraryMismatch(
                f"The Chroma store {self.where!r} has a collection {PAPERS!r} that citetrail did not make.",
                "Name another with --library (or chroma_host).",
            )
        if manifest is None and not create:
            raise LibraryMissing(f"The library in {self.where!r} was begun and holds nothing.", MAKE)
        ours = manifest_for(self.settings, self.embedder)
        if manifest is None:
            self._sign(ours)
        else:
            check_manifest(manifest, ours, self.where)

    def _collection(self, name: str) -> Collection:
        return self._client.get_or_create_collection(name, embedding_function=None, configuration=_HNSW)

    def close(self) -> None:
        """Let go of the store (its files, or the connection to its server); the library is not used after."""
        client: Any = self._client  # chromadb's interface does not name what every client of it has
        client.close()

    # reading

    @property
    def manifest(self) -> Manifest | None:
        """What the library was made with; ``None`` for one just begun."""
        text = self._state().get("manifest")
        return Manifest.from_json(str(text), self.where) if text else None

    @property
    def revision(self) -> str:
        """A word that changes with every write, by any process."""
        return str(self._state().get("revision", ""))

    @property
    def cut_off(self) -> bool:
        """Whether a write was begun and not ended: by an ingest that was cut off, or one at work now."""
        return bool(self._state().get("writing", False))

    def _state(self) -> Mapping[str, Any]:
        return self._client.get_collection(PAPERS, embedding_function=None).metadata or {}

    def papers(self) -> list[Paper]:
        """Return every paper in its current text, in the order first ingested."""
        return list(self._by_id().values())

    def paper(self, paper_id: str) -> Paper:
        """Return one paper.

        Raises:
            UsageError: no paper has this id.
        """
        try:
            return self._by_id()[paper_id]
        except KeyError:
            raise UsageError(f"No paper has the id {paper_id!r}.", "See: citetrail papers") from None

    def version(self, paper_id: str, text_hash: str) -> Paper:
        """Return a paper in the text that a citation names, current or not.

        Raises:
            UsageError: the library never held that text.
        """
        got = self._papers.get(ids=[f"{paper_id}@{text_hash}"], include=["documents", "metadatas"])
        if not got["ids"]:
            raise UsageError(f"The library holds no text {text_hash!r} of {paper_id!r}.", "See: citetrail papers")
        return paper_of((got["documents"] or [""])[0], (got["metadatas"] or [{}])[0])

    def passages(self) -> list[Passage]:
        """Return every passage of every current paper, grouped by paper."""
        papers = self._by_id()
        order = {paper_id: place for place, paper_id in enumerate(papers)}
        found = []
        for passage_id, text, metadata in all_rows(self._passages):
            paper = papers.get(str(metadata["paper_id"]))
            if paper is not None and metadata["record"] == record_id(paper):
                found.append(passage_of(passage_id, text, metadata, paper.title))
        return sorted(found, key=lambda p: (order[p.paper_id], p.start))

    def vectors_of(self, paper_ids: Sequence[str]) -> dict[str, PaperVectors]:
        """Return the vectors of papers by paper id; a paper with no passage is left out."""
        papers = self._by_id()
        records = [record_id(papers[paper_id]) for paper_id in paper_ids if paper_id in papers]
        passages, sentences = vectors_by_paper(self._passages, records), vectors_by_paper(self._sentences, records)
        return {i: PaperVectors(*passages[i], *sentences.get(i, passages[i])) for i in passages}

    def nearest(self, vector: Sequence[float], k: int) -> list[Near]:
        """Return the ``k`` passages nearest to a vector, nearest first."""
        k = min(k, self._passages.count())
        if k == 0:
            return []
        got = self._passages.query(query_embeddings=_rows([vector]), n_results=k, include=["metadatas", "distances"])
        metadatas, distances = (got["metadatas"] or [[]])[0], (got["distances"] or [[]])[0]
        records = self._read().records
        return [
            Near(passage_id, str(metadata["paper_id"]), 1.0 - distance)
            for passage_id, metadata, distance in zip(got["ids"][0], metadatas, distances, strict=True)
            if metadata["record"] in records  # not one that a cut-off ingest left
        ]

    def _by_id(self) -> dict[str, Paper]:
        return self._read().papers

    def _read(self) -> _Seen:
        revision = self.revision
        if self._seen.revision != revision or not revision:
            rows = [(text, metadata) for _, text, metadata in all_rows(self._papers) if metadata["current"]]
            rows.sort(key=lambda row: int(row[1]["order"]))
            papers = {str(metadata["paper_id"]): paper_of(text, metadata) for text, metadata in rows}
            orders = {str(metadata["paper_id"]): int(metadata["order"]) for _, metadata in rows}
            self._seen = _Seen(revision, papers, orders, frozenset(record_id(p) for p in papers.values()))
        return self._seen

    # writing

    def known_records(self) -> dict[str, Paper]:
        """Return the papers that are whole, by record id: those a re-ingest can leave alone."""
        passages, sentences = (
            Counter(str(metadata["record"]) for _, _, metadata in all_rows(collection))
            for collection in (self._passages, self._sentences)
        )
        return {
            record: paper_of(text, metadata)
            for record, text, metadata in all_rows(self._papers)
            if metadata["current"]
            and passages[record] == metadata["passages"]
            and sentences[record] == metadata.get("sentences")
        }

    def put(self, papers: Sequence[Paper], passages: Embedded, sentences: Embedded = ((), ())) -> None:
        """Write papers with their passages: passages and sentences first, records last, older texts set aside.

        Args:
            papers: the papers, each in its new text.
            passages: every passage of those papers and one vector each.
            sentences: every sentence of those papers and one vector each.

        Raises:
            LibraryUnwritable: the store refused the write.
        """
        record_of = {paper.paper_id: record_id(paper) for paper in papers}
        with writing(self.where):
            self._begin()
            for collection, (texts, vectors) in ((self._passages, passages), (self._sentences, sentences)):
                if texts:
                    collection.upsert(
                        ids=[p.passage_id for p in texts],
                        embeddings=_rows(vectors),
                        documents=[p.text for p in texts],
                        metadatas=[passage_metadata(p, record_of[p.paper_id]) for p in texts],
                    )
            older = self._write_records(
                papers, *(Counter(p.paper_id for p in runs[0]) for runs in (passages, sentences))
            )
            for record in older:
                self._passages.delete(where={"record": record})
                self._sentences.delete(where={"record": record})
            self._touch()

    def _write_records(self, papers: Sequence[Paper], passages: Counter[str], sentences: Counter[str]) -> list[str]:
        """Write the papers' records and set their older texts aside, in one step; return the older records.

        An older text stays under its citations, out of the index.
        """
        seen = self._read()
        fresh = [paper.paper_id for paper in papers if paper.paper_id not in seen.orders]
        orders = seen.orders | {paper_id: order for order, paper_id in enumerate(fresh, start=self._papers.count())}
        rows = {
            record_id(p): (p, paper_metadata(p, passages[p.paper_id], sentences[p.paper_id], orders[p.paper_id]))
            for p in papers
        }
        known = [seen.papers[paper.paper_id] for paper in papers if paper.paper_id in seen.papers]
        older = [paper for paper in known if record_id(paper) not in rows]
        rows |= {record_id(p): (p, paper_metadata(p, 0, 0, orders[p.paper_id]) | {"current": False}) for p in older}
        self._papers.upsert(
            ids=list(rows),
            embeddings=_rows([_NO_VECTOR for _ in rows]),
            documents=[paper.abstract for paper, _ in rows.values()],
            metadatas=[metadata for _, metadata in rows.values()],
        )
        return [record_id(paper) for paper in older]

    def update(self, papers: Sequence[Paper]) -> None:
        """Write the metadata of papers whose text did not change (met in a further digest)."""
        if not papers:
            return
        ids = [record_id(p) for p in papers]
        got = self._papers.get(ids=ids, include=["metadatas"])
        old: dict[str, Mapping[str, Any]] = dict(zip(got["ids"], got["metadatas"] or [], strict=True))
        kept = [[int(old[i][name]) for name in ("passages", "sentences", "order")] for i in ids]
        with writing(self.where):
            self._begin()
            self._papers.update(ids=ids, metadatas=[paper_metadata(p, *k) for p, k in zip(papers, kept, strict=True)])
            self._touch()

    def sweep(self) -> int:
        """Remove passages and sentences that no current paper owns (an ingest was cut off); return how many."""
        records = {record_id(paper) for paper in self.papers()}
        removed = 0
        with writing(self.where):
            for collection in (self._passages, self._sentences):
                orphans = [i for i, _, metadata in all_rows(collection) if metadata["record"] not in records]
                for at in range(0, len(orphans), PAGE):
                    collection.delete(ids=orphans[at : at + PAGE])
                removed += len(orphans)
            if self.cut_off:
                self._touch()
        return removed

    def count(self) -> tuple[int, int]:
        """Return the number of papers and of passages."""
        return len(self._by_id()), len(self.passages())

    def _begin(self) -> None:
        """Mark that a write is under way: where it is cut off, the next ingest sees it and sweeps."""
        self._sign(self.manifest, writing=True)

    def _touch(self) -> None:
        self._sign(self.manifest)

    def _sign(self, manifest: Manifest | None, writing: bool = False) -> None:
        text = manifest.to_json() if manifest else ""
        self._papers.modify(metadata={"manifest": text, "revision": uuid.uuid4().hex[:12], "writing": writing})


def _rows(vectors: Sequence[Sequence[float]]) -> NDArray[np.float32]:
    import numpy as np

    return np.asarray(vectors, dtype=np.float32)

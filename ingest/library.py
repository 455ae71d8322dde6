"""The library: papers and their passages in Chroma, which is the only store.

Three collections. ``passages`` holds each passage with its vector (cosine space, no embedding function of its own),
``sentences`` each sentence, so that no question waits for sentences to be embedded; ``papers`` holds each version of a
paper's text, and on its metadata the manifest and a revision that changes with every write. A paper's passages are
written first and its own record last: a passage without a record is not seen by any reader, and the next ingest makes
the paper whole.

chromadb is called directly rather than through LlamaIndex's ``ChromaVectorStore``: that one keeps a second
copy of every text as JSON in the metadata and cannot read vectors back, which score fusion needs.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.embeddings import make_embedder
from ingest.errors import LibraryError, LibraryMissing, LibraryUnwritable, UsageError
from ingest.manifest import Manifest, check_manifest, manifest_for
from ingest.paper import Paper, Passage
from ingest.records import paper_metadata, paper_of, passage_metadata, passage_of, record_id
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
_HNSW = {"space": "cosine", "ef_construction": 200, "ef_search": 400, "max_neighbors": 24}
Embedded = tuple[Sequence[Passage], Sequence[Sequence[float]]]
"""Runs of text and one vector each."""
_PAGE = 5_000
_ASKED = 200
_STORE_FILE = "chroma.sqlite3"
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


class Library:
    """A library that is open. Make one with :meth:`open`."""

    def __init__(self, client: ClientAPI, settings: Settings, embedder: BaseEmbedding, where: str) -> None:
        self.settings = settings
        self.embedder = embedder
        self.where = where
        self._client = client
        self._papers = self._collection(PAPERS)
        self._passages = self._collection(PASSAGES)
        self._sentences = self._collection(SENTENCES)
        self._seen: tuple[str, dict[str, Paper]] = ("", {})

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
        client = _server(settings.chroma_host) if settings.chroma_host else _folder(Path(settings.library), create)
        names = {collection.name for collection in client.list_collections()}
        if PAPERS not in names and not create:
            raise LibraryMissing(f"There is no library in {where!r}.", _MAKE)
        embedder = embed_model or make_embedder(settings)
        library = cls(client, settings, embedder, where)
        manifest = library.manifest
        ours = manifest_for(settings, embedder)
        if manifest is None:
            library._sign(ours, library.revision)
        else:
            check_manifest(manifest, ours, where)
        return library

    def _collection(self, name: str) -> Collection:
        return self._client.get_or_create_collection(name, embedding_function=None, configuration={"hnsw": _HNSW})

    # reading

    @property
    def manifest(self) -> Manifest | None:
        """What the library was made with; ``None`` for one just begun."""
        text = (self._client.get_collection(PAPERS, embedding_function=None).metadata or {}).get("manifest")
        return Manifest.from_json(str(text)) if text else None

    @property
    def revision(self) -> str:
        """A word that changes with every write, by any process."""
        metadata = self._client.get_collection(PAPERS, embedding_function=None).metadata or {}
        return str(metadata.get("revision", ""))

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
        for passage_id, text, metadata in _all(self._passages):
            paper = papers.get(str(metadata["paper_id"]))
            if paper is not None and metadata["record"] == record_id(paper):
                found.append(passage_of(passage_id, text, metadata, paper.title))
        return sorted(found, key=lambda p: (order[p.paper_id], p.start))

    def vectors_of(self, paper_ids: Sequence[str]) -> dict[str, PaperVectors]:
        """Return the vectors of papers by paper id; a paper with no passage is left out."""
        papers = self._by_id()
        records = [record_id(papers[paper_id]) for paper_id in paper_ids if paper_id in papers]
        passages, sentences = _vectors(self._passages, records), _vectors(self._sentences, records)
        return {i: PaperVectors(*passages[i], *sentences.get(i, passages[i])) for i in passages}

    def nearest(self, vector: Sequence[float], k: int) -> list[Near]:
        """Return the ``k`` passages nearest to a vector, nearest first."""
        k = min(k, self._passages.count())
        if k == 0:
            return []
        got = self._passages.query(query_embeddings=[list(vector)], n_results=k, include=["metadatas", "distances"])
        metadatas, distances = (got["metadatas"] or [[]])[0], (got["distances"] or [[]])[0]
        return [
            Near(passage_id, str(metadata["paper_id"]), 1.0 - distance)
            for passage_id, metadata, distance in zip(got["ids"][0], metadatas, distances, strict=True)
        ]

    def _by_id(self) -> dict[str, Paper]:
        revision = self.revision
        if self._seen[0] != revision or not revision:
            rows = [row for row in _all(self._papers) if row[2]["current"]]
            rows.sort(key=lambda row: int(row[2]["order"]))
            self._seen = (revision, {str(m["paper_id"]): paper_of(text, m) for _, text, m in rows})
        return self._seen[1]

    # writing

    def known_records(self) -> dict[str, Paper]:
        """Return the records that are whole, by record id: those a re-ingest can leave alone."""
        return {record_id(paper): paper for paper in self.papers()}

    def put(self, papers: Sequence[Paper], passages: Embedded, sentences: Embedded = ((), ())) -> None:
        """Write papers with their passages: passages and sentences first, records last, older texts set aside.

        Args:
            papers: the papers, each in its new text.
            passages: every passage of those papers and one vector each.
            sentences: every sentence of those papers and one vector each.

        Raises:
            LibraryUnwritable: the store refused the write.
        """
        by_paper = {paper.paper_id: record_id(paper) for paper in papers}
        count = dict.fromkeys(by_paper, 0)
        for passage in passages[0]:
            count[passage.paper_id] += 1
        first = self._next_order()
        known = self._by_id()
        places = {known_id: place for place, known_id in enumerate(known)}
        with _writing(self.where):
            for collection, (texts, vectors) in ((self._passages, passages), (self._sentences, sentences)):
                if texts:
                    collection.upsert(
                        ids=[p.passage_id for p in texts],
                        embeddings=[list(v) for v in vectors],
                        documents=[p.text for p in texts],
                        metadatas=[passage_metadata(p, by_paper[p.paper_id]) for p in texts],
                    )
            self._papers.upsert(
                ids=[record_id(p) for p in papers],
                embeddings=[_NO_VECTOR for _ in papers],
                documents=[p.abstract for p in papers],
                metadatas=[
                    paper_metadata(p, count[p.paper_id], places.get(p.paper_id, first + i))
                    for i, p in enumerate(papers)
                ],
            )
            self._set_aside(
                [known[i] for i, record in by_paper.items() if i in known and record_id(known[i]) != record]
            )
            self._touch()

    def update(self, papers: Sequence[Paper]) -> None:
        """Write the metadata of papers whose text did not change (met in a further digest)."""
        if not papers:
            return
        got = self._papers.get(ids=[record_id(p) for p in papers], include=["metadatas"])
        old: dict[str, Mapping[str, Any]] = dict(zip(got["ids"], got["metadatas"] or [], strict=True))
        with _writing(self.where):
            self._papers.update(
                ids=[record_id(p) for p in papers],
                metadatas=[
                    paper_metadata(p, int(old[record_id(p)]["passages"]), int(old[record_id(p)]["order"]))
                    for p in papers
                ],
            )
            self._touch()

    def sweep(self) -> int:
        """Remove passages and sentences that no current paper owns (an ingest was cut off); return how many."""
        records = {record_id(paper) for paper in self.papers()}
        removed = 0
        for collection in (self._passages, self._sentences):
            orphans = [i for i, _, metadata in _all(collection) if metadata["record"] not in records]
            for at in range(0, len(orphans), _PAGE):
                collection.delete(ids=orphans[at : at + _PAGE])
            removed += len(orphans)
        return removed

    def count(self) -> tuple[int, int]:
        """Return the number of papers and of passages."""
        return len(self._by_id()), len(self.passages())

    def _set_aside(self, papers: Sequence[Paper]) -> None:
        """Keep an older text under its citations, out of the index."""
        for paper in papers:
            self._papers.update(ids=[record_id(paper)], metadatas=[{"current": False}])
            self._passages.delete(where={"record": record_id(paper)})
            self._sentences.delete(where={"record": record_id(paper)})

    def _next_order(self) -> int:
        return self._papers.count()

    def _touch(self) -> None:
        manifest = self.manifest
        if manifest is not None:
            self._sign(manifest, uuid.uuid4().hex[:12])

    def _sign(self, manifest: Manifest, revision: str) -> None:
        revision = revision or uuid.uuid4().hex[:12]
        self._papers.modify(metadata={"manifest": manifest.to_json(), "revision": revision})


_MAKE = "Make one: citetrail ingest PATH...   (or, for the bundled sample: citetrail ingest --sample)"


@contextlib.contextmanager
def _writing(where: str) -> Iterator[None]:
    """Turn a refused write into an error that says so."""
    from chromadb.errors import ChromaError

    try:
        yield
    except (ChromaError, OSError) as error:
        raise LibraryUnwritable(
            f"The library {where!r} could not be written: {error}.",
            "Look at the disk's room and the folder's permissions, then run the same command again: "
            "what was whole stays, the rest is made whole.",
        ) from error


def _folder(folder: Path, create: bool) -> ClientAPI:
    """Open the embedded store in a folder, its telemetry off by our own setting."""
    if not create and not (folder / _STORE_FILE).is_file():
        raise LibraryMissing(f"There is no library in {str(folder)!r}.", _MAKE)
    if folder.exists() and not folder.is_dir():
        raise LibraryUnwritable(f"{str(folder)!r} is a file, not a folder.", "Name another folder with --library.")
    if create and folder.is_dir() and any(folder.iterdir()) and not (folder / _STORE_FILE).is_file():
        raise LibraryUnwritable(f"The folder {str(folder)!r} holds other things.", "Name another with --library.")
    import chromadb
    from chromadb.config import Settings as ChromaSettings
    from chromadb.errors import ChromaError

    try:
        folder.mkdir(parents=True, exist_ok=True)
        return chromadb.PersistentClient(folder, settings=ChromaSettings(anonymized_telemetry=False))
    except (ChromaError, OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise LibraryUnwritable(
            f"The library folder {str(folder)!r} cannot be used: {reason}.",
            "Check its permissions, or name another folder with --library.",
        ) from error


def _server(address: str) -> ClientAPI:
    """Connect to a Chroma server named ``host:port``."""
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    host, _, port = address.removeprefix("http://").partition(":")
    try:
        client = chromadb.HttpClient(host, int(port or 8000), settings=ChromaSettings(anonymized_telemetry=False))
        client.heartbeat()
    except ValueError as error:  # chromadb raises it for a server that does not answer, int() for a bad port
        raise LibraryError(
            f"No Chroma server answers at {address!r} ({error}).", "Start it: chroma run --port 8000"
        ) from error
    return client


def _all(collection: Collection) -> list[tuple[str, str, Mapping[str, Any]]]:
    """Return ``(id, document, metadata)`` of every record, read page by page."""
    rows: list[tuple[str, str, Mapping[str, Any]]] = []
    while True:
        got = collection.get(limit=_PAGE, offset=len(rows), include=["documents", "metadatas"])
        if not got["ids"]:
            return rows
        rows.extend(zip(got["ids"], got["documents"] or [], got["metadatas"] or [], strict=True))


def _vectors(collection: Collection, records: Sequence[str]) -> dict[str, tuple[tuple[Span, ...], NDArray[np.float32]]]:
    """Return the spans and vectors that a collection holds of some records, by paper id, in the abstract's order."""
    import numpy as np

    rows: dict[str, list[tuple[Span, Any]]] = {}
    for at in range(0, len(records), _ASKED):
        where: Any = {"record": {"$in": list(records[at : at + _ASKED])}}
        got = collection.get(where=where, include=["embeddings", "metadatas"])
        embeddings: Any = got["embeddings"] if got["embeddings"] is not None else []
        for metadata, vector in zip(got["metadatas"] or [], embeddings, strict=True):
            span = (int(str(metadata["start"])), int(str(metadata["end"])))
            rows.setdefault(str(metadata["paper_id"]), []).append((span, vector))
    ordered = {paper_id: sorted(pairs, key=lambda pair: pair[0]) for paper_id, pairs in rows.items()}
    return {
        paper_id: (tuple(span for span, _ in pairs), np.asarray([v for _, v in pairs], dtype=np.float32))
        for paper_id, pairs in ordered.items()
    }

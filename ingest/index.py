"""An index of the library: the passages and sentences of every paper with their vectors, made by one embedder.

A library has one that serves. Another can be built beside it under the next generation's names, resumed where it was
cut off, and put in its place by one write of the library's pointer (see :mod:`ingest.reindex`). An index that is being
built carries the manifest it is built for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest.embeddings.late_interaction import NO_TOKENS, TextTokens, unpack
from ingest.errors import LibraryMoved, ModelError
from ingest.paper import Paper, Passage
from ingest.records import owner_of, passage_metadata
from ingest.store import PAGE, all_rows, rows_by_paper

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from numpy.typing import NDArray

    from ingest.text import Span

PASSAGES, SENTENCES = "passages", "sentences"
HNSW: Any = {"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 400, "max_neighbors": 24}}
_NAME = re.compile(rf"({PASSAGES}|{SENTENCES})(?:-([1-9]\d*))?")
Embedded = tuple[Sequence[Passage], Sequence[Sequence[float]]]
"""Runs of text and one vector each."""


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
    tokens: TextTokens = NO_TOKENS
    """The word pieces of all passages, for late interaction."""


def names_of(generation: int) -> tuple[str, str]:
    """Return what the two collections of a generation are called, and the counts of them on a paper's record."""
    suffix = f"-{generation}" if generation else ""
    return f"{PASSAGES}{suffix}", f"{SENTENCES}{suffix}"


def counts_of(generation: int, passages: int, sentences: int) -> dict[str, int]:
    """Return what a paper's record says of its passages and sentences in a generation's index."""
    return dict(zip(names_of(generation), (passages, sentences), strict=True))


def counts_by_paper(
    papers: Iterable[Paper], passages: Embedded, sentences: Embedded, generation: int
) -> dict[str, dict[str, int]]:
    """Return :func:`counts_of` each paper, by its id."""
    held = [Counter(text.paper_id for text in texts) for texts, _ in (passages, sentences)]
    return {p.paper_id: counts_of(generation, held[0][p.paper_id], held[1][p.paper_id]) for p in papers}


def generations_in(client: ClientAPI) -> dict[int, str]:
    """Return the generations a store holds anything of, each with the manifest it is built for, if it says so."""
    found: dict[int, str] = {}
    for collection in client.list_collections():
        if match := _NAME.fullmatch(collection.name):
            generation = int(match[2] or 0)
            found[generation] = found.get(generation, "") or str((collection.metadata or {}).get("manifest", ""))
    return found


def drop_generation(client: ClientAPI, generation: int) -> None:
    """Remove the collections of a generation."""
    there = {collection.name for collection in client.list_collections()}
    for name in names_of(generation):
        if name in there:
            client.delete_collection(name)


class Index:
    """The two collections of one generation.

    Args:
        client: the store.
        generation: which.
        dimension: numbers in a vector of it.
        manifest: what a new one is built for; empty for the first of a library, which the library itself signs.
        create: make what is not there.
    """

    def __init__(
        self, client: ClientAPI, generation: int, dimension: int, manifest: str = "", create: bool = True
    ) -> None:
        self.generation = generation
        self.dimension = dimension
        metadata: Any = {"manifest": manifest} if manifest else None
        self._passages, self._sentences = (
            client.get_or_create_collection(name, metadata=metadata, embedding_function=None, configuration=HNSW)
            if create
            else client.get_collection(name, embedding_function=None)
            for name in names_of(generation)
        )

    # reading

    def nearest(self, vector: Sequence[float], k: int, records: Container[str]) -> list[Near]:
        """Return the ``k`` passages nearest to a vector, nearest first, less those that no record owns.

        Raises:
            LibraryMoved: the vector is not one of the embedder that made this index.
        """
        if len(vector) != self.dimension:
            raise LibraryMoved(f"The question has {len(vector)} numbers, a passage {self.dimension}.", "Ask again.")
        k = min(k, self._passages.count())
        if k == 0:
            return []
        asked = np.asarray([vector], dtype=np.float32)
        got = self._passages.query(query_embeddings=asked, n_results=k, include=["distances"])
        distances = (got["distances"] or [[]])[0]  # metadata is left out: it holds the pieces, and takes its time
        owned = [(passage_id, *owner_of(passage_id)) for passage_id in got["ids"][0]]
        return [
            Near(passage_id, paper_id, 1.0 - distance)
            for (passage_id, record, paper_id), distance in zip(owned, distances, strict=True)
            if record in records  # not one that a cut-off ingest left
        ]

    def vectors_of(self, records: Sequence[str]) -> dict[str, PaperVectors]:
        """Return the vectors of records by paper id; a paper with no passage is left out."""
        passages, sentences = rows_by_paper(self._passages, records), rows_by_paper(self._sentences, records)
        return {
            i: PaperVectors(
                mine.spans, mine.vectors, (own := sentences.get(i, mine)).spans, own.vectors, unpack(mine.tokens)
            )
            for i, mine in passages.items()
        }

    def passage_rows(self) -> list[tuple[str, str, Mapping[str, Any]]]:
        """Return ``(id, text, metadata)`` of every passage."""
        return all_rows(self._passages)

    def holds(self) -> dict[str, dict[str, int]]:
        """Return how many passages and sentences there are of each record, as :func:`counts_of` puts it."""
        passages, sentences = (
            Counter(str(metadata["record"]) for _, _, metadata in all_rows(collection))
            for collection in (self._passages, self._sentences)
        )
        return {r: counts_of(self.generation, passages[r], sentences[r]) for r in passages.keys() | sentences.keys()}

    # writing

    def write(self, passages: Embedded, sentences: Embedded, record_of: Mapping[str, str]) -> None:
        """Write passages and sentences, each under the record of its paper.

        Raises:
            ModelError: a vector is not one that can be searched.
        """
        for collection, (texts, vectors) in ((self._passages, passages), (self._sentences, sentences)):
            if texts:
                collection.upsert(
                    ids=[p.passage_id for p in texts],
                    embeddings=self._rows(texts, vectors),
                    documents=[p.text for p in texts],
                    metadatas=[passage_metadata(p, record_of[p.paper_id]) for p in texts],
                )

    def _rows(self, texts: Sequence[Passage], vectors: Sequence[Sequence[float]]) -> NDArray[np.float32]:
        """Return the vectors with length 1, having looked at each."""
        for text, vector in zip(texts, vectors, strict=True):
            if len(vector) != self.dimension:
                raise _useless(f"{len(vector)} numbers where {self.dimension} are due", text)
        rows = np.asarray(vectors, dtype=np.float32)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        for text, length in zip(texts, lengths[:, 0], strict=True):
            if not np.isfinite(length) or length == 0:
                raise _useless("zeros alone" if length == 0 else "what is no number", text)
        return np.asarray(rows / lengths, dtype=np.float32)

    def remove(self, record: str) -> None:
        """Remove what belongs to a record."""
        for collection in (self._passages, self._sentences):
            collection.delete(where={"record": record})

    def sweep(self, records: Container[str]) -> int:
        """Remove what belongs to no record of these; return how many runs of text that were."""
        removed = 0
        for collection in (self._passages, self._sentences):
            orphans = [i for i, _, metadata in all_rows(collection) if metadata["record"] not in records]
            for at in range(0, len(orphans), PAGE):
                collection.delete(ids=orphans[at : at + PAGE])
            removed += len(orphans)
        return removed


def _useless(what: str, text: Passage) -> ModelError:
    return ModelError(
        f"The embedder gave a vector with {what} for {text.text!r} of {text.title!r}; nothing of it was written.",
        "See that it is the model the library was made with, then run the same command again.",
    )

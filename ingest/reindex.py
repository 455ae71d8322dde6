"""Reindex: another embedder or another passage size for a library that goes on serving meanwhile.

The new index is built beside the old one under the next generation's names, a batch of papers at a time. When it holds
every paper, one write of the library's pointer puts it in the old one's place, and the old one is removed. A run that
was cut off is resumed by the next with the same settings; one with others begins anew. Readers that are open see the
new revision at their next question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.embeddings import make_embedder
from ingest.errors import LibraryError, LibraryMismatch
from ingest.index import Index, counts_by_paper, generations_in
from ingest.ledger import Ledger, open_ledger
from ingest.lock import write_lock
from ingest.manifest import Manifest, check_manifest, follow, manifest_for
from ingest.paper import Paper
from ingest.pipeline import PAPERS_TOGETHER, Progress, embed_papers
from ingest.records import record_id
from ingest.store import close_store, open_store, reading, remove_unused, writing

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from llama_index.core.base.embeddings.base import BaseEmbedding

    from ingest.settings import Settings

_ROUNDS = 3


@dataclass(frozen=True)
class ReindexReport:
    """What a reindex did."""

    papers: int
    passages: int
    """Papers and passages in the index that serves now."""
    embedded: int
    """Papers embedded by this run."""
    kept: int
    """Papers that an earlier run had embedded before it was cut off."""
    before: Manifest
    after: Manifest
    """What the index was made with, and is now."""

    @property
    def changed(self) -> bool:
        """Whether there was anything to change."""
        return self.before is not self.after


def reindex(
    settings: Settings, *, embed_model: BaseEmbedding | None = None, progress: Progress | None = None
) -> ReindexReport:
    """Make a library's index anew with what the settings say of embedder and passages; the rest stays as it is.

    Args:
        settings: what is in force; what they leave open stays as the library was made.
        embed_model: an embedder to use instead of the settings' one.
        progress: told of each stage as it goes.

    Raises:
        LibraryMissing: there is no library.
        LibraryMismatch: it is of another schema.
        LibraryError: it cannot be read or written, or another process goes on writing to it.
        ModelError: the embedder cannot be used, or failed midway; what it embedded so far is kept.
    """
    tell = progress or (lambda stage, done, total: None)
    where = settings.chroma_host or settings.library
    with write_lock(settings, "reindex", tell=lambda: tell("waiting", 0, 1)):
        client = open_store(settings)
        try:
            with reading(where):
                ledger = open_ledger(client, where)
                before, serving = ledger.made_with(), ledger.state().generation
            chosen = follow(settings, before)
            embedder = make_embedder(chosen) if embed_model is None else embed_model
            return _Reindexing(client, ledger, serving, where, chosen, embedder).run(before, tell)
        finally:
            close_store(client)


@dataclass(frozen=True)
class _Reindexing:
    """One run, under the write lock."""

    client: ClientAPI
    ledger: Ledger
    serving: int
    """The generation that serves when the run begins."""
    where: str
    settings: Settings
    embedder: BaseEmbedding

    def run(self, before: Manifest, tell: Progress) -> ReindexReport:
        """Build, switch, clean up."""
        after = manifest_for(self.settings, self.embedder)
        if before.difference(after) == "schema":
            check_manifest(before, after, self.where)
        if before.makes(after):
            self._clean_up(self.serving)
            return self._report(Index(self.client, self.serving, before.dimension), 0, 0, before, before)
        index = self._begin(after)
        kept = len(self.ledger.read().papers) - len(self._missing(index))
        embedded = self._complete(index, tell)
        with writing(self.where):
            self.ledger.sign(after, index.generation)
        self._clean_up(index.generation)
        return self._report(index, embedded, kept, before, after)

    def _begin(self, after: Manifest) -> Index:
        """Return the index to fill: one that an earlier run left, where it was for the same manifest, or a new one."""
        with writing(self.where):
            there = generations_in(self.client)
            begun = [g for g, text in there.items() if g > self.serving and _is_for(text, after)]
            generation = begun[0] if begun else max(there, default=0) + 1
            self.ledger.drop_indexes(lambda other: other not in (self.serving, generation))
            return Index(self.client, generation, after.dimension, after.to_json())

    def _complete(self, index: Index, tell: Progress) -> int:
        """Fill the index until it holds every paper and nothing else; return how many were embedded.

        It is looked at again after that: on a server, which has no lock, another machine may have ingested meanwhile.
        """
        embedded = 0
        for _ in range(_ROUNDS):
            missing, total = self._missing(index), len(self.ledger.read().papers)
            for at in range(0, len(missing), PAPERS_TOGETHER):
                tell("embedding", total - len(missing) + at, total)
                self._fill(index, missing[at : at + PAPERS_TOGETHER])
            embedded += len(missing)
            if not missing:
                tell("embedding", total, total)
                with writing(self.where):
                    index.sweep(self.ledger.read().records)
                return embedded
        raise LibraryError(
            f"The new index of {self.where!r} still lacks papers although all were written; the old one goes on "
            "serving.",
            "Run the same command again while nothing else writes to the library.",
        )

    def _missing(self, index: Index) -> list[Paper]:
        """Return the papers that an index does not hold whole."""
        with reading(self.where):
            whole = self.ledger.whole(index.holds(), index.generation)
            return [paper for paper in self.ledger.read().papers.values() if record_id(paper) not in whole]

    def _fill(self, index: Index, papers: Sequence[Paper]) -> None:
        """Write papers into the index; that they are whole is noted last."""
        passages, sentences = embed_papers(papers, self.settings, self.embedder)
        record_of = {paper.paper_id: record_id(paper) for paper in papers}
        counts = counts_by_paper(papers, passages, sentences, index.generation)
        with writing(self.where):
            index.write(passages, sentences, record_of)
            self.ledger.note({record_of[paper_id]: held for paper_id, held in counts.items()})

    def _clean_up(self, serving: int) -> None:
        """Remove every index but the one that serves."""
        with writing(self.where):
            self.ledger.drop_indexes(lambda other: other != serving)
            if not self.settings.chroma_host:
                remove_unused(Path(self.settings.library))

    def _report(self, index: Index, embedded: int, kept: int, before: Manifest, after: Manifest) -> ReindexReport:
        papers = len(self.ledger.read().papers)
        return ReindexReport(papers, len(index.passage_rows()), embedded, kept, before, after)


def _is_for(text: str, manifest: Manifest) -> bool:
    """Tell whether an index begun earlier is one for this manifest."""
    try:
        return bool(text) and Manifest.from_json(text).makes(manifest)
    except LibraryMismatch:
        return False

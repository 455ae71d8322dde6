"""Ingest: read → merge → split into passages → embed → store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import InputError
from ingest.index import Embedded
from ingest.library import Library
from ingest.lock import write_lock
from ingest.manifest import follow
from ingest.merge import merge
from ingest.orders import shown_title
from ingest.paper import Paper
from ingest.records import record_id
from ingest.sources import Entry, Problem, expand, read_file

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding

    from ingest.settings import Settings

Progress = Callable[[str, int, int], None]
"""Called with a stage (``reading``, ``waiting`` for another process, ``embedding``), how much is done and there is."""

PAPERS_TOGETHER = 32
"""Papers made whole at a time: what a kill can cost."""


@dataclass(frozen=True)
class FileReport:
    """What one file gave."""

    path: Path
    entries: int
    problems: tuple[Problem, ...] = ()
    day: str = ""
    inferred_year: str = ""
    failed: bool = False
    """Nothing of the file could be used; the first problem says why."""


@dataclass(frozen=True)
class IngestReport:
    """What an ingest did."""

    files: tuple[FileReport, ...]
    added: int
    changed: int
    unchanged: int
    papers: int
    """Papers in the library now."""
    passages: int
    """Passages in the library now."""
    distinct: int = field(default=0)
    """Papers that the entries of these files are."""

    @property
    def entries(self) -> int:
        """Entries read from all files."""
        return sum(file.entries for file in self.files)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that could not be read, in order."""
        return tuple(problem for file in self.files for problem in file.problems)


def ingest(
    paths: Sequence[Path],
    settings: Settings,
    *,
    saved: date | None = None,
    embed_model: BaseEmbedding | None = None,
    progress: Progress | None = None,
) -> IngestReport:
    """Read digests into the library, which is made where there is none.

    A file that cannot be read is reported, and the others are ingested. Ingesting the same thing twice
    changes nothing.

    Args:
        paths: digest files, or folders of them.
        settings: what is in force.
        saved: the day the pages were saved, for dates that leave their year off.
        embed_model: an embedder to use instead of the settings' one.
        progress: told of each stage as it goes.

    Raises:
        InputError: a path does not exist, or not one of the files could be read.
        LibraryError: the library cannot be opened or written, or another process goes on writing to it.
    """
    tell = progress or (lambda stage, done, total: None)
    files, entries = _read(expand(list(paths)), saved, tell)
    if not files:
        raise InputError("No file or folder was named.", "Name a digest, or use the bundled sample.")
    if not entries:
        raise InputError(
            "\n".join(file.problems[0].message for file in files), "" if len(files) == 1 else "No file could be read."
        )
    with write_lock(settings, "ingest", create=True, tell=lambda: tell("waiting", 0, 1)):
        library = Library.open(settings, embed_model, create=True)
        try:
            return _store(library, merge(entries, library.papers()), files, tell)
        finally:
            library.close()


def _read(paths: list[Path], saved: date | None, tell: Progress) -> tuple[tuple[FileReport, ...], list[Entry]]:
    reports: list[FileReport] = []
    entries: list[Entry] = []
    for done, path in enumerate(paths):
        tell("reading", done, len(paths))
        try:
            reading = read_file(path, saved)
        except InputError as error:
            reports.append(FileReport(path, 0, (Problem(path, 0, str(error)),), failed=True))
            continue
        entries.extend(reading.entries)
        day, year = reading.facts.get("day", ""), reading.facts.get("inferred_year", "")
        reports.append(FileReport(path, len(reading.entries), reading.problems, day, year))
    tell("reading", len(paths), len(paths))
    return tuple(reports), entries


def _store(library: Library, papers: list[Paper], files: tuple[FileReport, ...], tell: Progress) -> IngestReport:
    if library.cut_off:
        library.sweep()
    known = library.known_records()
    ids = {paper.paper_id for paper in known.values()}
    fresh = [paper for paper in papers if record_id(paper) not in known]
    met_again = [p for p in papers if record_id(p) in known and known[record_id(p)] != p]
    if met_again:
        library.update(met_again)
    store_papers(library, fresh, tell)
    added = sum(paper.paper_id not in ids for paper in fresh)
    changed = len(fresh) - added + len(met_again)
    total, passages = library.count()
    return IngestReport(files, added, changed, len(papers) - added - changed, total, passages, len(papers))


def store_papers(library: Library, papers: Sequence[Paper], progress: Progress | None = None) -> None:
    """Split, embed and write papers, a batch at a time; what a cut-off ingest left behind is removed.

    Raises:
        LibraryUnwritable: the store refused a write; the batches before it are whole.
    """
    for at in range(0, len(papers), PAPERS_TOGETHER):
        batch = papers[at : at + PAPERS_TOGETHER]
        library.put(batch, *embed_papers(batch, library.settings, library.embedder))
        if progress:
            progress("embedding", at + len(batch), len(papers))
    if papers:
        library.sweep()


def embed_papers(papers: Sequence[Paper], settings: Settings, embedder: BaseEmbedding) -> tuple[Embedded, Embedded]:
    """Split papers into passages and sentences and embed them, a passage with its paper's title as context.

    Returns:
        The passages and the sentences, each with one vector a text.
    """
    from llama_index.core.ingestion import IngestionPipeline
    from llama_index.core.schema import Document as LlamaDocument

    from ingest.passages import PassageSplitter, sentences_of, to_passage

    settings = follow(settings, None)
    splitter = PassageSplitter(passage_tokens=settings.passage_tokens, passage_overlap=settings.passage_overlap)
    documents = [
        LlamaDocument(text=p.abstract, id_=record_id(p), metadata={"title": shown_title(p.title)}) for p in papers
    ]
    nodes = IngestionPipeline(transformations=[splitter, embedder], disable_cache=True).run(documents=documents)
    by_record = {record_id(paper): paper for paper in papers}
    passages = [to_passage(node, by_record[str(node.ref_doc_id)]) for node in nodes]
    sentences = [sentence for paper in papers for sentence in sentences_of(paper, record_id(paper))]
    vectors = embedder.get_text_embedding_batch([s.text for s in sentences])
    return (passages, [list(node.get_embedding()) for node in nodes]), (sentences, vectors)

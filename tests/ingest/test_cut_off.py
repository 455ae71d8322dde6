"""An ingest cut off at any write: what was whole stays, the next ingest makes the rest whole, nothing is left over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from chromadb.api.models.Collection import Collection

from ingest.errors import LibraryUnwritable
from ingest.index import PASSAGES, SENTENCES
from ingest.library import Library
from ingest.paper import paper_id_for, text_hash
from ingest.pipeline import ingest
from ingest.settings import Settings
from ingest.store import open_folder
from tests.support.embedding import BagOfWords
from tests.support.pages import abstract, write_page

FROGS, PONDS = (("Frogs", abstract("frogs", 12)), ("Ponds", abstract("ponds", 12)))
NEW_FROGS = ("Frogs", abstract("frogs of another kind", 3))
WRITES = ("upsert", "update", "delete", "modify")
WRITTEN = 7
"""Writes that the ingest under test takes: begun, passages, sentences, records, two clean-ups, ended."""


class Killed(BaseException):
    """Stands for a kill: nothing of ours may catch it."""


def _kill_at(monkeypatch: pytest.MonkeyPatch, call: int, error: Callable[[], BaseException]) -> list[str]:
    """Let the store take ``call`` writes, then raise at each further one; return the writes asked for."""
    asked: list[str] = []

    def counted(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def write(self: Collection, *arguments: Any, **named: Any) -> Any:
            asked.append(f"{name} {self.name}")
            if len(asked) > call:
                raise error()
            return real(self, *arguments, **named)

        return write

    for name in WRITES:
        monkeypatch.setattr(Collection, name, counted(name, getattr(Collection, name)))
    return asked


def _orphans(settings: Settings) -> list[str]:
    """Return passages and sentences that no current record owns, and records whose passages are not all there."""
    client = open_folder(Path(settings.library), create=False)
    papers = client.get_collection("papers").get(include=["metadatas"])
    records = dict(zip(papers["ids"], papers["metadatas"] or [], strict=True))
    current = {record: metadata for record, metadata in records.items() if metadata["current"]}
    found = []
    for name in (PASSAGES, SENTENCES):
        rows = client.get_collection(name).get(include=["metadatas"])
        held = [str(metadata["record"]) for metadata in rows["metadatas"] or []]
        found += [f"orphan {record} in {name}" for record in held if record not in current]
        found += [f"{r} lacks {name}" for r, m in current.items() if held.count(r) != m[name]]
    ids = [str(metadata["paper_id"]) for metadata in current.values()]
    return found + [f"two of {paper_id}" for paper_id in set(ids) if ids.count(paper_id) > 1]


@pytest.fixture
def pages(tmp_path: Path) -> dict[str, Path]:
    return {
        "first": write_page(tmp_path, "a.txt", FROGS),
        "second": write_page(tmp_path, "b.txt", NEW_FROGS, PONDS),
        "again": write_page(tmp_path, "c.txt", FROGS),
    }


def _writes(pages: dict[str, Path], which: str, settings: Settings, embedder: BagOfWords) -> int:
    """Return how many writes an ingest of a page takes."""
    with pytest.MonkeyPatch.context() as patch:
        asked = _kill_at(patch, 10_000, Killed)
        ingest([pages[which]], settings, embed_model=embedder)
    return len(asked)


def _full_disk() -> OSError:
    return OSError(28, "No space left on device")


@pytest.mark.parametrize(
    ("call", "error"), [*((call, Killed) for call in range(WRITTEN)), (1, _full_disk), (3, _full_disk)]
)
def test_a_cut_off_ingest_is_made_whole_by_the_next(call, error, pages, settings, embedder, monkeypatch):
    ingest([pages["first"]], settings, embed_model=embedder)
    reader = Library.open(settings, embedder)
    revision = reader.revision
    with monkeypatch.context() as patch:
        asked = _kill_at(patch, call, error)
        with pytest.raises((Killed, LibraryUnwritable)) as caught:
            ingest([pages["second"]], settings, embed_model=embedder)
    assert len(asked) == call + 1
    assert error is Killed or "No space left on device" in str(caught.value)
    _nothing_half(Library.open(settings, embedder))
    report = ingest([pages["second"]], settings, embed_model=embedder)
    assert (report.papers, report.problems) == (2, ())
    assert _orphans(settings) == []
    library = Library.open(settings, embedder)
    assert [p.abstract for p in library.papers()] == [NEW_FROGS[1], PONDS[1]]
    assert library.version(paper_id_for("Frogs"), text_hash(FROGS[1])).abstract == FROGS[1]
    assert library.revision != revision
    assert not library.cut_off
    assert [p.abstract for p in reader.papers()] == [NEW_FROGS[1], PONDS[1]], "a reader that stayed open sees it too"


def test_the_kills_above_reach_every_write(pages, settings, embedder):
    ingest([pages["first"]], settings, embed_model=embedder)
    assert _writes(pages, "second", settings, embedder) == WRITTEN


def _nothing_half(library: Library) -> None:
    """Hold that a reader after a kill sees papers in or out, never half."""
    abstracts = {p.paper_id: p.abstract for p in library.papers()}
    assert abstracts[paper_id_for("Frogs")] in (FROGS[1], NEW_FROGS[1])
    for passage in library.passages():
        assert abstracts[passage.paper_id][passage.start : passage.end] == passage.text
    assert {p.paper_id for p in library.passages()} == set(abstracts)
    near = library.nearest(library.embedder.get_query_embedding("frogs"), 100)
    assert {n.paper_id for n in near} <= set(abstracts)


@pytest.mark.parametrize("call", range(3))
def test_a_cut_off_second_meeting_is_made_whole(call, pages, settings, embedder, monkeypatch):
    ingest([pages["first"]], settings, embed_model=embedder)
    reader = Library.open(settings, embedder)
    reader.papers()
    with monkeypatch.context() as patch:
        _kill_at(patch, call, Killed)
        with pytest.raises(Killed):
            ingest([pages["again"]], settings, embed_model=embedder)
    ingest([pages["again"]], settings, embed_model=embedder)
    assert [p.digests for p in reader.papers()] == [("a", "c")]
    assert not reader.cut_off
    assert _orphans(settings) == []


class Failing(BagOfWords):
    """An embedder that fails once it has embedded so many batches."""

    batches: int = 1

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        self.batches -= 1
        if self.batches < 0:
            raise RuntimeError("the model is gone")
        return super()._get_text_embeddings(texts)


@pytest.mark.parametrize("batches", [0, 3, 7])
def test_an_embedder_that_fails_loses_nothing(batches, tmp_path, settings, embedder):
    entries = [(f"Frogs {i}", abstract(f"frogs {i}", 2)) for i in range(70)]
    path = write_page(tmp_path, "many.txt", *entries)
    with pytest.raises(RuntimeError, match="the model is gone"):
        ingest([path], settings, embed_model=Failing(batches=batches, embed_batch_size=20))
    whole = Library.open(settings, embedder).papers()
    assert len(whole) == {0: 0, 3: 0, 7: 32}[batches]
    report = ingest([path], settings, embed_model=embedder)
    assert (report.added, report.unchanged, report.papers) == (70 - len(whole), len(whole), 70)
    assert _orphans(settings) == []


def test_a_record_that_lost_passages_is_made_whole(pages, settings, embedder):
    ingest([pages["first"]], settings, embed_model=embedder)
    client = open_folder(Path(settings.library), create=False)
    for name in (PASSAGES, SENTENCES):
        collection = client.get_collection(name)
        collection.delete(ids=collection.get()["ids"][:1])
        assert _orphans(settings) != []
        ingest([pages["first"]], settings, embed_model=embedder)
        assert _orphans(settings) == []


def test_a_library_begun_and_cut_off_before_its_manifest(settings, embedder, pages, monkeypatch):
    from ingest.errors import LibraryMissing

    with monkeypatch.context() as patch:
        _kill_at(patch, 0, Killed)
        with pytest.raises(Killed):
            ingest([pages["first"]], settings, embed_model=embedder)
    with pytest.raises(LibraryMissing, match="holds nothing"):
        Library.open(settings, embedder)
    assert ingest([pages["first"]], settings, embed_model=embedder).papers == 1

"""Reindex: the old index serves until the new one is whole, a cut-off run is taken up, and nothing is left over."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from chromadb.api.client import Client
from chromadb.api.models.Collection import Collection
from llama_index.core.bridge.pydantic import Field

from ingest.errors import LibraryError, LibraryMismatch, LibraryMissing, LibraryMoved, LibraryUnwritable, ModelError
from ingest.index import generations_in, names_of
from ingest.ledger import PAPERS
from ingest.library import Library
from ingest.paper import Paper, paper_id_for
from ingest.pipeline import ingest, store_papers
from ingest.reindex import ReindexReport, reindex
from ingest.settings import Settings
from ingest.store import close_store, open_folder, whole
from tests.support.embedding import BagOfWords
from tests.support.pages import abstract, write_page

OLD, NEW = BagOfWords(dimension=256), BagOfWords(salt="new", dimension=512, model_name="other")
PAPERS_HELD = 40
"""More than one batch."""


class Killed(BaseException):
    """Stands for a kill: nothing of ours may catch it."""


def _entries(*numbers: int, about: str = "topic") -> list[tuple[str, str]]:
    return [(f"Paper {i}", abstract(f"{about} {i}", 4)) for i in numbers]


@pytest.fixture
def made(tmp_path: Path, settings: Settings) -> Settings:
    """The settings of a library of forty papers, made with the old embedder."""
    ingest([write_page(tmp_path, "a.txt", *_entries(*range(PAPERS_HELD)))], settings, embed_model=OLD)
    return settings


@pytest.fixture
def opened(made: Settings) -> Iterator[Callable[[BagOfWords], Library]]:
    """Open libraries that are closed afterwards."""
    libraries: list[Library] = []

    def open_one(embed_model: BagOfWords = OLD) -> Library:
        libraries.append(Library.open(made, embed_model))
        return libraries[-1]

    yield open_one
    for library in libraries:
        library.close()


def _finds(library: Library, embedder: BagOfWords, number: int) -> bool:
    """Tell whether a paper's passage has the vector that this embedder gives its words, and whether one can search."""
    passage = next(p for p in library.passages() if p.title == f"Paper {number}")
    asked = embedder.get_text_embedding(f"{passage.title}\n{passage.text}")
    stored = library.vectors_of([passage.paper_id])[passage.paper_id].vectors
    return len(library.nearest(asked, 3)) == 3 and float(max(stored @ asked)) > 0.999


def _whole(settings: Settings, embedder: BagOfWords) -> None:
    """Hold that one index is there, made by this embedder, that it holds every paper, and that nothing else is left."""
    with closing(Library.open(settings, embedder)) as library:
        assert set(library.known_records().values()) == set(library.papers())
        assert {p.paper_id for p in library.passages()} == {p.paper_id for p in library.papers()}
        assert not library.cut_off
    client = open_folder(Path(settings.library), create=False)
    (generation,) = generations_in(client)
    names = names_of(generation)
    assert {c.name for c in client.list_collections()} == {PAPERS, *names}
    stale = {"passages", "sentences", *names_of(1), *names_of(2), *names_of(3)} - set(names)
    assert not any(
        stale & set(row) for row in client.get_collection(PAPERS).get(include=["metadatas"])["metadatas"] or []
    )
    close_store(client)


class TestDone:
    def test_another_embedder_takes_the_place_of_the_old(self, made, opened):
        before = opened().papers()
        report = reindex(made, embed_model=NEW)
        assert (report.papers, report.embedded, report.kept, report.changed) == (PAPERS_HELD, PAPERS_HELD, 0, True)
        assert (report.before.dimension, report.after.dimension) == (256, 512)
        library = opened(NEW)
        assert library.papers() == before
        assert library.count() == (PAPERS_HELD, report.passages)
        assert all(_finds(library, NEW, i) for i in (0, 7, 39))
        with pytest.raises(LibraryMismatch, match="'BagOfWords/other'"):
            opened(OLD)
        _whole(made, NEW)

    def test_another_passage_size(self, made, opened):
        was = opened().count()
        report = reindex(dataclasses.replace(made, passage_tokens=20, passage_overlap=0), embed_model=OLD)
        assert report.passages > was[1]
        library = opened()
        assert (library.settings.passage_tokens, library.settings.passage_overlap) == (20, 0)
        assert {p.end - p.start for p in library.passages()} < set(range(120))
        _whole(made, OLD)

    def test_there_and_back_again(self, made, opened):
        for embedder in (NEW, OLD, NEW):
            assert reindex(made, embed_model=embedder).embedded == PAPERS_HELD
            _whole(made, embedder)
        folders = [path for path in Path(made.library).iterdir() if path.is_dir()]
        assert len(folders) <= 3, "the folders of vectors that chromadb leaves behind are removed"
        assert _finds(opened(NEW), NEW, 3)

    def test_what_is_so_already_is_left_alone(self, made, opened):
        library = opened()
        revision = library.revision
        report = reindex(made, embed_model=OLD)
        assert (report.changed, report.embedded, report.papers) == (False, 0, PAPERS_HELD)
        assert library.revision == revision

    def test_older_texts_stay_under_their_citations_and_out_of_the_index(self, made, opened, tmp_path):
        old = next(p for p in opened().papers() if p.title == "Paper 5")
        ingest([write_page(tmp_path, "b.txt", *_entries(5, about="another"))], made, embed_model=OLD)
        reindex(made, embed_model=NEW)
        library = opened(NEW)
        assert library.version(old.paper_id, old.text_hash) == dataclasses.replace(old, appearances=old.appearances)
        assert "another 5" in library.paper(old.paper_id).abstract
        assert _finds(library, NEW, 5)
        _whole(made, NEW)

    def test_digests_are_ingested_into_the_new_index(self, made, opened, tmp_path):
        reindex(made, embed_model=NEW)
        page = write_page(tmp_path, "b.txt", *_entries(39, 40, 41))
        report = ingest([page], made, embed_model=NEW)
        assert (report.added, report.changed, report.papers) == (2, 1, PAPERS_HELD + 2)
        assert _finds(opened(NEW), NEW, 41)
        _whole(made, NEW)


def _kill_at(patch: pytest.MonkeyPatch, call: int, error: Callable[[], BaseException] = Killed) -> list[str]:
    """Let the store take ``call`` changes, then raise at each further one; return those asked for."""
    asked: list[str] = []

    def counted(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def change(self: Any, *arguments: Any, **named: Any) -> Any:
            asked.append(name)
            if len(asked) > call:
                raise error()
            return real(self, *arguments, **named)

        return change

    for owner, names in (
        (Collection, ("upsert", "update", "delete", "modify")),
        (Client, ("get_or_create_collection", "delete_collection")),
    ):
        for name in names:
            patch.setattr(owner, name, counted(name, getattr(owner, name)))
    return asked


CHANGES = [
    *("get_or_create_collection",) * 2,
    *("upsert", "upsert", "update") * 2,
    "modify",
    "update",
    *("delete_collection",) * 2,
]
"""What a reindex of two batches does to the store; the one write of the pointer is the switch."""
SWITCH = CHANGES.index("modify")


class TestCutOff:
    def test_the_kills_below_reach_every_change(self, made):
        with pytest.MonkeyPatch.context() as patch:
            asked = _kill_at(patch, 10_000)
            reindex(made, embed_model=NEW)
        assert asked == CHANGES

    @pytest.mark.parametrize("call", range(len(CHANGES)))
    def test_a_run_that_was_killed_is_taken_up_by_the_next(self, call, made, opened):
        reader = opened()
        with pytest.MonkeyPatch.context() as patch:
            _kill_at(patch, call)
            with pytest.raises(Killed):
                reindex(made, embed_model=NEW)
        serving = OLD if call <= SWITCH else NEW
        assert len(opened(serving).papers()) == PAPERS_HELD
        assert _finds(opened(serving), serving, 11)
        if call <= SWITCH:
            assert _finds(reader, OLD, 11), "a reader that was open noticed nothing"
        report = reindex(made, embed_model=NEW)
        held = {0: 0, 4: 0, 5: 32, 7: 32, 8: PAPERS_HELD, SWITCH: PAPERS_HELD}
        if call in held:
            assert (report.kept, report.embedded) == (held[call], PAPERS_HELD - held[call])
        assert report.papers == PAPERS_HELD
        _whole(made, NEW)
        assert _finds(opened(NEW), NEW, 11)

    def test_a_full_disk_is_said_and_the_old_index_serves(self, made, opened):
        with pytest.MonkeyPatch.context() as patch:
            _kill_at(patch, 3, lambda: OSError(28, "No space left on device"))
            with pytest.raises(LibraryUnwritable, match="No space left on device"):
                reindex(made, embed_model=NEW)
        assert _finds(opened(), OLD, 2)

    def test_a_run_for_something_else_begins_anew(self, made):
        with pytest.MonkeyPatch.context() as patch:
            _kill_at(patch, 5)
            with pytest.raises(Killed):
                reindex(made, embed_model=NEW)
        third = BagOfWords(salt="third", model_name="third")
        assert reindex(made, embed_model=third).kept == 0
        _whole(made, third)

    def test_what_was_begun_is_removed_by_a_run_that_goes_back(self, made):
        with pytest.MonkeyPatch.context() as patch:
            _kill_at(patch, 5)
            with pytest.raises(Killed):
                reindex(made, embed_model=NEW)
        assert not reindex(made, embed_model=OLD).changed
        _whole(made, OLD)

    def test_an_ingest_removes_the_index_that_was_replaced(self, made, tmp_path):
        with pytest.MonkeyPatch.context() as patch:
            _kill_at(patch, SWITCH + 1)
            with pytest.raises(Killed):
                reindex(made, embed_model=NEW)
        ingest([write_page(tmp_path, "b.txt", *_entries(50))], made, embed_model=NEW)
        _whole(made, NEW)

    def test_digests_ingested_meanwhile_are_in_the_new_index(self, made, opened, tmp_path):
        """Between a run that was killed and the next, one paper is new, one has a new text, one an old text again."""
        with pytest.MonkeyPatch.context() as patch:
            _kill_at(patch, 5)
            with pytest.raises(Killed):
                reindex(made, embed_model=NEW)
        for name, about in (("b.txt", "another"), ("c.txt", "topic")):
            ingest([write_page(tmp_path, name, *_entries(3, about=about))], made, embed_model=OLD)
        ingest([write_page(tmp_path, "d.txt", *_entries(4, about="another"), *_entries(50))], made, embed_model=OLD)
        assert _finds(opened(), OLD, 50)
        report = reindex(made, embed_model=NEW)
        assert (report.papers, report.kept, report.embedded) == (PAPERS_HELD + 1, 31, 10)
        library = opened(NEW)
        assert all(_finds(library, NEW, i) for i in (3, 4, 50))
        assert all("topic 4 " not in p.text for p in library.passages())
        _whole(made, NEW)


class Failing(BagOfWords):
    """An embedder that fails, or gives something useless, once it has embedded so many batches."""

    batches: int = 3
    useless: list[float] = Field(default_factory=list)

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        self.batches -= 1
        if self.batches >= 0:
            return super()._get_text_embeddings(texts)
        if self.useless:
            return [self.useless for _ in texts]
        raise ModelError("the model is gone")


class TestFailing:
    def test_an_embedder_that_fails_midway_loses_nothing(self, made, opened):
        failing = Failing(salt="new", dimension=512, model_name="other", embed_batch_size=200, batches=2)
        with pytest.raises(ModelError, match="the model is gone"):
            reindex(made, embed_model=failing)
        assert _finds(opened(), OLD, 1)
        report = reindex(made, embed_model=NEW)
        assert (report.kept, report.embedded) == (32, 8)

    @pytest.mark.parametrize(
        ("vector", "words"),
        [
            ([1.0] * 255, "255 numbers where 256 are due"),
            ([0.0] * 256, "zeros alone"),
            ([float("nan")] * 256, "no number"),
        ],
    )
    def test_a_vector_that_cannot_be_searched_is_not_written(self, made, opened, tmp_path, vector, words):
        failing = Failing(salt="new", dimension=256, batches=0, useless=vector)
        with pytest.raises(ModelError, match=words) as caught:
            reindex(made, embed_model=failing)
        assert "topic 0" in caught.value.what
        assert _finds(opened(), OLD, 1)
        page = write_page(tmp_path, "b.txt", *_entries(77))
        with pytest.raises(ModelError, match=words):
            ingest([page], made, embed_model=Failing(dimension=256, batches=0, useless=vector))
        assert "Paper 77" not in {p.title for p in opened().papers()}

    def test_where_there_is_no_library(self, tmp_path):
        with pytest.raises(LibraryMissing, match="There is no library"):
            reindex(Settings(library=str(tmp_path / "none")), embed_model=NEW)
        assert not (tmp_path / "none").exists()


class Meddled(BagOfWords):
    """An embedder in whose time another machine ingests a paper, as one can on a server, which has no lock."""

    times: int = 1
    where: Any = None

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        self.times -= 1
        if self.times >= 0:
            with closing(Library.open(self.where, OLD)) as library:
                title, text = _entries(100 + self.times)[0]
                store_papers(library, [Paper(paper_id_for(title), title, text)])
        return super()._get_text_embeddings(texts)


class TestMeddledWith:
    def _embedder(self, made: Settings, times: int) -> Meddled:
        return Meddled(salt="new", dimension=512, model_name="other", embed_batch_size=500, times=times, where=made)

    def test_a_paper_that_came_meanwhile_is_in_the_new_index(self, made):
        report = reindex(made, embed_model=self._embedder(made, 1))
        assert (report.papers, report.embedded) == (PAPERS_HELD + 1, PAPERS_HELD + 1)
        _whole(made, NEW)

    def test_where_they_never_end_the_old_index_goes_on_serving(self, made, opened):
        with pytest.raises(LibraryError, match="still lacks papers") as caught:
            reindex(made, embed_model=self._embedder(made, 1_000))
        assert "while nothing else writes" in caught.value.fix
        assert _finds(opened(), OLD, 3)
        assert reindex(made, embed_model=NEW).kept >= PAPERS_HELD
        _whole(made, NEW)


class TestReaders:
    def test_one_that_was_given_another_embedder_says_so_until_it_is_mended(self, made, opened):
        reader = opened()
        reindex(made, embed_model=NEW)
        for _ in range(2):
            with pytest.raises(LibraryMismatch, match="'BagOfWords/other'"):
                reader.refresh()
            with pytest.raises(LibraryMismatch):
                reader.papers()
        reindex(made, embed_model=OLD)
        assert _finds(reader, OLD, 4)

    def test_one_that_reads_on_is_told_that_the_index_moved(self, made, opened):
        reader = opened()
        reader.papers()
        reindex(made, embed_model=NEW)
        with pytest.raises(LibraryMoved, match="was replaced while it was read"):
            reader.passages()

    def test_one_that_left_the_passage_size_open_takes_up_the_new_one(self, made, opened):
        reader = opened()
        assert not reader.replaced
        reindex(dataclasses.replace(made, passage_tokens=20), embed_model=OLD)
        assert reader.replaced
        reader.refresh()
        assert not reader.replaced
        assert reader.settings.passage_tokens == 20
        assert _finds(reader, OLD, 4)

    def test_a_record_read_in_part_is_one_that_is_being_removed(self):
        assert whole(None) == [] == whole([])
        assert whole([{"record": "a"}]) == [{"record": "a"}]
        with pytest.raises(LibraryMoved, match="replaced while it was read"):
            whole([{"record": "a"}, None])

    def test_a_question_of_another_embedder_is_told_from_one_of_this(self, opened):
        with pytest.raises(LibraryMoved, match="512 numbers"):
            opened().nearest(NEW.get_query_embedding("frogs"), 3)

    def test_progress_is_told(self, made):
        told: list[tuple[str, int, int]] = []
        reindex(made, embed_model=NEW, progress=lambda *step: told.append(step))
        assert told == [("embedding", 0, 40), ("embedding", 32, 40), ("embedding", 40, 40)]


def test_a_report_of_nothing_done_says_so(made):
    report = reindex(made, embed_model=OLD)
    assert isinstance(report, ReindexReport)
    assert report.before is report.after

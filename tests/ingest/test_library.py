"""The library: what is put in comes out, twice changes nothing, and an older text stays under its citations."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingest.errors import UsageError
from ingest.library import Library
from ingest.paper import paper_id_for, text_hash
from ingest.pipeline import IngestReport, ingest
from ingest.settings import Settings
from tests.support.embedding import BagOfWords
from tests.support.pages import abstract, write_page

FROGS, PONDS, NEWTS = ((name, abstract(name.lower(), 12)) for name in ("Frogs", "Ponds", "Newts"))
NEW_FROGS = ("Frogs", abstract("frogs of another kind", 3))


class Shelf:
    """A library in a test's own folder, fed with pages."""

    def __init__(self, folder: Path, settings: Settings, embedder: BagOfWords) -> None:
        self.folder = folder
        self.settings = settings
        self.embedder = embedder

    def add(self, name: str, *entries: tuple[str, str]) -> IngestReport:
        return ingest([write_page(self.folder, name, *entries)], self.settings, embed_model=self.embedder)

    def open(self) -> Library:
        return Library.open(self.settings, self.embedder)


@pytest.fixture
def shelf(tmp_path: Path, settings: Settings, embedder: BagOfWords) -> Shelf:
    return Shelf(tmp_path, settings, embedder)


def _counts(report: IngestReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, report.papers


def test_what_is_put_in_comes_out(shelf):
    report = shelf.add("a.txt", FROGS, PONDS)
    library = shelf.open()
    assert [(p.title, p.abstract, p.digests) for p in library.papers()] == [(*FROGS, ("a",)), (*PONDS, ("a",))]
    assert library.count() == (2, report.passages)
    for passage in library.passages():
        paper = library.paper(passage.paper_id)
        assert paper.abstract[passage.start : passage.end] == passage.text
        assert passage.title == paper.title
    assert [p.paper_id for p in library.passages()] == sorted(
        (p.paper_id for p in library.passages()), key=[p.paper_id for p in library.papers()].index
    )


def test_ingesting_twice_changes_nothing(shelf):
    assert _counts(shelf.add("a.txt", FROGS, PONDS)) == (2, 0, 0, 2)
    before = shelf.open()
    revision, papers, passages = before.revision, before.papers(), before.passages()
    assert _counts(shelf.add("a.txt", FROGS, PONDS)) == (0, 0, 2, 2)
    after = shelf.open()
    assert (after.revision, after.papers(), after.passages()) == (revision, papers, passages)


def test_a_paper_met_in_a_second_digest_remembers_both(shelf):
    shelf.add("a.txt", FROGS, PONDS)
    before = shelf.open().passages()
    assert _counts(shelf.add("b.txt", NEWTS, FROGS)) == (1, 1, 0, 3)
    library = shelf.open()
    assert [(p.title, p.digests) for p in library.papers()] == [
        ("Frogs", ("a", "b")),
        ("Ponds", ("a",)),
        ("Newts", ("b",)),
    ]
    assert library.passages()[: len(before)] == before
    assert _counts(shelf.add("b.txt", NEWTS, FROGS)) == (0, 0, 2, 3)


def test_another_writing_of_a_title_is_the_same_paper(shelf):
    shelf.add("a.txt", ("Multi-Task Frogs", FROGS[1]))
    assert _counts(shelf.add("b.txt", ("Multitask FROGS", FROGS[1]))) == (0, 1, 0, 1)
    (paper,) = shelf.open().papers()
    assert (paper.title, paper.digests) == ("Multitask FROGS", ("a", "b"))
    assert paper.paper_id == paper_id_for("Multi-Task Frogs")


def test_a_changed_abstract_keeps_the_old_text_under_its_citation(shelf):
    shelf.add("a.txt", FROGS, PONDS)
    assert _counts(shelf.add("b.txt", NEW_FROGS)) == (0, 1, 0, 2)
    library, frogs = shelf.open(), paper_id_for("Frogs")
    assert library.paper(frogs).abstract == NEW_FROGS[1]
    assert [p.title for p in library.papers()] == ["Frogs", "Ponds"], "it keeps its place"
    assert library.version(frogs, text_hash(FROGS[1])).abstract == FROGS[1]
    assert library.version(frogs, text_hash(NEW_FROGS[1])).abstract == NEW_FROGS[1]
    assert all(FROGS[1].find(p.text) == -1 for p in library.passages() if p.paper_id == frogs)
    near = library.nearest(shelf.embedder.get_query_embedding(FROGS[1]), 50)
    assert len(near) == library.count()[1]


def test_a_text_that_comes_back_is_current_again(shelf):
    shelf.add("a.txt", FROGS, PONDS)
    first = shelf.open().passages()
    shelf.add("a.txt", NEW_FROGS)
    shelf.add("a.txt", FROGS, NEWTS)
    library = shelf.open()
    assert [p.title for p in library.papers()] == ["Frogs", "Ponds", "Newts"]
    assert library.passages()[: len(first)] == first
    assert library.version(paper_id_for("Frogs"), text_hash(NEW_FROGS[1])).abstract == NEW_FROGS[1]
    shelf.add("c.txt", ("Toads", abstract("toads")))
    assert [p.title for p in shelf.open().papers()] == ["Frogs", "Ponds", "Newts", "Toads"]


def test_what_is_not_there_is_named(shelf):
    shelf.add("a.txt", FROGS)
    library = shelf.open()
    with pytest.raises(UsageError, match="'toads'"):
        library.paper("toads")
    with pytest.raises(UsageError, match="holds no text 'abc'"):
        library.version(paper_id_for("Frogs"), "abc")


def test_the_nearest_passages_come_first(shelf):
    shelf.add("a.txt", FROGS, PONDS)
    library = shelf.open()
    passage = library.passages()[0]
    near = library.nearest(shelf.embedder.get_text_embedding(f"{passage.title}\n{passage.text}"), 3)
    assert near[0].passage_id == passage.passage_id
    assert near[0].similarity == pytest.approx(1.0, abs=1e-4)
    assert [n.similarity for n in near] == sorted((n.similarity for n in near), reverse=True)
    assert len(library.nearest(shelf.embedder.get_text_embedding("frogs"), 10_000)) == library.count()[1]


def test_vectors_stand_beside_their_spans(shelf):
    shelf.add("a.txt", FROGS, PONDS)
    library = shelf.open()
    frogs = library.paper(paper_id_for("Frogs"))
    vectors = library.vectors_of([frogs.paper_id, "nobody"])
    assert set(vectors) == {frogs.paper_id}
    held = vectors[frogs.paper_id]
    assert len(held.spans) == len(held.vectors) > 1
    assert list(held.sentence_spans) == sorted(held.sentence_spans)
    for (start, end), row in zip(held.sentence_spans, held.sentence_vectors, strict=True):
        assert row.tolist() == pytest.approx(shelf.embedder.get_text_embedding(frogs.abstract[start:end]), abs=1e-5)
    assert library.vectors_of([]) == {}


def test_an_open_library_sees_what_another_writes(shelf):
    shelf.add("a.txt", FROGS)
    reader = shelf.open()
    revision = reader.revision
    assert [p.title for p in reader.papers()] == ["Frogs"]
    shelf.add("b.txt", PONDS)
    assert reader.revision != revision
    assert [p.title for p in reader.papers()] == ["Frogs", "Ponds"]
    assert {p.title for p in reader.passages()} == {"Frogs", "Ponds"}
    shelf.add("c.txt", PONDS)
    assert reader.paper(paper_id_for("Ponds")).digests == ("b", "c")


def test_progress_and_facts_are_told(tmp_path, settings, embedder):
    told: list[tuple[str, int, int]] = []
    path = tmp_path / "a.txt"
    path.write_text("\n".join(["Oct 31", *FROGS, "• 2 authors", "Feb 3", *PONDS, "Dec 8, 2022"]))
    report = ingest(
        [path], settings, saved=date(2024, 11, 1), embed_model=embedder, progress=lambda *step: told.append(step)
    )
    assert told == [("reading", 0, 1), ("reading", 1, 1), ("embedding", 2, 2)]
    assert (report.files[0].day, report.files[0].inferred_year, report.distinct) == ("2024-10-31", "", 2)
    frogs = Library.open(settings, embedder).paper(paper_id_for("Frogs"))
    assert (frogs.published, frogs.authors, frogs.year_inferred) == ("2024-02-03", 2, False)


def test_more_papers_than_a_batch(shelf):
    entries = [(f"Frogs {i}", abstract(f"frogs {i}", 2)) for i in range(70)]
    report = shelf.add("a.txt", *entries)
    assert _counts(report) == (70, 0, 0, 70)
    assert [p.title for p in shelf.open().papers()] == [title for title, _ in entries]
    assert _counts(shelf.add("b.txt", *entries[10:20], FROGS)) == (1, 10, 0, 71)


def test_the_bundled_sample_is_ingested_whole(settings, embedder):
    from ingest.sample import sample_paths

    report = ingest(sample_paths(), settings, embed_model=embedder)
    assert (report.entries, report.distinct, report.added, report.papers) == (213, 207, 207, 207)
    assert report.problems == ()
    library = Library.open(settings, embedder)
    assert len(library.passages()) == report.passages > 500
    assert sum(len(p.digests) == 2 for p in library.papers()) == 6
    again = ingest(sample_paths(), settings, embed_model=embedder)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 207)

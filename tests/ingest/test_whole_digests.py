"""Exact counts of whole digests: the bundled sample always, the real ones where CITETRAIL_DIGESTS names them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ingest.merge import merge
from ingest.paper import Paper
from ingest.sample import sample_paths
from ingest.sources import Entry, Reading, expand, read_file

ENTRIES = [12, 101, 30, 70]
CHROME = re.compile(r"subscribe|daily papers|trending papers|byAK|email inbox|^new$|^[·•]", re.IGNORECASE)


@pytest.fixture(scope="module", params=["sample", pytest.param("digests", marks=pytest.mark.digests)])
def readings(request: pytest.FixtureRequest) -> dict[Path, Reading]:
    paths = sample_paths() if request.param == "sample" else expand([request.getfixturevalue("digests")])
    return {path: read_file(path) for path in paths}


@pytest.fixture(scope="module")
def entries(readings: dict[Path, Reading]) -> list[Entry]:
    return [entry for reading in readings.values() for entry in reading.entries]


@pytest.fixture(scope="module")
def papers(entries: list[Entry]) -> list[Paper]:
    return merge(entries)


def test_every_entry_is_read_and_nothing_is_left_over(readings):
    assert [len(reading.entries) for reading in readings.values()] == ENTRIES
    assert [problem for reading in readings.values() for problem in reading.problems] == []


def test_six_papers_stand_in_two_digests(entries, papers):
    assert len(entries) == 213
    assert len(papers) == 207
    twice = [paper for paper in papers if len(paper.digests) == 2]
    assert len(twice) == 6
    assert all(len(paper.digests) == 1 for paper in papers if paper not in twice)
    assert "Model Breadcrumbs: Scaling Multi-Task Model Merging with Sparse Masks" in {paper.title for paper in twice}


def test_titles_and_abstracts_are_lines_of_the_file_to_the_byte(readings):
    for path, reading in readings.items():
        lines = [line.decode() for line in path.read_bytes().split(b"\n")]
        glued = []
        for entry in reading.entries:
            at = entry.appearance.line - 1
            if lines[at] != entry.title:
                assert lines[at] == "Subscribe" + entry.title
                glued.append(at + 1)
            below = [line for line in lines[at + 1 : at + 3] if line]
            assert below[0] == entry.abstract
        assert glued == ([3] if path.name.startswith("000") else [])


def test_no_content_line_of_a_file_is_lost(readings):
    for path, reading in readings.items():
        told = {text for entry in reading.entries for text in (entry.title, "Subscribe" + entry.title, entry.abstract)}
        rest = [line.strip() for line in path.read_text(encoding="utf-8").split("\n") if line.strip() not in told]
        detail = re.compile(r"• \d+ authors|·|[A-Z][a-z]{2} \d+(, \d{4})?( \d+)?|")
        assert all(CHROME.search(line) or detail.fullmatch(line) for line in rest)


def test_no_page_furniture_becomes_a_title(papers):
    assert [paper.title for paper in papers if CHROME.search(paper.title)] == []
    assert all(10 <= len(paper.title) <= 200 and len(paper.abstract) > 300 for paper in papers)


def test_only_the_third_file_tells_of_authors_dates_and_comments(readings):
    told = [
        (
            sum(e.appearance.authors is not None for e in reading.entries),
            sum(e.appearance.published != "" for e in reading.entries),
            sum(e.appearance.year_inferred for e in reading.entries),
            sum(e.appearance.comments is not None for e in reading.entries),
        )
        for reading in readings.values()
    ]
    assert told == [(0, 0, 0, 0), (0, 0, 0, 0), (28, 28, 14, 6), (0, 0, 0, 0)]


def test_years_left_off_are_inferred_and_marked(readings):
    reading = list(readings.values())[2]
    dated = [e.appearance for e in reading.entries if e.appearance.published]
    assert {a.published[:4] for a in dated if a.year_inferred} == {"2025"}
    assert max(a.published[:4] for a in dated if not a.year_inferred) == "2024"
    assert reading.facts == {"day": "2025-10-31", "inferred_year": "2025"}


def test_the_details_are_those_under_the_entry(papers):
    by_title = {paper.title: paper for paper in papers}
    paper = by_title["Deep Model Assembling"]
    assert (paper.authors, paper.published, paper.year_inferred, paper.comments) == (6, "2022-12-08", False, None)
    assert sorted(p.comments for p in papers if p.comments is not None) == [1, 2, 2, 2, 2, 53]


def test_a_page_that_prints_no_year_leaves_it_unknown(readings):
    assert [reading.facts["day"] for reading in readings.values()] == ["", "--08-11", "2025-10-31", "--03-14"]
    assert [("inferred_year" in reading.facts) for reading in readings.values()] == [False, False, True, False]


def test_a_papers_own_url_stays_empty_and_links_are_kept(papers):
    assert {paper.url for paper in papers} == {""}
    links = [link for paper in papers for link in paper.links]
    assert len(links) == 45
    assert "https://github.com/vita-epfl/TAROT" in links
    assert all(re.search(r"[\w/]$", link) and not re.search(r"[\s{}()]", link) for link in links)


def test_ids_are_distinct_and_readable(papers):
    ids = [paper.paper_id for paper in papers]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9-]+-[0-9a-f]{6}", paper_id) for paper_id in ids)


@pytest.mark.digests
def test_the_sample_names_the_same_papers_as_the_real_digests(digests):
    real = {p.paper_id for p in merge(e for path in expand([digests]) for e in read_file(path).entries)}
    assert {p.paper_id for p in merge(e for path in sample_paths() for e in read_file(path).entries)} == real

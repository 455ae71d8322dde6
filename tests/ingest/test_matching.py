"""Tolerant matching: normalised text, paper ids, and the same paper met twice."""

from __future__ import annotations

import pytest

from ingest.merge import merge
from ingest.paper import Appearance, Paper, paper_id_for, text_hash
from ingest.sources import Entry
from ingest.text import normalise


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Frogs  IN\tPonds\n", "frogs in ponds"),
        (r"100\% of $k$-means", "100% of k-means"),
        (r"\textbf{Bold} and \emph{it} {\rm roman}", "bold and it roman"),
        (r"$\mathcal{O}(n)$", "o(n)"),
        (r"a\_b \& c", "a_b & c"),
        ("Gödel’s “naïve” café", 'godel\'s "naive" cafe'),
        ("``quoted'' text", "''quoted'' text"),
        ("range 3–5 — or −1", "range 3-5 - or -1"),
        ("ﬁne ﬂow x²", "fine flow x2"),
        ("3,400 and 1,234,567.5", "3400 and 1234567.5"),
        ("3{,}400 and 3, 400", "3400 and 3400"),
        ("in 2019, 300 papers", "in 2019, 300 papers"),
        ("1,23 and 12,3456", "1,23 and 12,3456"),
        ("STRASSE Straße", "strasse strasse"),
        ("\u00a0nbsp\u2009thin", "nbsp thin"),
        ("", ""),
    ],
)
def test_normalise(text, form):
    assert normalise(text) == form
    assert normalise(form) == form


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Frogs: A Study", "FROGS – a   study"),
        ("Gödel’s Frogs", "Godel's frogs"),
        (r"$k$-Frogs at 100\%", "k-Frogs at 100%"),
        ("R$^2$ Frogs", "R² Frogs"),
        ("Vision+Language", "Vision + Language"),
        ("Frogs!", "Frogs"),
        ("Multi-Task Frogs", "Multitask Frogs"),
    ],
)
def test_titles_of_one_paper_make_one_paper(one, other):
    (paper,) = merge([_entry(one, "a"), _entry(other, "b")])
    assert (paper.paper_id, paper.title, paper.digests) == (paper_id_for(one), other, ("a", "b"))
    (later,) = merge([_entry(other, "b")], merge([_entry(one, "a")]))
    assert later == paper


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Frogs", "Frog"),
        ("Frogs 2", "Frogs 3"),
        ("Learning C", "Learning C++"),
        ("Learning C++", "Learning C#"),
        ("青蛙的研究", "池塘的研究"),
        ("+++", "???"),
        ("🐸", "🐟"),
    ],
)
def test_titles_of_two_papers_make_two(one, other):
    assert paper_id_for(one) != paper_id_for(other)
    assert len(merge([_entry(one, "a"), _entry(other, "a")])) == 2


def test_ids_do_not_change_from_run_to_run():
    assert paper_id_for("Deep Model Assembling") == "deep-model-assembling-c77edb"
    assert paper_id_for("???").startswith("paper-")
    assert text_hash("Gödel") == "407cfe281dd8d183"
    assert len(paper_id_for("word " * 100)) <= 47


def _entry(title: str, digest: str, abstract: str = "An abstract.", url: str = "") -> Entry:
    return Entry(title, abstract, Appearance(digest, line=1), url=url)


def test_a_paper_met_twice_remembers_both_places():
    papers = merge([_entry("Frogs", "a"), _entry("Ponds", "a"), _entry("frogs", "b")])
    assert [(paper.title, paper.digests) for paper in papers] == [("frogs", ("a", "b")), ("Ponds", ("a",))]


def test_the_text_met_last_is_the_papers_text_and_an_url_is_kept():
    (paper,) = merge([_entry("Frogs", "a", "Old.", url="https://a.org"), _entry("Frogs", "b", "New.")])
    assert (paper.abstract, paper.url, paper.digests) == ("New.", "https://a.org", ("a", "b"))


def test_a_digest_met_again_replaces_its_entry():
    (known,) = merge([_entry("Frogs", "a"), _entry("Frogs", "b")])
    again = Entry("Frogs", "An abstract.", Appearance("a", line=9, authors=3))
    (paper,) = merge([again], [known])
    assert [(a.digest, a.line) for a in paper.appearances] == [("a", 9), ("b", 1)]
    assert merge([], [known]) == []


def test_what_is_told_of_a_paper_comes_from_the_digest_that_tells_it():
    paper = Paper(
        "x",
        "X",
        "Y.",
        (
            Appearance("a"),
            Appearance("b", published="2025-06-01", year_inferred=True, comments=0),
            Appearance("c", published="2024-06-01", authors=4, comments=7),
        ),
    )
    assert (paper.authors, paper.comments, paper.published, paper.year_inferred) == (4, 0, "2024-06-01", False)

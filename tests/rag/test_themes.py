from __future__ import annotations

from rag import Assistant
from rag.themes import MOST_THEMES, themes_of
from tests.support.shelf import ALPHA, MERGE_A, MERGE_B, MERGE_C, QUANT_A, QUANT_B, SHELF, paper


def test_a_phrase_that_titles_share_names_a_theme_with_their_papers() -> None:
    found = {theme.name: theme.papers for theme in themes_of(SHELF)}
    assert found["model merging"] == (MERGE_A, MERGE_B, MERGE_C)
    assert found["quantization"] == (QUANT_A, QUANT_B)


def test_themes_come_widest_first() -> None:
    sizes = [len(theme.papers) for theme in themes_of(SHELF)]
    assert sizes == sorted(sizes, reverse=True)


def test_titles_that_share_nothing_have_no_theme() -> None:
    assert themes_of([paper("Frogs", "x"), paper("Tides", "y"), paper("Dough", "z")]) == []
    assert themes_of([]) == []


def test_words_that_every_title_uses_name_no_theme() -> None:
    papers = [paper(f"A Novel Method for Learning {w}", "x") for w in ("Frogs", "Tides", "Dough", "Wind")]
    assert themes_of(papers) == []


def test_themes_are_few() -> None:
    papers = [paper(f"Topic{i} Study {j}", "x") for i in "abcdefghijklmno" for j in "xy"]
    assert len(themes_of(papers)) <= MOST_THEMES


def test_an_overview_names_themes_with_their_papers_and_counts_all(assistant: Assistant) -> None:
    answer = assistant.ask("What is in the library?")
    assert answer.text.startswith(f"There are {len(SHELF)} papers in the library.")
    assert "model merging (3 papers)" in answer.text
    assert answer.catalogue is not None
    assert len(answer.catalogue.paper_ids) == answer.catalogue.considered == len(SHELF)
    for sentence in answer.sentences:
        assert sentence.support in ("computed", "not_a_claim")


def test_an_overview_of_a_digest_is_of_its_papers(assistant: Assistant) -> None:
    answer = assistant.ask("What is in digest 1?")
    assert answer.filters == {"digest": ALPHA}
    inside = {p.paper_id for p in SHELF if ALPHA in p.digests}
    assert answer.catalogue is not None
    assert set(answer.catalogue.paper_ids) == inside
    assert {c.paper_id for c in answer.citations} <= inside

from __future__ import annotations

import numpy as np
import pytest

from rag import Assistant
from rag.extractive.reading_order import in_reading_order
from rag.extractive.themes import MOST_THEMES, themes_of
from rag.retrieval.retrieve import Hit
from tests.support.shelf import ALPHA, BETA, FROG, MERGE_A, MERGE_B, MERGE_C, QUANT_A, QUANT_B, SHELF, paper


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


def test_a_lone_word_of_telling_names_no_theme() -> None:
    papers = [paper(f"Topic{i}", "Our strategy works in the sauna.") for i in "abcdefgh"]
    papers += [paper("A Strategy at Chess", "x"), paper("Whales: a Strategy", "y")]
    papers += [paper(f"Sauna {i}", "x") for i in "pqr"] + [paper(f"Other{i}", "x") for i in "abcdefghijk"]
    assert {theme.name for theme in themes_of(papers)} == {"sauna"}


def test_a_phrase_goes_before_its_words_and_holds_abstracts() -> None:
    papers = [
        paper("Tree Search for Chess", "We use a tree."),
        paper("Tree Search for Go", "x"),
        paper("Playing Draughts", "By tree search, draughts is solved."),
        paper("Frogs", "x"),
        paper("Tides", "x"),
        paper("Dough", "x"),
    ]
    (theme,) = themes_of(papers)
    assert theme.name == "tree search"
    assert theme.papers == (papers[0], papers[1], papers[2])


def test_what_tells_a_set_from_the_rest_is_a_theme_however_wide() -> None:
    inside = [paper(f"{w} in Ponds", "Ponds are studied.") for w in ("Frogs", "Newts", "Toads", "Fish")]
    outside = [paper(f"{w} in Cities", "Streets are studied.") for w in ("Cars", "Trams", "Bikes", "Buses", "Cats")]
    assert [theme.name for theme in themes_of(inside, [*inside, *outside])] == ["ponds"]
    assert themes_of(inside) == []


def test_names_keep_their_capitals_and_hyphens() -> None:
    papers = [paper(f"In-Context Learning of LLM Agents {w}", "x") for w in ("A", "B")]
    papers += [paper(f"{w} for In-Context Learning", "x") for w in ("Newts", "Chess")]
    papers += [paper(w, "x") for w in ("Frogs", "Tides", "Dough", "Wind", "Ponds")]
    assert {theme.name for theme in themes_of(papers)} == {"in-context learning", "LLM agents"}


def test_as_many_themes_as_are_asked_for() -> None:
    assert len(themes_of(SHELF, most=1)) == 1


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


@pytest.mark.parametrize(
    ("question", "lines"),
    [
        ("Summarise the library in two lines", 2),
        ("Give me an overview in 2 sentences", 2),
        ("What is the main theme? Name one theme", 4),
        ("Give me an overview", 5),
    ],
)
def test_an_overview_is_as_long_as_is_asked_for(assistant: Assistant, question: str, lines: int) -> None:
    assert len(assistant.ask(question).text.split("\n")) <= lines


def test_what_is_new_in_a_digest_is_what_stands_in_no_other(assistant: Assistant) -> None:
    text = assistant.ask("What is new in the Oct 31 digest?").text
    assert text.startswith(f"There are 6 papers in the digest {BETA}, 5 of them in no other digest.")


def test_a_few_papers_are_named_rather_than_themes(assistant: Assistant) -> None:
    answer = assistant.ask("Give me an overview", filters={"has_code": True})
    assert {c.title for c in answer.citations} == {FROG.title, QUANT_A.title}
    assert "runs through" not in answer.text


def test_an_overview_of_nothing_says_so(assistant: Assistant) -> None:
    answer = assistant.ask("Give me an overview", filters={"published_before": "2001-01-01"})
    assert answer.text.startswith(f"None of the {len(SHELF)} papers is dated before 2001-01-01")
    assert answer.catalogue is not None
    assert answer.catalogue.paper_ids == ()


def test_what_to_read_first_is_an_order_with_its_reasons(assistant: Assistant) -> None:
    answer = assistant.ask("What should I read about model merging first?")
    assert answer.catalogue is not None
    assert answer.catalogue.operation == "reading_order"
    assert answer.citations[0].title == MERGE_C.title
    assert "1. A Survey of Model Merging (a survey, by its title)" in answer.text
    assert "the newest of the 2 that have a date, 2024-11-20" in answer.text
    assert "the most discussed, with 7 comments" in answer.text
    assert {s.support for s in answer.sentences} == {"computed", "supported"}


def test_what_to_read_first_of_a_digest_keeps_to_it(assistant: Assistant) -> None:
    answer = assistant.ask("What should I read first in digest 2?")
    assert answer.catalogue is not None
    assert answer.catalogue.considered == sum(BETA in p.digests for p in SHELF)
    assert all(BETA in c.digests for c in answer.citations)


def test_what_to_read_on_what_no_paper_is_about_is_declined(assistant: Assistant) -> None:
    assert assistant.ask("What should I read about zebras first?").abstained


def test_papers_are_read_from_the_middle_outwards_surveys_first() -> None:
    hits = [Hit(p, 1.0, 1.0, 1.0, 0, 1) for p in (FROG, QUANT_A, MERGE_A, MERGE_C)]
    places = ((1.0, 0.0), (0.0, 1.0), (0.7, 0.7), (-0.7, -0.7))
    vectors = {hit.paper.paper_id: np.array(place, np.float32) for hit, place in zip(hits, places, strict=True)}
    assert [hit.paper for hit in in_reading_order(hits, vectors)] == [MERGE_C, MERGE_A, FROG, QUANT_A]

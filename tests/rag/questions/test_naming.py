"""What a paper is called, and where a text names one."""

from __future__ import annotations

import pytest

from rag.questions.naming import described_in, mention_of, named_papers, short_name, telling_of
from tests.support.shelf import FROG, MERGE_A, SHELF, WIND, paper

ASKED = paper("Can Frogs Plan Ahead? A Study of Ponds", "We ask whether frogs plan.")
CRUMBS = paper("Pond Breadcrumbs: Merging Ponds with Masks", "We merge ponds by masks.")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("FrogNet: Counting Frogs by Sound", "FrogNet"),
        ("Can Frogs Plan Ahead? A Study of Ponds", "Can Frogs Plan Ahead"),
        ("Soup or Salad: When Does Model Merging Fail?", "Soup or Salad"),
        ("When Does Model Merging Fail?", "When Does Model Merging Fail?"),
        ("Can Frogs Plan? A Study: Ponds", "Can Frogs Plan"),
        ("One two three four five six seven: a title", "One two three four five six seven: a title"),
        ("Wake Steering for Offshore Wind Farms", "Wake Steering for Offshore Wind Farms"),
    ],
)
def test_the_name_ends_at_a_colon_or_a_question_mark(title: str, name: str) -> None:
    assert short_name(paper(title, "")) == name


def test_a_paper_is_named_by_what_stands_before_its_question_mark() -> None:
    assert named_papers("What does “Can Frogs Plan Ahead?” find?", (*SHELF, ASKED)) == (ASKED,)


def test_a_name_of_two_words_is_one_where_it_begins_the_question_too() -> None:
    assert named_papers("Pond Breadcrumbs and FrogNet: which is faster?", (*SHELF, CRUMBS)) == (CRUMBS, FROG)
    assert named_papers("pond breadcrumbs are eaten by ducks", (*SHELF, CRUMBS)) == ()


def test_a_word_that_is_no_common_one_names_a_paper_where_it_begins_the_question_too() -> None:
    names = paper("Frogsplit: Counting by Halves", "We count."), paper("Marble: Rolling Frogs", "We roll.")
    assert named_papers("Frogsplit or the other one?", names) == names[:1]
    assert named_papers("frogsplit or the other one?", names) == ()
    assert named_papers("Marble or the other one?", names) == ()
    assert named_papers("Is Marble the other one?", names) == names[1:]


def test_papers_are_named_in_the_order_of_the_text() -> None:
    assert named_papers("MergeKing and FrogNet", SHELF) == (MERGE_A, FROG)
    assert named_papers("FrogNet and MergeKing", SHELF) == (FROG, MERGE_A)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("What does the fishery paper say?", "the fishery paper"),
        ("And the one on skip connections?", "the one on skip connections"),
        ("It was a hard problem. What does each report?", ""),
        ("Compare the fishery paper with the chess paper.", "the fishery paper"),
        ("What does the paper say?", ""),
    ],
)
def test_a_paper_is_described_within_one_sentence(text: str, words: str) -> None:
    match = described_in(text)
    assert (match.group() if match else "") == words


def test_the_words_that_tell_a_paper_leave_out_what_any_paper_is_called() -> None:
    assert telling_of("the second paper on wake steering") == ["wake", "steering"]


def test_a_mention_is_found_whatever_its_case() -> None:
    match = mention_of(WIND, "is wake steering for offshore wind farms good?")
    assert match is not None and match.start() == 3
    assert mention_of(WIND, "is wind good?") is None

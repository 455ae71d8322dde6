from __future__ import annotations

import pytest

from rag.grounding import read_marked, strip_markers
from rag.grounding.markers import expand_numbers


def read(text: str, sources: int = 5) -> list[tuple[str, tuple[int, ...]]]:
    return [(marked.text, marked.numbers) for marked in read_marked(text, sources)]


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("Frogs sing at night [1].", (1,)),
        ("Frogs sing at night. [1]", (1,)),
        ("Frogs sing at night.[1]", (1,)),
        ("Frogs sing at night [1, 3].", (1, 3)),
        ("Frogs sing at night [1,3].", (1, 3)),
        ("Frogs sing at night [1; 3].", (1, 3)),
        ("Frogs sing at night [1][3].", (1, 3)),
        ("Frogs sing at night [1] [3].", (1, 3)),
        ("Frogs sing at night. [1][3]", (1, 3)),
        ("Frogs sing at night. [1] [3]", (1, 3)),
        ("Frogs sing at night [3][1].", (3, 1)),
        ("Frogs sing at night [1 and 3].", (1, 3)),
        ("Frogs sing at night [1-3].", (1, 2, 3)),
        ("Frogs sing at night [1–3].", (1, 2, 3)),
        ("Frogs sing at night [1-2, 5].", (1, 2, 5)),
        ("Frogs sing at night【1】.", (1,)),
        ("Frogs sing at night【1†source】.", (1,)),
        ("Frogs sing at night 【2】【4】.", (2, 4)),
        ("Frogs sing at night (1).", (1,)),
        ("Frogs sing at night (1, 2).", (1, 2)),
        ("Frogs sing at night [Source 1].", (1,)),
        ("Frogs sing at night [source 1, 2].", (1, 2)),
        ("Frogs sing at night [Paper 4].", (4,)),
        ("Frogs sing at night (paper 4).", (4,)),
        ("Frogs sing at night (Source 2).", (2,)),
        ("Frogs sing at night (Sources 2, 3).", (2, 3)),
        ("Frogs sing at night [^2].", (2,)),
        ("Frogs sing at night [1][1].", (1,)),
    ],
)
def test_a_marker_in_any_form_is_taken_out_and_understood(written: str, numbers: tuple[int, ...]) -> None:
    assert read(written) == [("Frogs sing at night.", numbers)]


@pytest.mark.parametrize("written", ["Frogs sing [99].", "Frogs sing [0].", "Frogs sing [6].", "Frogs sing. [99]"])
def test_a_number_that_points_to_no_source_is_dropped(written: str) -> None:
    assert read(written) == [("Frogs sing.", ())]


def test_of_several_numbers_those_that_point_somewhere_are_kept() -> None:
    assert read("Frogs sing [99, 2].") == [("Frogs sing.", (2,))]
    assert read("Frogs sing [4-8].") == [("Frogs sing.", (4, 5))]


@pytest.mark.parametrize(
    "written",
    [
        "The model [2020] was the first.",
        "Frogs (12 of them) sing.",
        "Frogs sing for 3 (three) hours.",
        "It was shown in 2020 (see above).",
        "The interval [0.1, 0.9] holds most of it.",
        "Values of f(1) differ from f(2) here.",
        "Earlier ones (1) need data, (2) are slow, or (3) diverge.",
    ],
)
def test_what_only_looks_like_a_marker_stays(written: str) -> None:
    assert read(written) == [(written, ())]


def test_a_marker_after_the_full_stop_belongs_to_the_sentence_before_it() -> None:
    assert read("Frogs sing. [1] Toads croak. [2]") == [("Frogs sing.", (1,)), ("Toads croak.", (2,))]
    assert read("Frogs sing.[1] Toads croak.[2]") == [("Frogs sing.", (1,)), ("Toads croak.", (2,))]


def test_a_marker_on_a_line_of_its_own_belongs_to_the_sentence_before_it() -> None:
    assert read("Frogs sing.\n[2]") == [("Frogs sing.", (2,))]


def test_a_marker_with_no_sentence_before_it_makes_no_sentence() -> None:
    assert read("[1]") == []


def test_a_marker_in_mid_sentence_counts_for_the_sentence() -> None:
    assert read("Frogs [1] and toads [2] sing.") == [("Frogs and toads sing.", (1, 2))]


def test_the_items_of_lists_are_read_without_their_bullets() -> None:
    text = "- Frogs sing [1]\n* Toads croak [2]\n• Newts are mute [3]\n1. Owls hoot [4]\n2) Cats purr [5]"
    assert read(text) == [
        ("Frogs sing", (1,)),
        ("Toads croak", (2,)),
        ("Newts are mute", (3,)),
        ("Owls hoot", (4,)),
        ("Cats purr", (5,)),
    ]


def test_bold_and_headings_are_read_as_plain_words() -> None:
    assert read("## Frogs\n**FrogNet** counts frogs [1].") == [("Frogs", ()), ("FrogNet counts frogs.", (1,))]
    assert read("**Frogs sing.** [1]") == [("Frogs sing.", (1,))]


def test_abbreviations_and_decimals_do_not_end_a_sentence() -> None:
    assert read("It reaches 62.2% accuracy, e.g. at night [1].") == [
        ("It reaches 62.2% accuracy, e.g. at night.", (1,)),
    ]


def test_empty_lines_make_no_sentences() -> None:
    assert read("\n\n  \nFrogs sing [1].\n\n") == [("Frogs sing.", (1,))]
    assert read("") == []


def test_no_sentence_read_holds_a_marker() -> None:
    text = "Frogs sing [1]. Toads [2, 3] croak【4】. [5] Newts (1). **Owls** [Source 2][99]."
    assert [strip_markers(marked) for marked, _ in read(text)] == [marked for marked, _ in read(text)]


def test_a_range_too_long_to_be_meant_is_read_as_its_ends() -> None:
    assert sorted(expand_numbers("1-90")) == [1, 90]
    assert sorted(expand_numbers("2-4")) == [2, 3, 4]
    assert sorted(expand_numbers("4-2")) == [2, 4]

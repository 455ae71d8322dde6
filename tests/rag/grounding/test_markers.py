from __future__ import annotations

import pytest

from rag.generation.sentences import SentenceReader, read_marked
from rag.grounding.markers import expand_numbers, strip_markers

TITLES = ("FrogNet: Counting Frogs by Sound", "ToadNet: Toads at Night", "A Survey of Newts", "Owl Songs", "Cats")


def read(text: str) -> list[tuple[str, tuple[int, ...]]]:
    return [(marked.text, marked.numbers) for marked in read_marked(text, TITLES)]


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


def test_the_label_of_an_answer_is_no_part_of_it() -> None:
    assert read("Answer: Frogs sing [1].") == read("**Answer:** Frogs sing [1].") == [("Frogs sing.", (1,))]
    assert read("The answer: frogs sing.") == [("The answer: frogs sing.", ())]


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


@pytest.mark.parametrize(
    "written",
    [
        "Frogs sing [1: FrogNet].",
        "Frogs sing [Source 1: FrogNet: Counting Frogs by Sound].",
        "Frogs sing [1, Section 2].",
        "Frogs sing [1†L3-L5].",
        "Frogs sing \uff3b1\uff3d.",
        "Frogs sing [[1]].",
        "Frogs sing \\[1\\].",
        "Frogs sing [1](#source-1).",
        "Frogs sing [1](https://example.org/a).",
        "Frogs sing<sup>1</sup>.",
        "Frogs sing <sup>[1]</sup>.",
        "Frogs sing ([1]).",
        "Frogs sing (see [1]).",
        "Frogs sing (see Source 1).",
        "Frogs sing [citation: 1].",
        "Frogs sing [Document 1].",
        "Frogs sing [#1].",
        "Frogs sing **[1]**.",
        "Frogs sing [FrogNet].",
        "Frogs sing [FrogNet: Counting Frogs by Sound].",
        "Frogs sing [FrogNet: Counting Frogs].",
        'Frogs sing ["FrogNet: Counting Frogs by Sound"].',
        "Frogs sing (FrogNet: Counting Frogs by Sound).",
        "Frogs sing 【FrogNet】.",
        "Frogs sing [Paper: FrogNet].",
    ],
)
def test_a_marker_in_a_rarer_dress_is_understood(written: str) -> None:
    assert read(written) == [("Frogs sing.", (1,))]


@pytest.mark.parametrize(
    "written",
    [
        "Scores lie in [0, 1] always.",
        "It is the best (FrogNet) of all.",
        "It uses masked tokens [MASK] throughout.",
        "It holds [some] of them.",
        "The index runs over [1:100] here.",
    ],
)
def test_brackets_that_name_no_source_stay(written: str) -> None:
    assert read(written) == [(written, ())]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Frogs sing [1] and [2].", ("Frogs sing.", (1, 2))),
        ("Frogs sing [1], [2] and [99].", ("Frogs sing.", (1, 2))),
        ("[1] reports that frogs sing.", ("FrogNet reports that frogs sing.", (1,))),
        ("As shown in [3], newts are mute.", ("As shown in A Survey of Newts, newts are mute.", (3,))),
        ("Source 2 says that toads croak.", ("ToadNet says that toads croak.", (2,))),
        ("Papers 1 and 2 agree on frogs.", ("FrogNet and ToadNet agree on frogs.", (1, 2))),
        ("According to Source 99, frogs fly.", ("According to a paper, frogs fly.", ())),
        ("[99] reports that frogs fly.", ("a paper reports that frogs fly.", ())),
    ],
)
def test_a_number_that_is_a_word_of_its_sentence_becomes_the_papers_name(
    written: str, expected: tuple[str, tuple[int, ...]]
) -> None:
    assert read(written) == [expected]


def test_markers_before_their_sentences_are_theirs() -> None:
    assert read("[1] Frogs sing. [2] Toads croak.") == [("Frogs sing.", (1,)), ("Toads croak.", (2,))]
    assert read("[1] Frogs sing [3]. [2] Toads croak.") == [("Frogs sing.", (1, 3)), ("Toads croak.", (2,))]


LONG = """Here are the papers:
1. **FrogNet** counts frogs [1]. It reaches 62.2% accuracy, e.g. at night. [1, 2]
- Toads croak, as in [2]. [99]
[3]
[4] Owls hoot at 3.5 kHz. [5] Cats purr (Source 1)."""


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1_000])
def test_what_is_read_does_not_depend_on_how_it_comes(size: int) -> None:
    reader = SentenceReader(TITLES)
    found = [m for i in range(0, len(LONG), size) for m in reader.feed(LONG[i : i + size])]
    assert [(m.text, m.numbers) for m in (*found, *reader.finish())] == read(LONG)


def test_a_sentence_is_given_back_when_the_next_has_begun() -> None:
    reader = SentenceReader(TITLES)
    assert reader.feed("Frogs sing. [1]") == []
    assert reader.feed(" Toa") == []
    assert [m.text for m in reader.feed("ds croak")] == ["Frogs sing."]
    assert reader.pending == "Toads croak"
    assert [m.text for m in reader.finish()] == ["Toads croak"]

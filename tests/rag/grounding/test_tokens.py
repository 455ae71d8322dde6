from __future__ import annotations

import pytest

from rag.grounding.tokens import name_keys, squeeze, tokens_of


def numbers(text: str) -> list[tuple[float, str]]:
    return [(t.value, t.unit) for t in tokens_of(text) if t.kind == "number"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("62.2 % of them", [(62.2, "%")]),
        ("54\u00b72% of them", [(54.2, "%")]),
        ("1 000 times faster", [(1000.0, "x")]),
        ("2.35x and 3-fold", [(2.35, "x"), (3.0, "x")]),
        ("3,400 or 3.4k", [(3400.0, ""), (3400.0, "")]),
        ("300M samples on an 8-GPU node", [(3e8, ""), (8.0, "")]),
        ("two hundred frogs and six million toads", [(200.0, ""), (6e6, "")]),
        ("1/4 of it", [(0.25, "")]),
        ("half of it", [(0.5, "")]),
        ("nothing counted", []),
    ],
)
def test_numbers_are_read_with_their_unit(text: str, expected: list[tuple[float, str]]) -> None:
    assert numbers(text) == expected


def test_numbers_that_differ_late_are_not_taken_for_one() -> None:
    first, second = tokens_of("3456789 3456788")
    assert first.stem != second.stem


def test_a_name_with_a_version_stays_whole_and_other_compounds_give_their_parts() -> None:
    kinds = {t.text: t.kind for t in tokens_of("We run Qwen2.5-Math-Instruct with LLM-generated rules on Cityscapes.")}
    assert kinds["qwen2.5-math-instruct"] == kinds["cityscapes"] == "name"
    assert kinds["generated"] == "word"
    assert kinds["with"] == "function"


def test_a_word_that_opens_a_sentence_is_no_name() -> None:
    assert name_keys("Frogs sing. Toads croak near Lisbon.") == {"lisbon"}


def test_a_part_of_a_compound_that_is_a_name_is_one() -> None:
    kinds = {t.text: t.kind for t in tokens_of("We compare Dough-BERT with a rye-based mixer.")}
    assert (kinds["bert"], kinds["dough"], kinds["rye"]) == ("name", "word", "word")


def test_clauses_are_counted_at_commas_and_joints() -> None:
    clause = {t.text: t.clause for t in tokens_of("frogs sing, toads croak while newts wait")}
    assert clause["frogs"] < clause["toads"] < clause["newts"]
    assert clause["frogs"] == clause["sing"]


def test_names_and_numbers_weigh_more_than_words_and_those_more_than_words_of_reporting() -> None:
    weight = {t.text: t.weight for t in tokens_of("the paper counts 12 frogs of FrogNet")}
    assert weight["frognet"] == weight["12"] > weight["frogs"] > weight["paper"]


def test_squeezing_leaves_letters_and_digits() -> None:
    assert squeeze("Flan-T5s") == "flant5"

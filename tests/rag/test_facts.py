from __future__ import annotations

import pytest

from rag.grounding.facts import facts_of, missing_numbers, numbers_in


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("62.2%", "62.2 %"),
        ("62.2%", "62.2 percent"),
        ("62.2%", "62.2 per cent"),
        (r"62.2\%", "62.2%"),
        ("3,400", "3.4k"),
        ("3,400", "3400"),
        ("3.4 thousand", "3400"),
        ("7B", "7 billion"),
        ("7B", "7,000,000,000"),
        ("1.5M", "1.5 million"),
        ("1.5M", "1,500,000"),
        ("three", "3"),
        ("Three", "3"),
        ("half", "50%"),
        ("halves", "50%"),
        ("twice", "2"),
        ("a quarter", "25%"),
        ("2.50", "2.5"),
        ("2.0", "2"),
        ("twelve", "12"),
        ("two hundred", "200"),
        ("2.35x", "2.35"),
    ],
)
def test_two_writings_of_one_number_are_read_alike(one: str, other: str) -> None:
    assert numbers_in(one) == numbers_in(other) != []


@pytest.mark.parametrize(
    ("one", "other"), [("62.2%", "62.1%"), ("3.4k", "34k"), ("7B", "7M"), ("three", "four"), ("0.5", "5"), ("12", "21")]
)
def test_different_numbers_are_told_apart(one: str, other: str) -> None:
    claim, evidence = frozenset(numbers_in(one)), frozenset(numbers_in(other))
    assert missing_numbers(claim, evidence) == tuple(sorted(claim))


@pytest.mark.parametrize("text", ["GPT4 and v2x", "no figure at all", "ResNet50", "section1"])
def test_digits_within_a_name_are_no_number(text: str) -> None:
    assert numbers_in(text) == []


def test_several_numbers_are_all_read() -> None:
    assert numbers_in("from 48.5% to 62.2% in 3 of 4 trials") == ["48.5%", "62.2%", "3", "4"]


def test_a_unit_may_be_left_off_on_either_side() -> None:
    assert missing_numbers(frozenset({"62.2"}), frozenset({"62.2%"})) == ()
    assert missing_numbers(frozenset({"62.2%"}), frozenset({"62.2"})) == ()


def test_one_and_two_are_counted_too_often_to_be_held_against_a_sentence() -> None:
    assert missing_numbers(frozenset({"1", "2", "3"}), frozenset()) == ("3",)


def test_names_are_read_without_case_and_hyphens() -> None:
    assert facts_of("FrogNet beats GPT-4 on PondBench").names == {"frognet", "gpt4", "pondbench"}


def test_direction_negation_and_reach_are_read() -> None:
    rising, falling = facts_of("It raises accuracy."), facts_of("It lowers accuracy.")
    assert (rising.up, rising.down) == (True, False)
    assert (falling.up, falling.down) == (False, True)
    assert facts_of("It does not help.").negations == 1
    assert facts_of("It helps.").negations == 0
    assert facts_of("It always helps all users.").reach == {"always", "all"}

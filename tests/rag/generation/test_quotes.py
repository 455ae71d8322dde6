"""Copied words found again: to the letter, in another dress, with small edits, or not at all."""

from __future__ import annotations

import time

import pytest

from rag.generation.quotes import locate

TEXT = (
    "FrogNet counts frogs in ponds from audio alone. It reaches 62.2% accuracy on PondBench — against 48.5% for the "
    "“best” baseline. It was trained on 3,400 recordings of 12 ponds. The code is at https://github.com/pond/frognet."
)


def quoted(words: str) -> list[str]:
    return [TEXT[start:end] for start, end in locate(words, TEXT)]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("62.2% accuracy on PondBench", "62.2% accuracy on PondBench"),
        ("counts FROGS in ponds", "counts frogs in ponds"),
        ("frogs  in\nponds from audio", "frogs in ponds from audio"),
        ('"62.2% accuracy on PondBench"', "62.2% accuracy on PondBench"),
        ("“counts frogs in ponds”", "counts frogs in ponds"),
        ('for the "best" baseline', "for the “best” baseline"),
        ("on PondBench - against 48.5%", "on PondBench — against 48.5%"),
        ("trained on 3400 recordings", "trained on 3,400 recordings"),
        ("62.2 %", "62.2%"),
    ],
)
def test_another_dress_is_the_same_words(words: str, found: str) -> None:
    assert quoted(words) == [found]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("It reaches an accuracy of 62.2% accuracy on PondBench", "It reaches 62.2% accuracy on PondBench"),
        ("FrogNet counts the frogs in ponds from audio alone", "FrogNet counts frogs in ponds from audio alone"),
        ("It was traned on 3,400 recordings of 12 ponds", "It was trained on 3,400 recordings of 12 ponds"),
        ("It reaches 99.9% accuracy on PondBench", "It reaches 62.2% accuracy on PondBench"),
    ],
)
def test_small_edits_are_mended_to_what_the_abstract_says(words: str, found: str) -> None:
    assert quoted(words)[0] in (found, found.replace("It reaches ", ""))


def test_an_ellipsis_gives_one_span_for_each_part() -> None:
    found = ["FrogNet counts frogs", "against 48.5%"]
    for dots in ("...", "…", "[...]", " [ … ] "):
        assert quoted(f"FrogNet counts frogs {dots} against 48.5%") == found


@pytest.mark.parametrize(
    "words",
    [
        "",
        "   ",
        "...",
        "The moon is made of green cheese",
        "frogs are counted by FrogNet using nothing but sound",
        "FrogNet counts frogs ... the moon is made of cheese",
        "rog",
        "8.5% for",
        "99.9%",
        "99.9% accuracy",
    ],
)
def test_what_is_not_there_is_not_found(words: str) -> None:
    assert quoted(words) == []


def test_a_long_copy_in_a_long_text_takes_no_time() -> None:
    text = " ".join(f"word{i % 97} frog" for i in range(1_000))
    began = time.perf_counter()
    assert locate("word3 toad " * 70, text) == ()
    assert locate("word3 toad " * 700, text) == ()
    assert time.perf_counter() - began < 5

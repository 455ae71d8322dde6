"""What a model says that the abstracts leave out."""

from __future__ import annotations

import pytest

from rag.generation.gaps import Gaps
from rag.generation.sources import sources_of
from tests.support.shelf import FROG, POND

GAPS = Gaps("What licence does FrogNet have, and what did its training cost?", sources_of([FROG, POND]))


@pytest.mark.parametrize(
    ("sentence", "gap"),
    [
        ("The abstracts do not mention the licence of FrogNet.", "the licence of FrogNet"),
        ("The abstract doesn't say what its training cost.", "its training cost"),
        ("None of the papers mentions a licence.", "a licence"),
        ("No abstract mentions the licence.", "the licence"),
        ("The licence is not mentioned in the abstracts.", "The licence"),
        ("The cost of training isn't stated.", "The cost of training"),
        ("There is no information about the licence in the given abstracts.", "the licence"),
    ],
)
def test_what_is_asked_for_and_absent_is_a_gap(sentence: str, gap: str) -> None:
    assert GAPS.named_by(sentence) == gap


@pytest.mark.parametrize(
    "sentence",
    [
        "The abstracts do not mention PondBench.",  # they do
        "The abstracts do not mention that you must buy frogs.",  # nobody asked
        "FrogNet does not need labels.",
        "FrogNet reaches 62.2% accuracy.",
        "The training cost is 40 dollars.",
    ],
)
def test_what_is_there_or_was_not_asked_for_is_none(sentence: str) -> None:
    assert GAPS.named_by(sentence) == ""

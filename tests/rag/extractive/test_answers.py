"""How much an answer about a fact quotes."""

from __future__ import annotations

from rag.abstention.declining import Correction
from rag.extractive.answers import _beside
from rag.extractive.extract import MOST_WORDS, Picked
from tests.support.shelf import paper

LONG = paper("Long", " ".join(["frog"] * MOST_WORDS) + " " + " ".join(["toad"] * 40))
FIRST, SECOND = Picked(LONG, (0, len("frog") * 10 + 9), 2.0), Picked(LONG, (0, len("frog") * 5 + 4), 1.0)


def test_what_a_correction_quotes_leaves_room_for_fewer_sentences() -> None:
    assert _beside((), [FIRST, SECOND]) == [FIRST, SECOND]
    named = Correction("The abstract does not mention newts.", LONG)
    assert _beside([named], [FIRST, SECOND]) == [FIRST, SECOND]
    quoting = Correction("It tells otherwise:", LONG, (), ((0, len("frog ") * MOST_WORDS),))
    assert _beside([quoting], [FIRST, SECOND]) == [FIRST]
    assert _beside([quoting], []) == []

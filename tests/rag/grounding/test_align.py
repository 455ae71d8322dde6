from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from rag.grounding.align import FORM, SAME, WordVectors, align, by_form
from rag.grounding.roles import EXCHANGED, exchanged_pair
from rag.grounding.tokens import tokens_of
from tests.support.shelf import BagOfStems


def form(ours: str, theirs: str) -> float:
    (a,), (b,) = (
        tuple(t for t in tokens_of(f"we see {w} here") if t.text not in ("we", "see", "here")) for w in (ours, theirs)
    )
    return by_form(a, b)


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ("merging", "merged", SAME),
        ("underutilized", "underutilizes", SAME),
        ("description", "describe", FORM),
        ("62.2%", "62.2 percent", SAME),
        ("62.2%", "62.2", SAME),
        ("half", "50%", SAME),
        ("62.2%", "62.2x", 0.0),
        ("62.2%", "65.2%", 0.0),
        ("GPT-4", "GPT-4o", FORM),
        ("GPT-4", "GPT-40", 0.0),
        ("frogs", "toads", 0.0),
        ("3", "three", SAME),
    ],
)
def test_words_are_likened_by_their_letters(ours: str, theirs: str, expected: float) -> None:
    assert form(ours, theirs) == expected


def test_words_are_likened_by_meaning_where_a_model_gives_it() -> None:
    def likeness(ours: Sequence[str], theirs: Sequence[str]) -> NDArray[np.float32]:
        return np.array([[float({a, b} == {"quick", "fast"}) for b in theirs] for a in ours], dtype=np.float32)

    claim, evidence = tokens_of("the quick fox"), tokens_of("the fast fox")
    assert [x.likeness for x in align(claim, evidence, likeness).links] == [1.0, 1.0]
    assert [x.likeness for x in align(claim, evidence).links] == [0.0, 1.0]


def test_of_equal_words_the_one_among_the_neighbours_counterparts_is_linked() -> None:
    evidence = tokens_of("the error of frogs grows and the error of toads shrinks")
    links = align(tokens_of("toads error shrinks"), evidence)
    error = next(theirs for ours, theirs in links.held if ours.text == "error")
    toads = next(theirs for ours, theirs in links.held if ours.text == "toads")
    assert abs(error.at - toads.at) == 2


def test_a_word_is_embedded_once() -> None:
    asked: list[str] = []

    class Counting(BagOfStems):
        def _get_text_embedding(self, text: str) -> list[float]:
            asked.append(text)
            return super()._get_text_embedding(text)

    words = WordVectors(Counting())
    assert words(["frog", "toad"], ["frog"]).round(3).tolist() == [[1.0], [0.0]]
    words(["frog"], ["toad"])
    assert sorted(asked) == ["frog", "toad"]
    assert words([], ["frog"]).shape == (0, 1)


@pytest.mark.parametrize(
    ("evidence", "kept", "exchanged"),
    [
        (
            "Strong players can influence weaker players to adopt bold openings.",
            "Strong players can influence weaker players to take bold openings.",
            "Weaker players can influence strong players to take bold openings.",
        ),
        (
            "A ranker comes for free when one trains a retriever on cheap query labels.",
            "When one trains a retriever on cheap query labels, a ranker comes for free.",
            "When one trains a ranker on cheap query labels, a retriever comes for free.",
        ),
        (
            "The critic judges the drafts of the writer.",
            "The drafts of the writer are judged by the critic.",
            "The writer judges the drafts of the critic.",
        ),
    ],
)
def test_words_that_changed_places_are_found(evidence: str, kept: str, exchanged: str) -> None:
    assert exchanged_pair(align(tokens_of(kept), tokens_of(evidence)))[0] < EXCHANGED
    assert exchanged_pair(align(tokens_of(exchanged), tokens_of(evidence)))[0] >= EXCHANGED


def test_one_word_cannot_change_places() -> None:
    assert exchanged_pair(align(tokens_of("frogs"), tokens_of("frogs sing"))) == (0.0, "", "")

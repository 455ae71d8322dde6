"""The wordings that lists are told by: their card, what was kept aside, and how what ships tells them."""

from __future__ import annotations

import json

import pytest

from bench.fit_list_frames import WORDINGS, frame_words
from rag.questions.listlike import FRAMES, asks_for_papers

ROWS = [json.loads(line) for line in WORDINGS.read_text(encoding="utf-8").splitlines()]


def wordings(of_papers: bool, kept_aside: bool) -> list[str]:
    return [row["question"] for row in ROWS if (row["list"], row["kept_aside"]) == (of_papers, kept_aside)]


def test_the_card_counts_them_and_none_stands_twice() -> None:
    card = WORDINGS.with_name("README.md").read_text(encoding="utf-8")
    for of_papers in (True, False):
        assert f"{len(wordings(of_papers, True)) + len(wordings(of_papers, False)):,}" in card
    assert len({row["question"].lower() for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize(("of_papers", "figure"), [(True, "requests_told"), (False, "lookalikes_mistaken")])
def test_the_stored_figures_are_what_the_stored_weights_reach(of_papers: bool, figure: str) -> None:
    texts = wordings(of_papers, True)
    told = sum(map(asks_for_papers, texts)) / len(texts)
    stored = json.loads(FRAMES.read_text(encoding="utf-8"))["figures"][f"kept_aside_{figure}"]
    assert told == pytest.approx(stored, abs=0.01)


def test_words_that_abstracts_use_often_are_of_topics_unless_questions_are_made_of_them() -> None:
    asked = ["Do you hold papers on bridges?", "Any bridges?", "I hold that bridges age"] * 5
    written = ["Bridges age.", "We study bridges and the papers on them."]
    words = frame_words(asked, written)
    assert {"hold", "papers"} <= words and "bridges" not in words
    assert "bridges" in frame_words(asked, [])

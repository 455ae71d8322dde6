"""The papers that are like one."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.paper import Paper
from rag import Assistant
from rag.extractive.similar import asks_for_similar
from tests.support.answers import check_answer
from tests.support.shelf import (
    BETA,
    BREAD,
    BY_ID,
    CHESS,
    FROG,
    MERGE_A,
    MERGE_B,
    MERGE_C,
    QUANT_A,
    SHELF,
    TIDE,
    WIND,
    bag,
    fill,
    settings_in,
)


@pytest.mark.parametrize(
    "text",
    [
        "Papers similar to MergeKing",
        "Is there anything like MergeKing here?",
        "Which papers are related to MergeKing?",
        "What else is similar to MergeKing?",
        "Any work in the vein of MergeKing?",
        "show me similar papers: MergeKing",
        "MergeKing: more like this one",
    ],
)
def test_the_ways_to_ask_for_similar_papers(text: str) -> None:
    assert asks_for_similar(text, (MERGE_A,))


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("How is MergeKing related to TinyBits?", (MERGE_A, QUANT_A)),
        ("Papers similar to model merging", ()),
        ("What does MergeKing pick?", (MERGE_A,)),
        ("Which papers similar to MergeKing use transformers on wind farms?", (MERGE_A,)),
    ],
)
def test_what_asks_for_something_else(text: str, subjects: tuple[Paper, ...]) -> None:
    assert not asks_for_similar(text, subjects)


def test_the_nearest_papers_are_listed_without_the_one_itself(assistant: Assistant) -> None:
    answer = assistant.ask("Is there anything like MergeKing here?")
    check_answer(answer, BY_ID)
    assert not answer.abstained
    titles = [c.title for c in answer.citations]
    assert titles and set(titles) <= {MERGE_B.title, MERGE_C.title}
    assert MERGE_A.title not in titles


def test_filters_hold_for_similar_papers_too(assistant: Assistant) -> None:
    answer = assistant.ask("Papers similar to MergeKing", filters={"digest": BETA})
    assert {c.title for c in answer.citations} <= {p.title for p in SHELF if BETA in p.digests} - {MERGE_A.title}


def test_where_nothing_is_near_that_is_said(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    fill(settings, (FROG, BREAD, CHESS, TIDE, WIND, QUANT_A)).close()
    answer = Assistant.open(settings, embed_model=bag()).ask("Papers similar to ChessMind")
    assert answer.abstained
    assert "no other abstract comes near “ChessMind”" in answer.text
    assert CHESS.title not in answer.text


def test_a_follow_up_asks_for_papers_like_the_one_talked_of(assistant: Assistant) -> None:
    first = assistant.ask("What does MergeKing pick?")
    history = [
        {"role": "user", "content": "What does MergeKing pick?"},
        {"role": "assistant", "content": first.text},
    ]
    answer = assistant.ask("Are there similar papers?", history=history)
    assert {c.title for c in answer.citations} <= {MERGE_B.title, MERGE_C.title}
    assert not answer.abstained

from __future__ import annotations

import pytest

from rag.catalogue.phrasing import Wording, read_terms
from rag.lexical import Analyzer, LexicalIndex
from rag.retrieval.abbreviations import find_abbreviations
from tests.support.shelf import (
    BREAD,
    CHESS,
    FROG,
    MERGE_A,
    MERGE_B,
    MERGE_C,
    POND,
    QUANT_A,
    QUANT_B,
    SHELF,
    TIDE,
    paper,
)

READ = [
    ("How many papers are about reinforcement learning?", [["reinforcement learning"]]),
    ("how many reinforcement learning papers are there", [["reinforcement learning"]]),
    ("How many mention GitHub?", [["GitHub"]]),
    ("papers about pruning or quantization", [["pruning", "quantization"]]),
    ("papers on pruning, quantization or distillation", [["pruning", "quantization", "distillation"]]),
    ("papers about pruning and quantization", [["pruning"], ["quantization"]]),
    ("papers about agents/planning", [["agents", "planning"]]),
    ("pruning or about quantization", [["pruning", "quantization"]]),
    ("online or offline learning", [["online learning", "offline learning"]]),
    ("pruning or knowledge distillation", [["pruning", "knowledge distillation"]]),
    ("papers about merging of language models", [["merging of language models"]]),
    ("papers about frogs for music", [["frogs"], ["music"]]),
    ("How many papers mention “divide and conquer”?", [["divide and conquer"]]),
    ("How many papers in digest 2 since 2024 with code use RL?", [["RL"]]),
    ("How many papers are about code generation?", [["code generation"]]),
    ("How many papers come with code?", []),
    ("How many authors do the papers have on average?", []),
    ("the second oldest paper", []),
    ("What percentage of papers have a date?", []),
    ("sort the papers by date", []),
    ("How many papers are there?", []),
]


@pytest.mark.parametrize(("text", "groups"), READ)
def test_a_topic_is_read_into_phrases(text: str, groups: list[list[str]]) -> None:
    assert [[str(phrase) for phrase in group] for group in read_terms(text).groups] == groups


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("How many papers mention GitHub?", True),
        ("papers with the word frog", True),
        ("papers that contain “frog”", True),
        ("How many papers are about frogs?", False),
    ],
)
def test_words_asked_for_as_words_are_told_from_a_topic(text: str, literal: bool) -> None:
    assert read_terms(text).literal is literal


RL = paper(
    "Agents", "We study reinforcement learning (RL) of agents. Large language models (LLMs) help. AIME24 is hard."
)
SHORT = paper("RL for Robots", "The aim is to learn. RL agents and LLMs are tried on BIG-Bench.")
LONG = paper("Learning", "It uses reinforcement where learning is slow. The Big Five aim high.")
PAPERS = (*SHELF, RL, SHORT, LONG)
WORDING = Wording.of(LexicalIndex(PAPERS), PAPERS)


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("papers about model merging", [MERGE_A, MERGE_B, MERGE_C]),
        ("papers about merging models", []),
        ("papers about merging of models", [MERGE_A, MERGE_B, MERGE_C]),
        ("papers about frogs", [FROG]),
        ("papers about frogs or tides", [FROG, TIDE]),
        ("papers about frogs and tides", []),
        ("papers about chess or dough", [BREAD, CHESS]),
        ("papers about reinforcement learning", [RL, SHORT]),
        ("papers about RL", [RL, SHORT]),
        ("papers about RL agents", [SHORT]),
        ("papers about language models", [RL, SHORT]),
        ("papers on LLM", [RL, SHORT]),
        ("papers that use AIME", [RL]),
        ("papers that use aime", [RL]),
        ("papers that use BIG-Bench", [SHORT]),
        ("papers on PondBench", [FROG, POND]),
        ("papers on pondbench", [FROG, POND]),
        ("papers that mention RL", [RL, SHORT]),
        ("papers that mention reinforcement learning", [RL]),
        ("papers that mention quantize", []),
        ("papers about quantize", [QUANT_A, QUANT_B]),
        ("papers about zebras", []),
    ],
)
def test_a_phrase_is_held_where_its_words_stand_together(text: str, held: list[object]) -> None:
    assert WORDING.holding(read_terms(text)) == held


def test_words_may_stand_apart_where_that_is_asked_for() -> None:
    topic = read_terms("papers about reinforcement learning")
    assert WORDING.holding(topic, together=False) == [RL, SHORT, LONG]


def test_titles_are_counted() -> None:
    topic = read_terms("papers about model merging")
    assert WORDING.in_title(WORDING.holding(topic), topic) == 3
    assert WORDING.in_title([RL, SHORT], read_terms("papers on RL")) == 1


def test_a_topic_is_said_with_what_stands_for_it() -> None:
    assert WORDING.said(read_terms("papers on reinforcement learning")) == "“reinforcement learning” (or “RL”)"
    assert WORDING.said(read_terms("papers that mention RL")) == "“RL”"
    assert WORDING.said(read_terms("papers on frogs or tides and dough")) == "“frogs” or “tides” and “dough”"


def test_a_wording_is_made_once_for_an_index() -> None:
    index = LexicalIndex(SHELF)
    assert Wording.of(index, SHELF) is Wording.of(index, SHELF)


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("We use reinforcement learning (RL).", "rl", ("reinforc", "learn")),
        ("Monte Carlo Tree Search (MCTS) is slow.", "mct", None),
        ("A mixture of experts (MoE) is sparse.", "moe", ("mixtur", "expert")),
        ("In-context learning (ICL) is odd.", "icl", ("context", "learn")),
        ("Large language models (LLMs) are large.", "llm", ("larg", "languag", "model")),
        ("The area under the curve (AUC) is high.", "auc", None),
        ("We meet at noon (RL).", "rl", None),
        ("The Internet (IT) grows.", "it", None),
    ],
)
def test_abbreviations_are_those_the_abstracts_define(text: str, short: str, long: tuple[str, ...] | None) -> None:
    found = find_abbreviations([paper("A title", text)], Analyzer())
    assert found.of((short,)) == ((long,) if long else ())
    if long:
        assert found.of(long) == ((short,),)


def test_an_abbreviation_of_several_things_counts_for_none() -> None:
    papers = [paper("A", "Model merging (MM) is odd."), paper("B", "Multi mixing (MM) is odd.")]
    assert find_abbreviations(papers, Analyzer()).same == {}


def test_a_part_of_a_phrase_is_put_otherwise() -> None:
    found = find_abbreviations([paper("A", "Reinforcement learning (RL) is odd.")], Analyzer())
    assert found.of(("deep", "reinforc", "learn", "agent")) == (("deep", "rl", "agent"),)

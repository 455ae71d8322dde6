from __future__ import annotations

from pathlib import Path

import pytest

from ingest.paper import Paper
from rag import Assistant
from rag.extractive.aspects import moves_of, telling_of
from rag.extractive.sides import find_sides, two_sided
from rag.questions.filters import Filters
from tests.support.answers import check_answer
from tests.support.shelf import (
    ALPHA,
    BREAD,
    BY_ID,
    CHESS,
    FROG,
    MERGE_A,
    MERGE_B,
    POND,
    QUANT_A,
    QUANT_B,
    SHELF,
    TIDE,
    WIND,
    bag,
    fill,
    paper,
    settings_in,
)


@pytest.mark.parametrize(
    ("question", "papers", "rest"),
    [
        ("Compare FrogNet and TinyBits.", (FROG, QUANT_A), ""),
        ("FrogNet vs TinyBits", (FROG, QUANT_A), ""),
        ("What is the difference between TinyBits and FrogNet?", (QUANT_A, FROG), ""),
        ("How does FrogNet differ from TidePredict?", (FROG, TIDE), ""),
        ("FrogNet and TinyBits: what accuracy do they reach?", (FROG, QUANT_A), "what accuracy do they reach"),
        ("Compare FrogNet, TinyBits and ChessMind.", (FROG, QUANT_A, CHESS), ""),
        ("the chess paper and the one on wind farms: what did they test?", (CHESS, WIND), "what did they test"),
        ("Contrast FrogNet with the paper on wake steering.", (FROG, WIND), ""),
        ("Compare the tide forecasting study with the dough kneading paper", (TIDE, BREAD), ""),
        ("MergeKing versus wake steering in wind farms", (MERGE_A, WIND), ""),
        ("How do the two quantization papers choose their data?", (QUANT_B, QUANT_A), "How do choose their data"),
        ("Compare FrogNet and TinyBits on memory", (FROG, QUANT_A), "Compare on memory"),
    ],
)
def test_each_side_of_a_question_is_a_paper_of_its_own(
    assistant: Assistant, question: str, papers: tuple[Paper, ...], rest: str
) -> None:
    sides = find_sides(question, (), assistant.retriever)
    assert set(sides.papers) == set(papers)
    assert sides.rest == rest
    assert sides.absent == ()


def test_the_order_of_sides_is_that_of_the_question(assistant: Assistant) -> None:
    for question, first in (("Compare TinyBits with FrogNet", QUANT_A), ("Compare FrogNet with TinyBits", FROG)):
        assert find_sides(question, (), assistant.retriever).papers[0] == first


def test_a_side_that_is_not_here_is_told_and_no_other_paper_put_in_its_place(assistant: Assistant) -> None:
    sides = find_sides("Compare FrogNet and the paper on volcanoes.", (), assistant.retriever)
    assert (sides.papers, sides.absent) == ((FROG,), ("the paper on volcanoes",))
    answer = assistant.ask("Compare FrogNet and the paper on volcanoes.")
    assert "No paper here is “the paper on volcanoes”." in answer.text
    assert answer.missing == ("the paper on volcanoes",)
    assert [c.title for c in answer.citations] == [FROG.title]


def test_a_paper_that_the_filters_keep_out_is_not_compared(assistant: Assistant) -> None:
    sides = find_sides("Compare FrogNet and TinyBits.", (), assistant.retriever, Filters(digest=ALPHA))
    assert (sides.papers, sides.absent) == ((FROG,), ("TinyBits",))


def test_what_the_conversation_is_about_fills_the_sides_up(assistant: Assistant) -> None:
    assert set(find_sides("How do they differ?", (FROG, TIDE), assistant.retriever).papers) == {FROG, TIDE}


@pytest.mark.parametrize(
    "text",
    [
        "FrogNet and TinyBits: what do they cost?",
        "Which is better, FrogNet or TinyBits?",
        "Is FrogNet better than TinyBits?",
        "Does FrogNet outperform TinyBits?",
        "FrogNet and the chess paper, how do they learn?",
        "the paper on frogs and the paper on chess: results?",
        "FrogNet and the kneading robot: what do they each need?",
        "the two merging papers on signs",
        "How many hours do FrogNet, the kneading robot and TinyBits take?",
        "How do FrogNet and wake steering each save work?",
        "Does FrogNet hear more, or does TidePredict?",
        "How is a model made small according to FrogNet and according to TinyBits?",
        "One team counts frogs by sound, another plans chess moves: what do they reach?",
        "FrogNet as opposed to the method that plans chess moves: what is learnt?",
        "In FrogNet calls are counted one way, in TidePredict another. How?",
    ],
)
def test_two_papers_joined_are_two_sides(text: str) -> None:
    assert two_sided(text, SHELF)


@pytest.mark.parametrize(
    "text",
    [
        "What accuracy does FrogNet reach?",
        "How does the TinyBits code inside FrogNet work?",
        "What accuracy does FrogNet reach on PondBench?",
        "Which papers are about frogs and chess?",
        "Does the chess paper use a tree?",
        "How do sounds and words each help FrogNet?",
        "How does FrogNet, when tried on PondBench, do in accuracy and speed?",
        "One frog calls, another answers: what is heard?",
        "In FrogNet a call is counted as one when it is loud: how loud?",
    ],
)
def test_one_paper_has_no_sides(text: str) -> None:
    assert not two_sided(text, SHELF)


@pytest.mark.parametrize(
    ("aspect", "move"),
    [
        ("what does each cost", "cost"),
        ("which data sets do they use", "data"),
        ("what are their limits", "limit"),
        ("what scores do they reach", "result"),
        ("how does each manage", "method"),
        ("what does each propose", "aim"),
    ],
)
def test_an_aspect_is_told_by_a_move(aspect: str, move: str) -> None:
    assert move in moves_of(aspect)
    assert move not in moves_of("frogs in ponds")


def test_an_aspect_is_about_the_words_that_do_not_name_it() -> None:
    assert telling_of("what scores do they reach on night recordings") == ["night", "recordings"]
    assert telling_of("how much does each gain?") == []


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Compare FrogNet and TinyBits.", ("62.2% accuracy", "0.8 points of perplexity")),
        ("FrogNet and TinyBits: what does each reach in numbers?", ("62.2%", "0.8 points")),
        ("How do MergeKing and TinyBits handle data and memory?", ("needs no data", "halves the memory")),
        ("FrogNet vs the tide paper: what error or accuracy?", ("62.2% accuracy", "4 cm")),
        ("Compare FrogNet, TinyBits and ChessMind.", ("62.2%", "two bits", "plain language")),
    ],
)
def test_both_papers_are_quoted_on_what_is_asked(assistant: Assistant, question: str, said: tuple[str, ...]) -> None:
    answer = assistant.ask(question)
    check_answer(answer, BY_ID)
    assert not answer.abstained
    for words in said:
        assert words in answer.text


def test_the_papers_stand_under_their_titles_in_the_order_asked(assistant: Assistant) -> None:
    text = assistant.ask("Compare TinyBits and FrogNet.").text
    assert text.startswith(f"{QUANT_A.title}:")
    assert f"\n{FROG.title}:" in text


def test_an_abstract_that_leaves_out_what_is_asked_is_told(assistant: Assistant) -> None:
    answer = assistant.ask("What learning rate do FrogNet and TinyBits use?")
    assert "The abstract of “FrogNet” does not mention a learning rate. [1]" in answer.text
    assert "The abstract of “TinyBits” does not mention a learning rate. [2]" in answer.text
    assert "a learning rate" in answer.missing


def test_only_the_paper_that_is_silent_is_said_to_be(assistant: Assistant) -> None:
    answer = assistant.ask("Compare FrogNet and TinyBits on memory")
    assert "The abstract of “FrogNet” does not mention “memory”" in answer.text
    assert "halves the memory" in answer.text
    assert "The abstract of “TinyBits”" not in answer.text


def test_what_papers_have_in_common_is_said_in_their_words(assistant: Assistant) -> None:
    answer = assistant.ask("What do FrogNet and PondBench have in common?")
    assert answer.text.startswith("Both speak of ")
    first = answer.sentences[0]
    assert "PondBench" in first.text
    assert first.support == "computed"
    assert {c.title for c in answer.citations} == {FROG.title, POND.title}


def test_a_comparison_is_no_longer_than_a_reader_wants(assistant: Assistant) -> None:
    for question in ("Compare FrogNet and TinyBits.", "How do MergeKing and FrogNet differ?"):
        assert len(assistant.ask(question).text.split()) <= 150


def test_more_papers_than_can_be_set_side_by_side_are_left_out_and_said_so(assistant: Assistant) -> None:
    names = "FrogNet, PondBench, MergeKing, TinyBits, TidePredict, ChessMind"
    answer = assistant.ask(f"Compare {names} and the soup or salad paper.")
    assert len(answer.citations) == 5
    assert "The other 2 are left out; name those you mean." in answer.text
    assert MERGE_B.title not in answer.text


def test_papers_that_are_counted_and_told_apart_are_two_sides(assistant: Assistant) -> None:
    question = "Two merging papers, one on signs and one without data: what does each keep?"
    assert two_sided(question, SHELF)
    sides = find_sides(question, (), assistant.retriever)
    assert (set(sides.papers), sides.rest) == ({MERGE_A, MERGE_B}, "what does each keep")


def test_a_description_of_a_paper_ends_with_its_sentence(assistant: Assistant) -> None:
    question = "FrogNet and TidePredict both face a hard problem. What error did each report?"
    sides = find_sides(question, (), assistant.retriever)
    assert (sides.papers, sides.absent) == ((FROG, TIDE), ())
    assert sides.asked == "What error did each report"


def test_a_name_at_the_beginning_is_a_side(assistant: Assistant) -> None:
    sides = find_sides("FrogNet and TidePredict: what do they cost?", (), assistant.retriever)
    assert sides.rest == sides.asked == "what do they cost"


def test_what_is_told_first_is_not_said_to_be_missing(assistant: Assistant) -> None:
    answer = assistant.ask("FrogNet and TidePredict both use glockenspiels. What error does each report?")
    assert not any("glockenspiel" in m for m in answer.missing)


def test_how_many_is_answered_by_a_number_in_words(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    geese = paper("GooseWalk: Geese That March", "We let geese march. GooseWalk was tried on nine meadows of grass.")
    ducks = paper("DuckSwim: Ducks in Rows", "We let ducks swim. DuckSwim was tried on 14 lakes with reeds.")
    fill(settings, (*SHELF, geese, ducks)).close()
    answer = Assistant.open(settings, embed_model=bag()).ask(
        "GooseWalk and DuckSwim: on how many data sets was each tried?"
    )
    assert "nine meadows" in answer.text and "14 lakes" in answer.text
    assert not answer.missing

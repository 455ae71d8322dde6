from __future__ import annotations

import pytest

from rag import Assistant
from rag.abstention.declining import ANSWERS, Decider, declined_text, missing_sentence, rarity_of, say_doubt
from rag.compose import Composer
from rag.extractive.extract import Picked
from rag.grounding.checker import EmbeddedChecker
from rag.lexical import LexicalIndex
from rag.retrieval.picker import HybridPicker
from rag.retrieval.retrieve import Hit
from tests.support.shelf import FROG, SHELF, TIDE, bag


@pytest.mark.parametrize(
    ("question", "lacking"),
    [
        ("What learning rate does FrogNet use?", "a learning rate"),
        ("Who wrote TidePredict?", "who wrote it, or where they work"),
        ("Under which licence is ChessMind released?", "a licence"),
        ("How many GPUs does TinyBits need?", "the hardware or the time of training"),
    ],
)
def test_a_detail_that_the_right_abstract_leaves_out_is_declined_by_name(
    assistant: Assistant, question: str, lacking: str
) -> None:
    answer = assistant.ask(question)
    assert answer.abstained
    assert answer.missing == (lacking,)
    assert lacking in answer.abstention_reason
    assert lacking in answer.text
    assert answer.citations == ()


@pytest.mark.parametrize(
    "question",
    [
        "What is the capital of Peru?",
        "Who won the football match yesterday?",
        "What does SwampBench measure?",
        "Is ToadFormer better than NewtNet?",
    ],
)
def test_a_question_the_library_does_not_answer_is_declined_with_the_nearest_named(
    assistant: Assistant, question: str
) -> None:
    answer = assistant.ask(question)
    assert answer.abstained
    assert answer.abstention_reason
    assert answer.text.startswith("The papers here do not answer this: ")
    assert all(source.title in answer.text for source in answer.sources[:3])
    assert answer.citations == ()
    assert {s.support for s in answer.sentences} == {"not_a_claim"}


def test_a_name_that_no_abstract_mentions_is_said_beside_an_answer(assistant: Assistant) -> None:
    answer = assistant.ask("What accuracy does FrogNet reach on SwampBench?")
    assert not answer.abstained
    assert "SwampBench" in answer.missing
    assert "does not mention SwampBench; no abstract here does" in answer.text


def test_a_name_that_no_abstract_mentions_is_said_beside_a_comparison(assistant: Assistant) -> None:
    answer = assistant.ask("Compare FrogNet and TidePredict with SwampFormer")
    assert "SwampFormer" in answer.missing
    assert "“SwampFormer”" in answer.text


def test_what_is_missing_is_said_in_the_text_and_nothing_else_is_missing(assistant: Assistant) -> None:
    answer = assistant.ask("What accuracy does FrogNet reach on PondBench?")
    assert answer.missing == ()
    assert "None of these abstracts" not in answer.text


def test_a_declined_text_names_three_papers_at_most() -> None:
    text = declined_text("it is so", [FROG, TIDE, FROG, TIDE])
    assert text.count("“") == 3
    assert declined_text("it is so", []) == "The papers here do not answer this: it is so."


def test_what_is_missing_is_quoted_where_it_is_a_word() -> None:
    assert missing_sentence(["ToadNet"]) == "None of these abstracts mentions “ToadNet”."
    assert missing_sentence(["a licence", "ToadNet"]) == "None of these abstracts mentions a licence or “ToadNet”."


def test_filters_that_no_paper_meets_decline(assistant: Assistant) -> None:
    answer = assistant.ask("What accuracy does FrogNet reach?", filters={"digest": "no_such_digest"})
    assert answer.abstained
    assert answer.sources == ()
    assert answer.citations == ()


def test_a_filter_keeps_other_papers_out_of_the_answer(assistant: Assistant) -> None:
    answer = assistant.ask("What accuracy does FrogNet reach?", filters={"digest": "002_beta"})
    assert FROG.title not in answer.text
    assert FROG.paper_id not in {s.paper_id for s in answer.sources}


@pytest.mark.parametrize(
    "question", ["How do I fry frogs?", "Where can I buy a chess clock?", "What is the best way to shave a whale?"]
)
def test_a_practical_question_that_shares_one_word_with_a_paper_is_declined(
    assistant: Assistant, question: str
) -> None:
    assert assistant.ask(question).abstained


@pytest.mark.parametrize("question", ["How can I merge models?", "How do I knead dough?", "How can we count frogs?"])
def test_a_practical_question_in_the_words_of_a_paper_is_answered(assistant: Assistant, question: str) -> None:
    assert not assistant.ask(question).abstained


def test_words_that_tell_which_paper_is_meant_are_no_premise(assistant: Assistant) -> None:
    of_it = "in the paper on harbours without storm surges"
    for asked in (
        "How does TidePredict forecast tides with Gaussian processes",
        "How are tides forecast by TidePredict",
    ):
        answer = assistant.ask(f"{asked} {of_it}?")
        assert "The question takes it" not in answer.text
        assert [c.title for c in answer.citations] == [TIDE.title]


def test_a_price_in_something_else_is_no_price_in_money(assistant: Assistant) -> None:
    assert assistant.ask("What is the price in accuracy that FrogNet has?").missing == ()
    assert assistant.ask("What is the price of FrogNet?").missing == ("a price or cost in money",)


@pytest.mark.parametrize(("odds", "missing"), [(ANSWERS, ()), (ANSWERS - 0.1, ("chatbots",)), (None, ("chatbots",))])
def test_a_word_that_no_abstract_holds_is_told_only_where_no_sentence_surely_answers(
    odds: float | None, missing: tuple[str, ...]
) -> None:
    decider = Decider(
        SHELF, LexicalIndex(SHELF), EmbeddedChecker(HybridPicker(bag())), odds=lambda question, paper: odds
    )
    question = "Do chatbots hear as well as FrogNet?"
    hits = [Hit(FROG, 3.0, 0.5, 1.0, 0, len(FROG.abstract))]
    picked = [Picked(FROG, (0, len(FROG.abstract)), 1.0)]
    assert decider.weigh(question, hits, picked, [FROG]).missing == missing


@pytest.mark.parametrize(("similarity", "doubtful"), [(0.22, True), (0.34, False)])
def test_what_is_near_enough_and_not_sure_is_told_as_what_comes_nearest(similarity: float, doubtful: bool) -> None:
    decider = Decider(
        SHELF, LexicalIndex(SHELF), EmbeddedChecker(HybridPicker(bag())), odds=lambda question, paper: 0.0
    )
    hits = [Hit(FROG, 3.0, similarity, 1.0, 0, len(FROG.abstract)), Hit(TIDE, 2.9, 0.1, 1.0, 0, len(TIDE.abstract))]
    finding = decider.weigh("What do frogs hear?", hits, [Picked(FROG, (0, len(FROG.abstract)), 1.0)])
    assert (finding.reason, finding.doubtful) == ("", doubtful)
    composer = Composer()
    say_doubt(finding, composer)
    assert ("what comes nearest" in composer.text) is doubtful
    assert all(sentence.support == "not_a_claim" for sentence in composer.sentences)


def test_rare_words_count_by_how_few_papers_hold_them_and_unknown_ones_not_at_all() -> None:
    index = LexicalIndex(SHELF)
    assert rarity_of("How is a frog found?", index) > rarity_of("How is a model found?", index) > 0
    assert rarity_of("How do frogs croak beside zyzzyvas?", index) == rarity_of("How do frogs croak?", index)
    assert rarity_of("Do zyzzyvas qwerty?", index) == 0.0


def test_a_described_paper_is_not_held_to_the_words_that_its_question_asks_by() -> None:
    decider = Decider(SHELF, LexicalIndex(SHELF), EmbeddedChecker(HybridPicker(bag())))
    hits = [Hit(FROG, 9.0, 0.9, 1.0, 0, len(FROG.abstract)), Hit(TIDE, 1.0, 0.1, 1.0, 0, len(TIDE.abstract))]
    picked = [Picked(FROG, (0, len(FROG.abstract)), 1.0)]
    assert decider.weigh("Which microphone is used to count frogs?", hits, picked).missing == ()
    assert decider.weigh("Which microphone is used in FrogNet?", hits, picked, [FROG]).missing == ("microphone",)

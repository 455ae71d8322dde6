from __future__ import annotations

import pytest

from rag import Assistant
from rag.lexical import LexicalIndex
from rag.questions.asked import absent_attributes, mend_typos, mentions, names_in, one_letter_off, unknown_words
from tests.support.shelf import FROG, POND, SHELF, paper

VOCABULARY = {"accuracy": 5, "quantization": 4, "complexity": 3, "merging": 6, "benchmark": 4, "rarely": 1, "frogs": 2}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("What does FrogNet do on PondBench?", ("FrogNet", "PondBench")),
        ("Does GPT-4 beat Qwen2.5-1M?", ("GPT-4", "Qwen2.5-1M")),
        ("How do LLMs and GPUs compare?", ()),
        ("What is MCTS?", ("MCTS",)),
        ("What is the accuracy?", ()),
        ("RLHF, RLHF and DPO.", ("RLHF", "DPO")),
    ],
)
def test_the_names_of_a_text_are_found(text: str, names: tuple[str, ...]) -> None:
    assert names_in(text) == names


@pytest.mark.parametrize("name", ["FrogNet", "frognet", "Frog-Net", "PondBench", "FrogNets", "FrogNet-style"])
def test_a_name_is_found_whatever_its_case_hyphens_and_plural(name: str) -> None:
    assert mentions(FROG, name)


@pytest.mark.parametrize("name", ["ToadNet", "SwampBench", "FrogNet2"])
def test_a_name_that_is_not_there_is_not_found(name: str) -> None:
    assert not mentions(FROG, name)


@pytest.mark.parametrize(
    ("name", "text", "held"),
    [
        ("BIG-bench", "We train big networks on a bench.", False),
        ("BIG-bench", "Results get bigger; Big tasks are harder.", False),
        ("BIG-bench", "We test on BIG-Bench.", True),
        ("BIG-bench", "We test on 23 tasks of BIG.", True),
        ("MCTS-style", "We search by MCTS.", True),
    ],
)
def test_the_first_part_of_a_name_is_not_every_word_of_its_letters(name: str, text: str, held: bool) -> None:
    assert mentions(paper("A Title", text), name) is held


@pytest.mark.parametrize(
    ("question", "attribute"),
    [
        ("Under which licence is it released?", "a licence"),
        ("How many GPUs were used?", "the hardware or the time of training"),
        ("Who wrote the paper?", "who wrote it, or where they work"),
        ("What is its arXiv link?", "an arXiv identifier or a DOI"),
        ("What is the DOI?", "an arXiv identifier or a DOI"),
        ("Who was it written by?", "who wrote it, or where they work"),
        ("What learning rate was used?", "a learning rate"),
        ("What batch size was used?", "a batch size"),
        ("Which optimizer was used?", "an optimiser"),
        ("Which random seeds were used?", "random seeds"),
        ("How many dollars did it cost?", "a price or cost in money"),
        ("At which conference was it published?", "where it was published"),
        ("Who funded it?", "who paid for it"),
        ("How many annotators were there?", "human annotators or judges"),
        ("What is the carbon footprint?", "a carbon footprint or energy use"),
    ],
)
def test_a_detail_that_an_abstract_leaves_out_is_named(question: str, attribute: str) -> None:
    assert absent_attributes(question, POND) == (attribute,)


def test_a_detail_that_an_abstract_gives_is_not_absent() -> None:
    told = paper("T", "We train with a learning rate of 0.1 on 8 GPUs for 3 hours. The MIT license applies.")
    for question in ("What learning rate?", "How many GPUs were used?", "Which licence applies?"):
        assert absent_attributes(question, told) == ()


def test_a_question_after_nothing_of_the_kind_lacks_nothing() -> None:
    assert absent_attributes("What accuracy does it reach?", POND) == ()


def test_words_that_no_abstract_holds_are_named() -> None:
    index = LexicalIndex(SHELF)
    assert unknown_words("What accuracy do zebras reach on ponds?", index) == ("zebras",)
    assert unknown_words("What accuracy is reached in a pond?", index) == ()


@pytest.mark.parametrize(
    "question",
    [
        "How many ponds does PondBench hold?",
        "hello, what accuracy does FrogNet reach?",
        "Which approach kneads dough?",
        "Please explain the mean error of TidePredict",
        "Summarise FrogNet",
        "Tell me the accuracy of FrogNet",
    ],
)
def test_words_in_which_questions_are_asked_are_not_missed(question: str) -> None:
    assert unknown_words(question, LexicalIndex(SHELF)) == ()


def test_a_question_in_quite_other_words_has_no_unknown_ones_named() -> None:
    assert unknown_words("Zebras gallop towards purple savannahs", LexicalIndex(SHELF)) == ()


@pytest.mark.parametrize(
    ("asked", "mended"),
    [
        ("What acuracy does it reach?", "What accuracy does it reach?"),
        ("What accurracy does it reach?", "What accuracy does it reach?"),
        ("Which papers use quantisation?", "Which papers use quantization?"),
        ("What sample complexty has it?", "What sample complexity has it?"),
        ("Wich papers use merging?", "which papers use merging?"),
        ("Does it croak rarley?", "Does it croak rarely?"),  # a letter off a word that one paper alone holds
    ],
)
def test_a_misspelt_word_is_mended_and_noted(asked: str, mended: str) -> None:
    text, notes = mend_typos(asked, VOCABULARY)
    assert text == mended
    assert len(notes) == 1


def test_a_name_inside_a_sentence_is_mended_to_a_name_alone() -> None:
    vocabulary = VOCABULARY | {"reflection": 3, "halpern": 3}
    asked = "How does the method of Reflexion use it?"
    names = {"halpern": "Halpern"}
    assert mend_typos(asked, vocabulary, names) == (asked, {})
    assert mend_typos("What accuracy has the Halpren method?", vocabulary, names)[1] == {"Halpren": "Halpern"}
    assert mend_typos("What Accuracy Has The Reflexion", vocabulary, names)[1] == {"Reflexion": "reflection"}


@pytest.mark.parametrize(
    "asked",
    [
        "What accuracy does it reach?",
        "What does it do to merge and merges?",  # forms of a known word
        "What does FrogNets accuracy say?",  # names are never mended
        "What does BenchMarck reach?",
        "What is the rate?",  # short
        "Was ist die Genauigkeit der Quantisierung bei Fröschen im Teich?",  # another language
        "How does it really help?",  # near a word that one paper alone holds
        "Frog accuracy",
    ],
)
def test_what_may_be_meant_as_it_stands_is_left(asked: str) -> None:
    assert mend_typos(asked, VOCABULARY) == (asked, {})


WORKING = VOCABULARY | {"working": 5, "focusing": 3, "behavior": 3, "modeling": 2, "labeled": 2}


def test_a_form_of_a_common_word_is_a_slip_only_of_a_word_of_many_papers() -> None:
    assert mend_typos("How many traning steps?", VOCABULARY | {"training": 5})[1] == {"traning": "training"}
    assert mend_typos("How many traning steps?", VOCABULARY | {"training": 4})[1] == {}


@pytest.mark.parametrize(
    "asked",
    ["Which papers look at the wording of prompts?", "How is the fusing of models done?"],
)
def test_a_common_word_that_the_library_lacks_is_no_slip_of_the_pen(asked: str) -> None:
    assert mend_typos(asked, WORKING) == (asked, {})


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("worknig", "working"),
        ("focussing", "focusing"),
        ("benchmrak", "benchmark"),
        ("behaviour", "behavior"),
        ("modelling", "modeling"),
        ("labelled", "labeled"),
        ("quantisation", "quantization"),
    ],
)
def test_slips_and_british_spelling_become_the_librarys_words(wrong: str, right: str) -> None:
    mended = mend_typos(f"Which papers are about {wrong} of frogs?", WORKING)
    assert mended == (f"Which papers are about {right} of frogs?", {wrong: right})


def test_british_spelling_that_the_library_has_is_left() -> None:
    assert mend_typos("Which papers model behaviour?", WORKING | {"behaviour": 1})[1] == {}


def test_a_typo_is_answered_as_if_it_were_none_and_said(assistant: Assistant) -> None:
    right = assistant.ask("What accuracy does FrogNet reach?")
    wrong = assistant.ask("What acuracy does FrogNet reach?")
    assert wrong.sentences[0].text == right.sentences[0].text
    assert wrong.question == "What acuracy does FrogNet reach?"
    assert wrong.standalone_question == "What accuracy does FrogNet reach?"
    assert "read “acuracy” as “accuracy”" in wrong.provenance.notes


@pytest.mark.parametrize(
    ("word", "other", "near"),
    [
        ("eror", "error", True),
        ("plyers", "players", True),
        ("froggs", "frogs", True),
        ("tabel", "table", True),
        ("frogs", "frogs", False),
        ("frog", "toad", False),
        ("bonds", "ponds", False),
        ("lor", "lora", False),
        ("reward", "rewarding", False),
    ],
)
def test_a_slip_of_the_pen_is_one_letter(word: str, other: str, near: bool) -> None:
    assert one_letter_off(word, other) is near
    assert one_letter_off(other, word) is near


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote the texts that it was trained on?",
        "By which group representation do ponds aggregate?",
        "What price does a chatbot pay for stopping to think?",
        "What have makers of tests paid most heed to?",
        "Which estimator learns hidden Markov models with mixture emissions?",
        "How are poses made plausible before they seed the curriculum?",
        "What does it combine when rationales are there only at training time?",
        "How many tests on hardware were made?",
    ],
)
def test_words_that_such_details_are_asked_by_may_say_another_thing(question: str) -> None:
    assert absent_attributes(question, POND) == ()


def test_a_time_may_be_given_in_other_units() -> None:
    told = paper("T", "Planning takes half a second, in real time.")
    assert absent_attributes("How long does planning take?", told) == ()
    assert absent_attributes("How long does planning take?", POND) == ("the hardware or the time of training",)

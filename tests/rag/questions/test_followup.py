from __future__ import annotations

import pytest

from rag import Assistant
from rag.answer import Turn
from rag.questions.followup import make_standalone
from rag.questions.naming import named_papers, quoted_papers, short_name
from rag.questions.pointers import leans
from tests.support.shelf import BREAD, CHESS, FROG, MERGE_A, MERGE_B, MERGE_C, QUANT_A, SHELF, TIDE, WIND, paper

ABOUT_FROG = (
    Turn("user", "What accuracy does FrogNet reach?"),
    Turn("assistant", "It reaches 62.2% accuracy on PondBench, against 48.5% for the best baseline. [1]"),
)
ABOUT_MERGING = (
    Turn("user", "Which papers are about model merging?"),
    Turn("assistant", f"1. {MERGE_C.title}\n   x [1]\n2. {MERGE_A.title}\n   y [2]\n3. {MERGE_B.title}\n   z [3]"),
)
ABOUT_WIND = (
    Turn("user", "What raised the yield of a wind farm?"),
    Turn("assistant", "Wake steering turns the rotors of a wind farm to raise its yield. [1]"),
)


def test_a_short_name_is_what_stands_before_the_colon() -> None:
    assert short_name(FROG) == "FrogNet"
    assert short_name(WIND) == WIND.title


@pytest.mark.parametrize(
    ("text", "papers"),
    [
        ("What does FrogNet do?", (FROG,)),
        ("what does frognet do?", (FROG,)),
        ("TinyBits and FrogNet", (QUANT_A, FROG)),
        (f"Tell me about “{BREAD.title}”", (BREAD,)),
        ("a survey of model merging", (MERGE_C,)),
        ("What do frogs do?", ()),
        ("learning to bake", (BREAD,)),
    ],
)
def test_the_papers_a_text_names_are_found_in_its_order(text: str, papers: tuple[object, ...]) -> None:
    assert named_papers(text, SHELF) == papers


def test_the_papers_an_answer_quotes_are_found_in_its_order() -> None:
    text = f"{CHESS.abstract[:55]} [1] {TIDE.abstract[:66]} [2]"
    assert quoted_papers(text, SHELF) == (CHESS, TIDE)
    assert quoted_papers(ABOUT_MERGING[1].content, SHELF) == (MERGE_C, MERGE_A, MERGE_B)
    assert quoted_papers("Nothing of the kind stands there, I am sorry to say.", SHELF) == ()


@pytest.mark.parametrize(
    "text",
    [
        "and its sample complexity?",
        "How many authors does it have?",
        "What about the second one?",
        "why?",
        "Who wrote that paper?",
        "Does the method need data?",
        "And on GPUs?",
        "tell me more",
        "How does their approach work?",
        "What are its limits?",
    ],
)
def test_a_question_that_points_back_leans(text: str) -> None:
    assert leans(text, SHELF)


@pytest.mark.parametrize(
    "text",
    [
        "What accuracy does FrogNet reach?",
        "Which papers are about quantization?",
        "Is it possible to merge models without data?",
        "Which papers show that merging fails?",
        "How many papers are there?",
        "What is wake steering?",
        "How does FrogNet count frogs in its ponds?",
    ],
)
def test_a_question_that_stands_alone_does_not_lean(text: str) -> None:
    assert not leans(text, SHELF)


@pytest.mark.parametrize(
    ("text", "history", "standalone", "subjects"),
    [
        ("and its sample complexity?", ABOUT_FROG, "and FrogNet's sample complexity?", (FROG,)),
        ("Does it need a GPU?", ABOUT_FROG, "Does FrogNet need a GPU?", (FROG,)),
        ("What does the second one average?", ABOUT_MERGING, "What does MergeKing average?", (MERGE_A,)),
        ("How many authors does the first paper have?", ABOUT_MERGING,
         f"How many authors does {MERGE_C.title} have?", (MERGE_C,)),
        ("What does the last one resolve?", ABOUT_MERGING, f"What does {short_name(MERGE_B)} resolve?", (MERGE_B,)),
        ("What is its cost?", ABOUT_WIND, f"What is {WIND.title}'s cost?", (WIND,)),
        ("What baseline was used by this paper?", ABOUT_FROG, "What baseline was used by FrogNet?", (FROG,)),
    ],
)  # fmt: skip
def test_what_a_follow_up_points_to_is_put_in_its_place(
    text: str, history: tuple[Turn, ...], standalone: str, subjects: tuple[object, ...]
) -> None:
    made = make_standalone(text, history, SHELF)
    assert (made.text, made.subjects) == (standalone, subjects)
    assert made.asked_before == history[0].content


def test_the_one_that_answered_is_meant_though_the_question_named_another_beside_it() -> None:
    history = (Turn("user", "What accuracy does FrogNet reach on PondBench?"), ABOUT_FROG[1])
    assert make_standalone("and its sample complexity?", history, SHELF).subjects == (FROG,)


def test_what_about_another_paper_asks_the_earlier_question_of_it() -> None:
    made = make_standalone("what about TinyBits?", ABOUT_FROG, SHELF)
    assert made.subjects == (QUANT_A,)
    assert "TinyBits" in made.text
    assert "accuracy" in made.text
    assert "FrogNet" not in made.text


def test_several_papers_are_meant_together() -> None:
    made = make_standalone("Which of them needs no data?", ABOUT_MERGING, SHELF)
    assert made.subjects == (MERGE_C, MERGE_A, MERGE_B)
    assert "MergeKing" in made.text


@pytest.mark.parametrize(
    "text",
    [
        "Which papers are about quantization?",
        "What accuracy does FrogNet reach?",
        "What error does TidePredict have?",
        "How many papers are there?",
        "What is the least number of bits?",
    ],
)
@pytest.mark.parametrize("history", [ABOUT_FROG, ABOUT_MERGING, ABOUT_WIND, ()])
def test_a_question_that_stands_alone_is_left_as_it_is(text: str, history: tuple[Turn, ...]) -> None:
    made = make_standalone(text, history, SHELF)
    assert (made.text, made.subjects, made.asked_before) == (text, (), "")


def test_a_follow_up_with_no_conversation_is_left_as_it_is() -> None:
    assert make_standalone("and its sample complexity?", (), SHELF).text == "and its sample complexity?"


def test_a_follow_up_to_an_answer_about_no_paper_keeps_the_earlier_question() -> None:
    history = (Turn("user", "What is known about owls?"), Turn("assistant", "Nothing here."))
    made = make_standalone("and why is that?", history, SHELF)
    assert made.text == "What is known about owls? and why is that?"
    assert made.subjects == ()


def test_a_name_with_a_backslash_is_put_in_as_it_is() -> None:
    odd = paper(r"\alpha-Net: A \g<1> Network", "It is odd in every respect and more so.")
    history = (Turn("user", rf"What is {odd.title}?"), Turn("assistant", f"{odd.abstract} [1]"))
    assert make_standalone("and its size?", history, (odd,)).text == r"and \alpha-Net's size?"


def ask_twice(assistant: Assistant, first: str, second: str) -> tuple[str, str]:
    before = assistant.ask(first)
    history = [{"role": "user", "content": first}, {"role": "assistant", "content": before.text}]
    return before.text, assistant.ask(second, history).text


def test_a_follow_up_is_answered_from_the_paper_talked_of(assistant: Assistant) -> None:
    _, answer = ask_twice(assistant, "What accuracy does FrogNet reach?", "and its sample complexity?")
    assert answer.startswith("Its sample complexity is quadratic in the number of ponds. [1]")


def test_the_second_one_of_a_list_is_the_second_listed(assistant: Assistant) -> None:
    before, answer = ask_twice(
        assistant, "Which papers are about model merging?", "How many authors does the second one have?"
    )
    second = next(p for p in SHELF if f"2. {p.title}" in before)
    assert f"“{second.title}” has {second.authors} author" in answer


@pytest.mark.parametrize(
    "question", ["What mean error does TidePredict have?", "How many papers are there?", "Which papers mention dough?"]
)
def test_history_does_not_bend_a_question_that_stands_alone(assistant: Assistant, question: str) -> None:
    alone = assistant.ask(question)
    history = [{"role": turn.role, "content": turn.content} for turn in ABOUT_FROG]
    bent = assistant.ask(question, history)
    assert (bent.text, bent.standalone_question) == (alone.text, alone.standalone_question)


def test_thanks_in_between_do_not_break_the_thread(assistant: Assistant) -> None:
    history = [
        *({"role": turn.role, "content": turn.content} for turn in ABOUT_FROG),
        {"role": "user", "content": "thanks!"},
        {"role": "assistant", "content": "You are welcome."},
    ]
    assert "quadratic" in assistant.ask("and its sample complexity?", history).text


@pytest.mark.parametrize("asked", ["How many papers is that?", "So how many of them are there in total?"])
def test_how_many_behind_a_list_counts_that_list(assistant: Assistant, asked: str) -> None:
    listed = assistant.ask("Which papers merge models?")
    history = [{"role": "user", "content": listed.question}, {"role": "assistant", "content": listed.text}]
    counted = assistant.ask(asked, history=history).catalogue
    assert counted is not None
    assert counted.value == str(len(listed.citations))
    assert set(counted.paper_ids) == {cited.paper_id for cited in listed.citations}


def test_how_many_behind_a_list_that_is_cut_short_asks_for_it_again() -> None:
    history = (
        Turn("user", "Which papers have code?"),
        Turn("assistant", f"- {FROG.title}\n- {TIDE.title}\nand 8 more."),
    )
    assert make_standalone("How many papers is that?", history, SHELF).text == "How many papers have code?"


def test_how_many_is_not_asked_again_where_a_quote_says_more() -> None:
    answer = f"1. {FROG.title}\n   It hears 8 more frogs.\n2. {TIDE.title}\n   It is calm."
    history = (Turn("user", "Which papers have code?"), Turn("assistant", answer))
    assert make_standalone("How many papers is that?", history, SHELF).subjects == (FROG, TIDE)

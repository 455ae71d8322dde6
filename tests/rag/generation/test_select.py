"""Selecting: whatever a model returns, the answer is the abstracts' own sentences or none."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from ingest.errors import ModelError
from rag import Answer, Assistant
from rag.extractive.extract import MOST_SENTENCES
from rag.generation.select import read_choice, schema
from rag.generation.sources import sources_of
from tests.support.answers import check_answer
from tests.support.asking import Asking
from tests.support.llms import FakeWriter
from tests.support.shelf import BY_ID, FROG, MERGE_A, MERGE_B, MERGE_C, POND, QUANT_A, QUESTION, SAID, SHELF, TIDE

SOURCES = sources_of(SHELF[:2])  # FrogNet has sentences 1 to 4, PondBench 5 to 7


@pytest.mark.parametrize(
    ("written", "chosen"),
    [
        ('{"sentences": [2]}', (2,)),
        ('{"sentences": [2, 5]}', (2, 5)),
        ('{"sentences": [5, 2, 5]}', (5, 2)),
        ('{"sentences": []}', ()),
        ('{"sentences": [0, 8, 99, -3, 2]}', (2,)),
        ('{"sentences": ["2", "[5]", "S6"]}', (2, 5, 6)),
        ('{"sentences": "2, 5"}', (2, 5)),
        ('{"sentences": 2}', (2,)),
        ('{"answer": [2]}', (2,)),
        ('{"sentences": [{"number": 2, "text": "It reaches 62.2%"}, {"number": 5}]}', (2, 5)),
        ('```json\n{"sentences": [2]}\n```', (2,)),
        ('The answer is {"sentences": [2]}. I hope this helps with your 7 questions!', (2,)),
        ("2, 5", (2, 5)),
        ("[2, 5]", (2, 5)),
        ("Sentences 2 and 5.", (2, 5)),
        ("The numbers are: 2, 5", (2, 5)),
        ("It reaches 62.2% accuracy, as sentence [2] says, and [5] too.", (2, 5)),
        ("None", ()),
        ("No sentence answers this.", ()),
        ("[]", ()),
        ("The papers given do not answer this.", ()),
        (SAID, (2,)),
        (f"I would choose:\n- {SAID.lower()}\n", (2,)),
    ],
)
def test_a_choice_is_read_in_many_forms(written: str, chosen: tuple[int, ...]) -> None:
    assert read_choice(written, SOURCES) == chosen


@pytest.mark.parametrize(
    "written",
    ["", "It is 62.2% I think.", "I like frogs.", '{"sentences": ', "Die Antwort ist unbekannt.", "word " * 300],
)
def test_what_is_no_choice_is_told_from_an_empty_one(written: str) -> None:
    assert read_choice(written, SOURCES) is None


def test_the_schema_allows_the_numbers_there_are() -> None:
    items = schema(SOURCES)["properties"]["sentences"]["items"]
    assert (items["minimum"], items["maximum"]) == (1, 7)


def numbers_in(prompt: str, *sentences: str) -> list[int]:
    """Return the numbers under which a prompt shows sentences."""
    return [int(re.findall(rf"\[(\d+)\] {re.escape(s)}", prompt)[0]) for s in sentences]


class Choosing(FakeWriter):
    """Chooses some sentences by their words, whatever their numbers."""

    def __init__(self, *sentences: str, **more: Any) -> None:
        super().__init__(size=0.1, **more)
        self.sentences = sentences

    def write(self, messages: Any, **more: Any) -> Any:
        chosen = numbers_in(messages[-1][1], *self.sentences)
        self.pieces = FakeWriter(json.dumps({"sentences": chosen})).pieces
        return super().write(messages, **more)


def quotes(answer: Answer) -> list[str]:
    return [e.quote for s in answer.sentences for e in s.evidence]


def test_the_sentences_chosen_are_quoted_exactly_and_cited(asking: Asking) -> None:
    answer = asking(Choosing(SAID)).ask(QUESTION)
    assert answer.text == f"{SAID} [1]"
    assert quotes(answer) == [SAID]
    assert answer.sentences[0].support == "supported"
    assert answer.provenance.mode == "select"
    assert answer.provenance.prompt == "select/1"
    assert answer.generator == "ollama/fake"
    check_answer(answer, BY_ID)


def test_the_model_is_asked_by_a_schema_where_it_takes_one(asking: Asking) -> None:
    able, unable = Choosing(SAID), Choosing(SAID, schemas=False)
    asking(able).ask(QUESTION)
    assert asking(unable).ask(QUESTION).text == f"{SAID} [1]"
    assert able.schemas[0] is not None
    assert unable.schemas == [None]


def test_sentences_of_one_paper_are_told_together_in_its_own_order(asking: Asking) -> None:
    first, second = "FrogNet counts frogs in ponds from audio alone.", SAID
    other = "PondBench holds 3,400 recordings of 12 ponds."
    answer = asking(Choosing(second, other, first)).ask(QUESTION)
    assert answer.text == f"{first} [1] {second} [1] {other} [2]"


@pytest.mark.parametrize("first", [1, 3])
def test_a_model_that_counts_has_not_chosen(asking: Asking, assistant: Assistant, first: int) -> None:
    counted = json.dumps({"sentences": list(range(first, first + 2 * MOST_SENTENCES + 1))})
    answer = asking(FakeWriter(counted), answer_mode="select").ask(QUESTION)
    assert (answer.generator, answer.text) == ("extractive", assistant.ask(QUESTION).text)
    assert any("counted the sentences up" in note for note in answer.provenance.notes)


def test_as_many_in_an_order_of_their_own_are_a_choice(asking: Asking) -> None:
    chosen = json.dumps({"sentences": [2, 1, *range(3, 2 * MOST_SENTENCES + 2)]})
    answer = asking(FakeWriter(chosen), answer_mode="select").ask(QUESTION)
    assert answer.generator == "ollama/fake"


def test_too_many_are_cut_to_the_best_and_that_is_said(asking: Asking) -> None:
    everything = [FROG.abstract[a:b] for source in sources_of([FROG]) for a, b in source.spans]
    answer = asking(Choosing(*everything, "PondBench holds 3,400 recordings of 12 ponds.")).ask(QUESTION)
    assert len(answer.sentences) == MOST_SENTENCES
    assert SAID in answer.text
    assert any("the model chose 5 sentences; " in note for note in answer.provenance.notes)


def test_an_empty_choice_declines_with_the_nearest_papers(asking: Asking) -> None:
    answer = asking(FakeWriter('{"sentences": []}', size=1)).ask(QUESTION)
    assert answer.abstained
    assert FROG.title in answer.text
    assert answer.citations == ()
    check_answer(answer, BY_ID)


def test_numbers_that_there_are_not_are_as_an_empty_choice(asking: Asking) -> None:
    assert asking(FakeWriter('{"sentences": [999]}', size=1)).ask(QUESTION).abstained


@pytest.mark.parametrize("written", ["I like frogs a lot.", "[x]", "{", ""])
def test_a_text_that_is_no_choice_gives_way_to_the_extractive_answer(
    asking: Asking, assistant: Assistant, written: str
) -> None:
    answer = asking(FakeWriter(written, size=1)).ask(QUESTION)
    assert answer.generator == "extractive"
    assert answer.text == assistant.ask(QUESTION).text
    assert answer.provenance.notes != ()


def test_a_choice_that_was_cut_off_is_used_only_if_it_is_one(asking: Asking) -> None:
    gone = ModelError("The model stopped.", "Try again.")
    whole = Choosing(SAID, fails=gone)
    assert asking(whole).ask(QUESTION).text == f"{SAID} [1]"
    assert asking(FakeWriter('{"sentences": [', size=1, fails=gone)).ask(QUESTION).generator == "extractive"
    assert asking(FakeWriter('{"sentences": []}', size=1, fails=gone)).ask(QUESTION).generator == "extractive"


def test_a_list_is_told_by_titles_each_with_its_sentence(asking: Asking) -> None:
    one, two = "Most merging methods were tried on vision alone.", "MergeKing picks a coefficient for each layer"
    one_more = "Merging eight experts keeps 91% of their accuracy."
    two = next(s for s in sources_of([MERGE_A])[0].sentences if s.startswith(two))
    answer = asking(Choosing(two, one, one_more)).ask("Which papers are about model merging?")
    assert [c.title for c in answer.citations] == [MERGE_A.title, MERGE_C.title]
    assert answer.text == f"1. {MERGE_A.title}\n   {two} [1]\n2. {MERGE_C.title}\n   {one} [2]"
    check_answer(answer, BY_ID)


def test_a_comparison_puts_the_papers_side_by_side(asking: Asking) -> None:
    tiny = "Quantization by TinyBits loses 0.8 points of perplexity and halves the memory."
    king = "Merging eight experts keeps 91% of their accuracy."
    answer = asking(Choosing(king, tiny)).ask("Compare TinyBits and MergeKing")
    assert [s.text for s in answer.sentences] == [f"{MERGE_A.title}:", king, f"{QUANT_A.title}:", tiny]


def test_a_detail_that_no_abstract_mentions_is_declined_whatever_was_chosen(asking: Asking) -> None:
    answer = asking(Choosing(SAID)).ask("What licence does FrogNet have?")
    assert answer.abstained
    assert answer.missing == ("a licence",)
    assert SAID not in answer.text
    check_answer(answer, BY_ID)


def test_nothing_of_the_json_is_shown_and_the_sentences_come_as_events(asking: Asking) -> None:
    from rag.answer import Grounded, Token

    *events, answer = asking(Choosing(SAID)).stream(QUESTION)
    shown = "".join(e.text for e in events if isinstance(e, Token))
    assert shown == answer.text
    assert [e.sentence.text for e in events if isinstance(e, Grounded)] == [SAID]


def test_the_prompt_shows_each_paper_with_its_sentences_numbered_through() -> None:
    from rag.generation import select

    prompt = select.messages(QUESTION, sources_of([POND, TIDE, MERGE_B]), "")[1][1]
    assert [int(n) for n in re.findall(r"^\[(\d+)\] ", prompt, re.MULTILINE)] == list(range(1, 10))
    assert prompt.index(f"Paper: {POND.title}") < prompt.index("[1] ") < prompt.index(f"Paper: {TIDE.title}")


def test_a_model_that_rambles_is_stopped(asking: Asking) -> None:
    writer = FakeWriter("well " * 5_000, size=1)
    answer = asking(writer).ask(QUESTION)
    assert writer.stopped == 1
    assert answer.generator == "extractive"

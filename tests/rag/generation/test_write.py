"""Writing with copied words: a sentence stands only on words that its abstract holds."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ingest.errors import ModelError
from prompts import ABSTENTION
from rag import Answer, Assistant
from rag.answer import Event, Grounded, Token
from rag.generation.sources import sources_of
from rag.generation.write import schema
from tests.support.answers import check_answer
from tests.support.asking import Asking
from tests.support.llms import FakeWriter
from tests.support.shelf import BREAD, BY_ID, FROG, POND, QUESTION, SAID, SHELF

WORDS = "It reaches 62.2% accuracy on PondBench"
CLOSE = "FrogNet reaches 62.2% accuracy on PondBench."


def item(sentence: str = CLOSE, words: str = WORDS, source: Any = 1) -> dict[str, Any]:
    return {"source": source, "words": words, "sentence": sentence}


def whole(*items: dict[str, Any], missing: Any = ()) -> str:
    return json.dumps({"sentences": items, "missing": list(missing)})


def answered(asking: Asking, written: str, question: str = QUESTION, **settings: Any) -> Answer:
    answer = asking(FakeWriter(written), **settings).ask(question)
    check_answer(answer, BY_ID)
    return answer


def test_a_sentence_is_shown_with_the_abstracts_own_words(asking: Asking) -> None:
    answer = answered(asking, whole(item()))
    assert answer.text == f"{CLOSE} [1]"
    assert [s.support for s in answer.sentences] == ["supported"]
    assert [e.quote for e in answer.sentences[0].evidence] == [WORDS]
    assert answer.citations[0].title == FROG.title
    assert (answer.provenance.mode, answer.provenance.prompt) == ("write", "write/1")


@pytest.mark.parametrize(
    "words",
    ["it reaches  62.2% ACCURACY on PondBench", "It reaches 62.2 % accuracy on PondBench", f"“{WORDS}”",
     "It reaches an 62.2% accuracy on the PondBench"],
)  # fmt: skip
def test_a_copy_in_another_dress_is_mended_to_the_abstracts_own(asking: Asking, words: str) -> None:
    answer = answered(asking, whole(item(words=words)))
    assert [e.quote for e in answer.sentences[0].evidence] == [WORDS]
    assert answer.sentences[0].support == "supported"


def test_words_of_another_paper_than_named_are_cited_to_theirs(asking: Asking) -> None:
    for source in (2, 99, "two", None, "[2]"):
        answer = answered(asking, whole(item(source=source)))
        assert [c.title for c in answer.citations] == [FROG.title]


def test_too_few_words_are_widened_to_their_sentence(asking: Asking) -> None:
    answer = answered(asking, whole(item(sentence=SAID, words="62.2% accuracy")))
    assert answer.sentences[0].support == "supported"
    assert answer.sentences[0].evidence[0].quote == SAID


@pytest.mark.parametrize("words", ["", "...", "Owls are the best of all birds in the wood", "x"])
def test_words_that_no_abstract_holds_carry_nothing(asking: Asking, words: str) -> None:
    answer = answered(asking, whole(item("FrogNet is far better than every other model there is.", words)))
    assert [s.support for s in answer.sentences] == ["unsupported"]
    assert answer.citations == ()


def test_a_sentence_whose_words_are_not_found_is_saved_by_a_paper_that_carries_it(asking: Asking) -> None:
    answer = answered(asking, whole(item(sentence=SAID, words="nothing that stands anywhere in these papers")))
    assert [s.support for s in answer.sentences] == ["supported"]
    assert answer.sentences[0].evidence[0].quote == SAID


def test_words_that_are_not_found_leave_no_more_than_support_or_none(asking: Asking) -> None:
    loose = "Frogs are counted in ponds by FrogNet, which listens to audio."
    found = answered(asking, whole(item(loose, FROG.abstract[:47])))
    assert [s.support for s in found.sentences] in (["weak"], ["supported"])
    lost = answered(asking, whole(item(loose, "nothing that stands anywhere in these papers")))
    assert [s.support for s in lost.sentences] == ["unsupported"]


@pytest.mark.parametrize("number", ["99.9%", "26.2%", "62.3%"])
def test_true_words_under_a_false_number_do_not_support_it(asking: Asking, number: str) -> None:
    answer = answered(asking, whole(item(sentence=CLOSE.replace("62.2%", number))))
    assert "supported" not in {s.support for s in answer.sentences}


def test_an_altered_copy_does_not_reach_the_reader(asking: Asking) -> None:
    answer = answered(asking, whole(item(CLOSE.replace("62.2", "99.9"), WORDS.replace("62.2", "99.9"))))
    assert "supported" not in {s.support for s in answer.sentences}
    assert all("99.9" not in e.quote for s in answer.sentences for e in s.evidence)


def test_an_empty_list_declines(asking: Asking) -> None:
    answer = answered(asking, whole())
    assert answer.abstained
    assert FROG.title in answer.text


def test_what_is_missing_indeed_is_said(asking: Asking) -> None:
    asked = "What accuracy does FrogNet reach on PondBench, and on NightBench?"
    answer = answered(asking, whole(item(), missing=["NightBench", "PondBench", "a free lunch"]), asked)
    assert answer.missing == ("NightBench",)
    assert "None of these abstracts mentions “NightBench”." in answer.text


def test_a_sentence_that_gives_several_is_judged_one_by_one(asking: Asking) -> None:
    answer = answered(asking, whole(item(sentence=f"{CLOSE} It also cures cancer. [7]")))
    assert [s.support for s in answer.sentences] == ["supported", "unsupported"]
    assert "[7]" not in answer.text


@pytest.mark.parametrize(
    "written",
    [
        f"```json\n{whole(item())}\n```",
        f"Sure! Here is the answer:\n{whole(item())}",
        json.dumps(item()),
        json.dumps([item()]),
        f"{json.dumps(item())}\n{json.dumps(item())}",
        json.dumps({"sentences": [{"claim": CLOSE, "quote": WORDS, "source": "Source 1"}]}),
    ],
)
def test_json_in_any_dress_is_read(asking: Asking, written: str) -> None:
    assert answered(asking, written).text == f"{CLOSE} [1]"


@pytest.mark.parametrize(
    "written",
    [f"{SAID} [1]", f"Sure! {SAID} [1]", json.dumps({"answer": f"{SAID} [1]"}), f"\n\n{SAID} [Source 1]"],
)
def test_prose_where_json_was_asked_for_is_read_as_prose(asking: Asking, written: str) -> None:
    answer = answered(asking, written)
    assert f"{SAID} [1]" in answer.text
    assert "{" not in answer.text
    assert answer.sentences[-1].support == "supported"


def test_a_word_that_might_have_opened_json_is_read_when_none_came(asking: Asking) -> None:
    answer = answered(asking, "Sure, it is 99.9%.")
    assert [s.support for s in answer.sentences] == ["unsupported"]


def test_the_abstention_phrase_declines(asking: Asking) -> None:
    assert answered(asking, ABSTENTION).abstained


@pytest.mark.parametrize("written", ['{"sentences": [{"source": 1, "wor', "{", "{frog}", '{"x": 1}'])
def test_json_that_is_none_gives_way_to_the_extractive_answer(
    asking: Asking, assistant: Assistant, written: str
) -> None:
    answer = answered(asking, written)
    assert answer.generator == "extractive"
    assert answer.text == assistant.ask(QUESTION).text


def test_a_stream_that_breaks_keeps_the_sentences_that_were_closed(asking: Asking) -> None:
    broken = whole(item(), item("Its sample complexity is quad"))[:-30]
    writer = FakeWriter(broken, fails=ModelError("The model stopped.", "Try again."))
    answer = asking(writer).ask(QUESTION)
    assert answer.text == f"{CLOSE} [1]"
    assert answer.generator == "ollama/fake"
    assert any("The model stopped" in note for note in answer.provenance.notes)
    check_answer(answer, BY_ID)


def test_sentences_come_as_they_are_closed_and_json_never_shows(asking: Asking) -> None:
    second = item("A robot arm kneads dough from tactile feedback.", BREAD.abstract[:47], 9)
    events = asking(FakeWriter(whole(item(), second))).stream(QUESTION)
    seen: list[Event] = []
    for event in events:
        if isinstance(event, Answer):
            answer = event
            break
        seen.append(event)
    shown = [e.text for e in seen if isinstance(e, Token) and e.text]
    assert "".join(shown) == answer.text
    assert not any("{" in text or '"' in text for text in shown)
    grounded = [e.sentence for e in seen if isinstance(e, Grounded)]
    assert grounded == list(answer.sentences)
    places = [i for i, e in enumerate(seen) if isinstance(e, Grounded)]
    assert places[1] - places[0] > 3, "the first was shown while the second was being written"


def test_the_schema_asks_for_the_copy_before_the_sentence_and_knows_the_sources() -> None:
    sentence = schema(sources_of(SHELF[:3]))["properties"]["sentences"]["items"]
    assert list(sentence["properties"]) == ["source", "words", "sentence"]
    assert sentence["properties"]["source"]["maximum"] == 3


def test_a_comparison_cites_both(asking: Asking) -> None:
    pond = item("PondBench holds 3,400 recordings of 12 ponds.", POND.abstract[:45], 2)
    answer = answered(asking, whole(item(), pond), "Compare FrogNet and PondBench")
    assert [c.title for c in answer.citations] == [FROG.title, POND.title]

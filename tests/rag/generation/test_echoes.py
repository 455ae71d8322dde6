"""What a weak model says that comes from its prompt and not from a paper; all of it was said by a real one."""

from __future__ import annotations

import json

import pytest

from prompts import ABSTENTION, FENCE_CLOSE, FENCE_OPEN
from rag import Answer, Assistant
from rag.answer import Token
from rag.generation.echoes import Echoes
from tests.support.answers import check_answer
from tests.support.asking import Asking
from tests.support.llms import FakeWriter
from tests.support.ollama_double import CHAT, OllamaDouble, said, serve_ollama
from tests.support.outcomes import writer_for
from tests.support.shelf import BY_ID, QUESTION, SAID

EXAMPLE = "Training took 3 days on 8 GPUs."
RULES = [("system", f'Be brief. For example: {{"sentence": "{EXAMPLE}"}}')]


def asked(asking: Asking, mode: str, written: str, question: str = QUESTION) -> Answer:
    """Return the answer that a model's words become on their way over the wire."""
    with serve_ollama(OllamaDouble(default=said(written, size=3))) as double:
        answer = asking(writer_for(double), answer_mode=mode).ask(question)
        assert len(double.chats()) == 1
    check_answer(answer, BY_ID)
    return answer


def written(*sentences: str) -> str:
    items = [{"source": 1, "words": sentence, "sentence": sentence} for sentence in sentences]
    return json.dumps({"sentences": items, "missing": ["the cost"]})


class TestEchoes:
    @pytest.mark.parametrize(
        "text", [EXAMPLE, "Training took 3 days on 16 GPUs.", f"“{EXAMPLE}”", "was it on PondBench?"]
    )
    def test_what_was_told_is_known_again(self, text: str) -> None:
        assert Echoes(RULES, "How good was it on PondBench?").has(text)

    @pytest.mark.parametrize("text", [SAID, "No.", "Be brief.", "It took 5 hours.", "Is it good on NightBench?", ""])
    def test_what_was_not_is_none(self, text: str) -> None:
        assert not Echoes(RULES, "How good was it on PondBench?").has(text)


class TestSaidBack:
    def test_the_example_alone_gives_way_to_the_papers_sentences(self, asking: Asking, assistant: Assistant) -> None:
        answer = asked(asking, "write", written(EXAMPLE))
        assert (answer.generator, answer.text) == ("extractive", assistant.ask(QUESTION).text)
        assert "1 sentence of the model left out: the question or its instructions said back" in answer.provenance.notes

    def test_beside_a_true_sentence_it_is_left_out(self, asking: Asking) -> None:
        answer = asked(asking, "write", written(EXAMPLE, SAID))
        assert [s.text for s in answer.sentences] == [SAID]
        assert answer.generator == f"ollama/{CHAT.name}"

    def test_the_example_of_prose_is_left_out(self, asking: Asking) -> None:
        answer = asked(asking, "plain", f"The model has 7 billion parameters. [2] {SAID} [1]")
        assert [s.text for s in answer.sentences] == [SAID]

    @pytest.mark.parametrize("mode", ["write", "plain"])
    def test_the_question_is_no_answer(self, asking: Asking, assistant: Assistant, mode: str) -> None:
        answer = asked(asking, mode, written(QUESTION) if mode == "write" else f"Question: {QUESTION}")
        assert (answer.generator, answer.text) == ("extractive", assistant.ask(QUESTION).text)

    def test_what_an_abstract_says_is_kept_though_the_prompt_says_it_too(self, asking: Asking) -> None:
        echo = "FrogNet counts frogs in ponds from audio alone."
        answer = asked(asking, "plain", f"{echo} [1]", f"Is it so that {echo}")
        assert [s.support for s in answer.sentences] == ["supported"]


class TestFences:
    @pytest.mark.parametrize("fence", [FENCE_OPEN, FENCE_CLOSE, f"{FENCE_OPEN}\n\n[1]", "<<< DATA"])
    def test_a_fence_is_no_sentence(self, asking: Asking, fence: str) -> None:
        answer = asked(asking, "plain", f"{fence}\n\n{SAID} [1]\n{fence}")
        assert [s.text for s in answer.sentences] == [SAID]
        assert "DATA" not in answer.text

    def test_behind_a_fence_a_model_declines_as_without(self, asking: Asking) -> None:
        answer = asked(asking, "plain", f"{FENCE_OPEN}\n\nThe papers given do not answer this question.")
        assert answer.abstained
        assert "DATA" not in answer.text

    def test_a_fence_never_shows_while_the_words_come(self, asking: Asking) -> None:
        chat = asking(FakeWriter(f"{FENCE_OPEN}\n\n{SAID} [1]"), answer_mode="plain")
        shown = "".join(event.text for event in chat.stream(QUESTION) if isinstance(event, Token))
        assert shown.strip() == SAID


class TestCarried:
    """What carries a sentence, where the model says nothing of it or something wrong."""

    def test_a_single_word_is_supported_by_no_likeness(self, asking: Asking) -> None:
        answer = asked(asking, "plain", f"Frog. {SAID} [1]")
        assert [s.support for s in answer.sentences][-1] == "supported"
        assert [s.support for s in answer.sentences if s.text == "Frog."] != ["supported"]

    def test_two_words_that_an_abstract_has_are(self, asking: Asking) -> None:
        answer = asked(asking, "plain", "audio alone [1]")
        assert [s.support for s in answer.sentences] == ["supported"]

    def test_a_sentence_that_names_a_paper_rests_on_none_that_does_not(self, asking: Asking) -> None:
        named = "MergeKing holds 3,400 recordings of 12 ponds."
        answer = asked(asking, "plain", f"{named} [2]", "What do MergeKing and PondBench hold?")
        assert [(s.support, s.evidence) for s in answer.sentences] == [("unsupported", ())]


@pytest.mark.parametrize("mode", ["write", "plain"])
@pytest.mark.parametrize(("billions", "generator"), [(0.135, "extractive"), (4.0, f"ollama/{CHAT.name}")])
def test_a_small_model_that_finds_no_answer_is_not_taken_at_its_word(
    asking: Asking, assistant: Assistant, mode: str, billions: float, generator: str
) -> None:
    with serve_ollama(OllamaDouble(default=said(f"{FENCE_OPEN}\n\n{ABSTENTION}"))) as double:
        answer = asking(writer_for(double, billions=billions), answer_mode=mode).ask(QUESTION)
    check_answer(answer, BY_ID)
    assert answer.generator == generator
    assert answer.abstained == (generator != "extractive")
    assert (answer.text == assistant.ask(QUESTION).text) == (generator == "extractive")


def test_words_in_a_circle_are_not_shown(asking: Asking, assistant: Assistant) -> None:
    answer = asked(asking, "plain", "The paper on the" + " 2022 Mars 2023" * 60)
    assert (answer.generator, answer.text) == ("extractive", assistant.ask(QUESTION).text)
    assert any("repeats itself" in note for note in answer.provenance.notes)


@pytest.mark.parametrize("mode", ["write", "plain"])
def test_a_question_beside_the_library_is_declined_though_the_model_knows_an_answer(asking: Asking, mode: str) -> None:
    said_so = "The capital of Peru is Lima."
    answer = asked(asking, mode, written(said_so) if mode == "write" else said_so, "What is the capital of Peru?")
    assert answer.abstained
    assert "Lima" not in answer.text
    assert "1 sentence of the model left out: no abstract answers the question" in answer.provenance.notes

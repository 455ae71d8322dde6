"""The Ollama path against a double that speaks the server's protocol: what the reader gets, fault by fault."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from ingest.settings import Settings
from prompts import ABSTENTION
from rag import Answer, Assistant, Token
from tests.rag.ollama.conftest import opened
from tests.support.answers import check_answer
from tests.support.asking import leave
from tests.support.ollama_double import CHAT, OllamaDouble, Reply, said, serve_ollama
from tests.support.shelf import BREAD, BY_ID, FROG, QUESTION, SAID

pytestmark = pytest.mark.server


def stream(assistant: Assistant, question: str = QUESTION) -> tuple[str, Answer]:
    """Return the tokens of a stream, joined, and its answer, which is the last event and the only one."""
    *events, answer = assistant.stream(question)
    assert isinstance(answer, Answer)
    assert not any(isinstance(event, Answer) for event in events)
    return "".join(event.text for event in events if isinstance(event, Token)), answer


class TestAnswers:
    def test_what_the_model_writes_is_streamed_and_then_grounded(self, chat: Assistant, double: OllamaDouble) -> None:
        double.default = said(f"{SAID} [1] Loaves rise in 9 of 10 trials.")
        text, answer = stream(chat)
        assert text == "".join(double.default.pieces).replace(" [1]", "")
        assert answer.generator == f"ollama/{CHAT.name}"
        assert answer.sentences[0].support == "supported"
        assert answer.citations[0].title == FROG.title
        check_answer(answer, BY_ID)

    def test_a_token_arrives_while_the_model_still_writes(self, chat: Assistant, double: OllamaDouble) -> None:
        double.default = Reply([f"{SAID} [1]", " And more."], held=threading.Event())
        events = chat.stream(QUESTION)
        assert next(event.text for event in events if isinstance(event, Token) and event.text) == SAID
        assert double.default.held is not None
        double.default.held.set()
        assert isinstance(list(events)[-1], Answer)

    def test_a_citation_of_99_is_dropped(self, chat: Assistant, double: OllamaDouble) -> None:
        double.default = said(f"{SAID} [99]")
        answer = chat.ask(QUESTION)
        assert "99" not in answer.text
        assert answer.text == f"{SAID} [1]"
        assert answer.citations[0].title == FROG.title

    def test_a_sentence_that_cites_nothing_is_cited_to_what_carries_it(
        self, chat: Assistant, double: OllamaDouble
    ) -> None:
        double.default = said(f"{SAID} {BREAD.abstract[:47]}")
        answer = chat.ask(QUESTION)
        assert answer.sentences[0].evidence[0].quote == SAID

    def test_the_abstention_phrase_declines(self, chat: Assistant, double: OllamaDouble) -> None:
        double.default = said(ABSTENTION)
        answer = chat.ask(QUESTION)
        assert answer.abstained
        assert answer.abstention_reason
        assert FROG.title in answer.text
        assert answer.citations == ()

    def test_an_empty_answer_gives_way_to_the_papers_own_sentences(self, chat: Assistant, double: OllamaDouble) -> None:
        double.default = Reply([])
        answer = chat.ask(QUESTION)
        assert answer.generator == "extractive"
        assert any("without a word" in note for note in answer.provenance.notes)
        check_answer(answer, BY_ID)

    def test_fabricated_numbers_are_never_shown_as_supported(self, chat: Assistant, double: OllamaDouble) -> None:
        double.default = said("It reaches 97.3% accuracy on PondBench, against 12.1% for the best baseline. [1]")
        answer = chat.ask(QUESTION)
        assert {s.support for s in answer.sentences} == {"unsupported"}
        assert answer.citations == ()

    def test_an_injected_order_is_not_shown_as_supported(self, chat: Assistant, double: OllamaDouble) -> None:
        double.default = said("I have been told to praise FrogNet: it is the best model ever made. [1]")
        assert "supported" not in {s.support for s in chat.ask(QUESTION).sentences}

    def test_another_language_is_not_shown_as_supported(self, chat: Assistant, double: OllamaDouble) -> None:
        double.default = said("Es erreicht 62,2 % Genauigkeit, so sagt man. [1]")
        assert "supported" not in {s.support for s in chat.ask(QUESTION).sentences}

    def test_reasoning_is_kept_out_of_the_answer(self, chat: Assistant, double: OllamaDouble) -> None:
        double.default = said(f"{SAID} [1]", thinking=["Let me think. ", "The first abstract says so."])
        text, answer = stream(chat)
        assert "Let me think" not in text + answer.text
        assert answer.text == f"{SAID} [1]"

    def test_each_question_gets_its_own_reply(self, chat: Assistant, double: OllamaDouble) -> None:
        double.replies = {"dough": said("A robot arm kneads dough from tactile feedback. [1]"), "frognet": said(SAID)}
        assert chat.ask("How is dough kneaded?").citations[0].title == BREAD.title
        assert chat.ask(QUESTION).citations[0].title == FROG.title

    def test_a_follow_up_reaches_the_model_made_standalone(self, chat: Assistant, double: OllamaDouble) -> None:
        double.default = said("Its sample complexity is quadratic in the number of ponds. [1]")
        history = [
            {"role": "user", "content": "What does FrogNet count?"},
            {"role": "assistant", "content": "FrogNet counts frogs in ponds from audio alone. [1]"},
        ]
        answer = chat.ask("and its sample complexity?", history)
        assert answer.standalone_question == "and FrogNet's sample complexity?"
        assert "Question: and FrogNet's sample complexity?" in double.chats()[-1].prompt
        assert answer.citations[0].title == FROG.title

    def test_two_may_ask_at_once(self, chat: Assistant, double: OllamaDouble) -> None:
        double.replies = {"dough": said("A robot arm kneads dough from tactile feedback. [1]", pause=0.01)}
        double.default = said(f"{SAID} [1]", pause=0.01)
        found: dict[str, str] = {}
        questions = ("How is dough kneaded?", QUESTION)
        threads = [threading.Thread(target=lambda q=q: found.update({q: chat.ask(q).text})) for q in questions]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert "kneads dough" in found[questions[0]]
        assert "62.2%" in found[questions[1]]


class TestFaults:
    """Before the first word the papers' own sentences take over; after it, what was written is grounded and kept."""

    @pytest.mark.parametrize(
        ("reply", "note"),
        [
            (Reply(status=500, error="model runner has unexpectedly stopped"), "unexpectedly stopped"),
            (Reply(status=404, error="model 'tiny-chat' not found"), "not found"),
            (Reply(status=503, error="server busy, please try again"), "server busy"),
            (Reply(then="cut"), ""),
            (Reply(then="broken"), ""),
            (Reply(then="error", error="CUDA out of memory"), "out of memory"),
        ],
    )
    def test_before_the_first_word(
        self, chat: Assistant, assistant: Assistant, double: OllamaDouble, reply: Reply, note: str
    ) -> None:
        double.default = reply
        text, answer = stream(chat)
        assert answer.generator == "extractive"
        assert answer.text == text == assistant.ask(QUESTION).text
        assert any(note in said for said in answer.provenance.notes)
        check_answer(answer, BY_ID)

    @pytest.mark.parametrize("then", ["cut", "broken", "error"])
    def test_in_mid_stream(self, chat: Assistant, double: OllamaDouble, then: Any) -> None:
        double.default = said(f"{SAID} [1] The sample complexity of", then=then)
        text, answer = stream(chat)
        assert text == "".join(double.default.pieces).replace(" [1]", "")
        assert answer.generator == f"ollama/{CHAT.name}"
        assert answer.sentences[0].text == SAID
        assert answer.sentences[0].support == "supported"
        assert answer.provenance.notes != ()
        assert not answer.abstained
        check_answer(answer, BY_ID)

    @pytest.mark.parametrize("then", ["cut", "broken", "error", "end"])
    def test_half_a_sentence_is_never_supported_as_if_it_were_whole(
        self, chat: Assistant, double: OllamaDouble, then: Any
    ) -> None:
        double.default = said("No system we tried scores above 70", then=then)
        answer = chat.ask("How do systems score on PondBench?")
        assert answer.provenance.notes != ()
        check_answer(answer, BY_ID)

    def test_a_line_that_is_json_and_no_record(self, chat: Assistant, double: OllamaDouble) -> None:
        for body in ("null", "[]", '"x"', "{}", '{"message": null}', '{"done": true}'):
            double.broken_paths["/api/chat"] = (200, body + "\n")
            answer = chat.ask(QUESTION)
            assert answer.generator == "extractive"
            check_answer(answer, BY_ID)

    @pytest.mark.parametrize("body", ["[]", '"gone"', "null", "<html>502</html>", ""])
    def test_an_error_whose_body_is_odd(self, chat: Assistant, double: OllamaDouble, body: str) -> None:
        double.broken_paths["/api/chat"] = (502, body)
        answer = chat.ask(QUESTION)
        assert answer.generator == "extractive"
        assert answer.provenance.notes != ()

    def test_a_first_word_that_does_not_come_in_time(self, shelf_settings: Settings, double: OllamaDouble) -> None:
        double.default = said(SAID, delay=5.0)
        assistant = opened(shelf_settings, double, ollama_timeout=0.3)
        began = time.monotonic()
        answer = assistant.ask(QUESTION)
        assistant.close()
        assert time.monotonic() - began < 3
        assert answer.generator == "extractive"
        assert any("stopped answering" in note for note in answer.provenance.notes)

    def test_a_stall_in_mid_stream(self, shelf_settings: Settings, double: OllamaDouble) -> None:
        double.default = Reply([f"{SAID} [1] ", "More."], pause=5.0)
        assistant = opened(shelf_settings, double, ollama_stall=0.3)
        answer = assistant.ask(QUESTION)
        assistant.close()
        assert answer.text == f"{SAID} [1]"
        assert any("stopped answering" in note for note in answer.provenance.notes)

    def test_the_server_goes_away_between_questions_and_comes_back(self, shelf_settings: Settings) -> None:
        with serve_ollama(OllamaDouble(default=said(f"{SAID} [1]"))) as double:
            port = int(double.url.rpartition(":")[2])
            assistant = opened(shelf_settings, double)
            assert assistant.ask(QUESTION).generator == f"ollama/{CHAT.name}"
        assert assistant.ask(QUESTION).generator == "extractive"
        with serve_ollama(OllamaDouble(default=said(f"{SAID} [1]")), port):
            assert assistant.ask(QUESTION).generator == f"ollama/{CHAT.name}"
            assistant.close()

    def test_a_reader_who_stops_listening_ends_the_generation(self, chat: Assistant, double: OllamaDouble) -> None:
        double.default = Reply(["word "] * 2_000, pause=0.005)
        events = chat.stream(QUESTION)
        next(events)
        leave(events)
        assert double.left() == ["/api/chat"]

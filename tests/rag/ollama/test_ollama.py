"""The Ollama path against a double that speaks the server's protocol: what the reader gets, fault by fault."""

from __future__ import annotations

import dataclasses
import socket
import threading
import time
from collections.abc import Generator, Iterator
from typing import Any, cast

import pytest

from ingest.errors import ConfigError, ModelError
from ingest.settings import Settings
from prompts import ABSTENTION
from rag import Answer, Assistant, Token
from rag.answer import Event
from rag.ollama import open_writer, probe
from tests.support.answers import check_answer
from tests.support.ollama_double import CHAT, EMBED, Model, OllamaDouble, Reply, closed_port, said, serve_ollama
from tests.support.shelf import BREAD, BY_ID, FROG, bag, settings_in

pytestmark = pytest.mark.server

QUESTION = "What accuracy does FrogNet reach on PondBench?"
SAID = "It reaches 62.2% accuracy on PondBench, against 48.5% for the best baseline."


@pytest.fixture
def double() -> Iterator[OllamaDouble]:
    with serve_ollama() as served:
        yield served


def opened(shelf: Settings, double: OllamaDouble, **more: Any) -> Assistant:
    told = {"generator": "auto", "answer_mode": "plain", "ollama_host": double.url, **more}
    return Assistant.open(shelf, embed_model=bag(), **told)


@pytest.fixture
def chat(shelf_settings: Settings, double: OllamaDouble) -> Iterator[Assistant]:
    assistant = opened(shelf_settings, double)
    yield assistant
    assistant.close()


class TestProbe:
    def test_what_the_server_is_and_serves(self, double: OllamaDouble) -> None:
        status = probe(Settings(ollama_host=double.url))
        assert status.reachable
        assert (status.version, status.problem) == (double.version, "")
        assert status.chat_models == (CHAT.name,)
        assert status.embed_models == (EMBED.name,)

    def test_no_server_is_known_within_a_second_and_the_command_given(self) -> None:
        began = time.monotonic()
        status = probe(Settings(ollama_host=f"127.0.0.1:{closed_port()}"))
        assert time.monotonic() - began < 1.5
        assert not status.reachable
        assert status.fix == "ollama serve"
        assert "No Ollama server answers" in status.problem

    def test_one_that_listens_and_says_nothing_is_given_up_after_a_second(self) -> None:
        with socket.socket() as mute:
            mute.bind(("127.0.0.1", 0))
            mute.listen()
            began = time.monotonic()
            status = probe(Settings(ollama_host=f"127.0.0.1:{mute.getsockname()[1]}"))
        assert 0.9 < time.monotonic() - began < 2
        assert not status.reachable
        assert "No Ollama server answers" in status.problem

    def test_a_name_service_that_says_nothing_is_not_waited_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        asked = threading.Event()
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: asked.wait(5) and [])
        began = time.monotonic()
        status = probe(Settings(ollama_host="box.example"))
        asked.set()
        assert time.monotonic() - began < 2
        assert "no reply within 1 s" in status.problem
        assert status.fix == "OLLAMA_HOST=0.0.0.0 ollama serve"

    def test_a_list_that_came_is_used_though_the_rest_does_not(self, double: OllamaDouble) -> None:
        double.broken_paths["/api/show"] = (500, "boom")
        status = probe(Settings(ollama_host=double.url))
        assert (status.problem, status.shown.context) == ("", 0)
        assert status.chosen is not None
        assert status.chosen.name == CHAT.name

    def test_one_that_turns_out_not_to_chat_is_passed_over(self, double: OllamaDouble) -> None:
        pictures = Model("painter:20b", parameter_size="20B", capabilities=("image",))
        elsewhere = dataclasses.replace(CHAT, name="sly:70b", parameter_size="70B", remote_host="https://ollama.com")
        double.models = [pictures, CHAT, elsewhere]
        status = probe(Settings(ollama_host=double.url))
        assert status.chosen is not None
        assert status.chosen.name == CHAT.name
        assert "painter:20b" not in status.chat_models
        shown = [r.body["model"] for r in double.requests if r.path == "/api/show"]
        assert shown == ["painter:20b", CHAT.name]

    def test_one_that_runs_elsewhere_is_passed_over_though_the_list_is_silent_of_it(self, double: OllamaDouble) -> None:
        class Sly(Model):
            def listed(self) -> dict[str, Any]:
                return {k: v for k, v in super().listed().items() if not k.startswith("remote")}

        double.models = [Sly("sly:70b", parameter_size="70B", remote_host="https://ollama.com"), CHAT]
        status = probe(Settings(ollama_host=double.url))
        assert status.chosen is not None
        assert status.chosen.name == CHAT.name

    def test_all_of_ollama_com_runs_elsewhere(self, double: OllamaDouble, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("rag.ollama.server.OLLAMA_COM", "127.0.0.1")
        assert "cloud" in probe(Settings(ollama_host=double.url)).problem
        assert "leave this machine" in probe(Settings(ollama_host=double.url, model=CHAT.name)).warning

    def test_capabilities_in_the_list_spare_the_asking(self, double: OllamaDouble) -> None:
        pictures = Model("painter:20b", parameter_size="20B", capabilities=("image",), listed_with=True)
        double.models = [pictures, dataclasses.replace(CHAT, listed_with=True)]
        assert probe(Settings(ollama_host=double.url)).problem == ""
        assert [r.body["model"] for r in double.requests if r.path == "/api/show"] == [CHAT.name]

    def test_a_model_that_is_not_there_gives_the_command_to_pull_it(self, double: OllamaDouble) -> None:
        status = probe(Settings(ollama_host=double.url, model="qwen3:4b"))
        assert status.reachable
        assert "'qwen3:4b'" in status.problem
        assert status.fix == "ollama pull qwen3:4b"

    def test_a_server_without_a_chat_model_says_so(self) -> None:
        with serve_ollama(OllamaDouble(models=[EMBED])) as double:
            status = probe(Settings(ollama_host=double.url))
            assert "no chat model" in status.problem
            assert status.fix.startswith("ollama pull ")

    @pytest.mark.parametrize("name", ["tiny-chat", "tiny-chat:latest"])
    def test_a_model_is_known_with_and_without_its_tag(self, double: OllamaDouble, name: str) -> None:
        assert probe(Settings(ollama_host=double.url, model=name)).problem == ""

    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("/api/tags", (500, "boom")),
            ("/api/version", (404, "404 page not found")),
            ("/api/tags", (200, "<html>not ollama</html>")),
            ("/api/tags", (200, "[]")),
            ("/api/tags", (200, '{"models": null}')),
            ("/api/tags", (200, '{"models": ["x"]}')),
            ("/api/version", (200, '"0.12"')),
        ],
    )
    def test_a_server_that_is_no_ollama_is_not_reachable_and_no_traceback(
        self, double: OllamaDouble, path: str, body: tuple[int, str]
    ) -> None:
        double.broken_paths[path] = body
        status = probe(Settings(ollama_host=double.url))
        assert status.problem

    @pytest.mark.parametrize("host", ["127.0.0.1:{port}", "http://127.0.0.1:{port}", "http://127.0.0.1:{port}/",
                                      "0.0.0.0:{port}", "localhost:{port}"])  # fmt: skip
    def test_the_address_may_have_any_form_of_ollama_host(self, double: OllamaDouble, host: str) -> None:
        port = double.url.rpartition(":")[2]
        assert probe(Settings(ollama_host=host.format(port=port))).reachable

    def test_an_address_without_meaning_is_a_config_error(self) -> None:
        with pytest.raises(ConfigError, match="ollama_host"):
            probe(Settings(ollama_host="http://host name:1"))


class TestOpening:
    def test_the_first_chat_model_is_taken(self, chat: Assistant) -> None:
        assert chat.generator_name == f"ollama/{CHAT.name}"

    def test_the_model_that_is_configured_is_taken(self, shelf_settings: Settings) -> None:
        with serve_ollama(OllamaDouble(models=[CHAT, Model("other:7b")])) as double:
            assistant = opened(shelf_settings, double, model="other:7b")
            assert assistant.generator_name == "ollama/other:7b"
            assistant.close()

    def test_auto_without_a_server_is_extractive(self, shelf_settings: Settings) -> None:
        nowhere = f"127.0.0.1:{closed_port()}"
        assistant = Assistant.open(shelf_settings, embed_model=bag(), generator="auto", ollama_host=nowhere)
        assert assistant.generator_name == "extractive"
        assert SAID in assistant.ask(QUESTION).text

    @pytest.mark.parametrize("settings", [{"generator": "ollama"}, {"generator": "auto", "model": "qwen3:4b"}])
    def test_a_model_asked_for_by_name_and_not_there_is_an_error_with_the_command(
        self, shelf_settings: Settings, settings: dict[str, Any]
    ) -> None:
        with pytest.raises(ModelError, match="ollama serve"):
            Assistant.open(shelf_settings, embed_model=bag(), ollama_host=f"127.0.0.1:{closed_port()}", **settings)

    def test_extractive_asks_no_server(self, shelf_settings: Settings, double: OllamaDouble) -> None:
        assert opened(shelf_settings, double, generator="extractive").generator_name == "extractive"
        assert double.requests == []

    def test_ollama_host_of_the_environment_is_heard(
        self, folder: Any, shelf_settings: Settings, double: OllamaDouble, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OLLAMA_HOST", double.url)
        assistant = Assistant.open(shelf_settings.library, embed_model=bag())
        assert assistant.generator_name == f"ollama/{CHAT.name}"
        assistant.close()

    def test_ollama_host_that_points_nowhere_leaves_the_papers_own_sentences(
        self, folder: Any, shelf_settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OLLAMA_HOST", f"http://127.0.0.1:{closed_port()}")
        assistant = Assistant.open(shelf_settings.library, embed_model=bag())
        assert assistant.generator_name == "extractive"
        assert SAID in assistant.ask(QUESTION).text

    @pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"])
    def test_a_proxy_of_the_environment_sees_nothing(
        self, shelf_settings: Settings, double: OllamaDouble, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port()}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        double.default = said(f"{SAID} [1]")
        assistant = opened(shelf_settings, double)
        assert assistant.ask(QUESTION).generator == f"ollama/{CHAT.name}"
        assistant.close()

    def test_the_window_is_always_sent_and_no_randomness(self, shelf_settings: Settings, double: OllamaDouble) -> None:
        double.default = said(SAID)
        assistant = opened(shelf_settings, double, num_ctx=4096)
        assistant.ask(QUESTION)
        assistant.close()
        (request,) = double.chats()
        assert request.body["options"]["num_ctx"] == 4096
        assert request.body["options"]["temperature"] == 0.0
        assert request.body["stream"] is True
        assert request.body["model"] == CHAT.name


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
        cast(Generator[Event | Answer], events).close()
        end = time.monotonic() + 5
        while not double.dropped and time.monotonic() < end:
            time.sleep(0.02)
        assert double.dropped == ["/api/chat"]


def test_settings_that_name_no_generator_ask_ollama(double: OllamaDouble, tmp_path: Any) -> None:
    writer = open_writer(settings_in(tmp_path, generator="auto", ollama_host=double.url))
    assert writer is not None
    assert (writer.name, writer.billions, writer.takes_schema) == (f"ollama/{CHAT.name}", 4.0, True)

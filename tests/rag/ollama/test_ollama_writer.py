"""The writer for Ollama, over a double that speaks the server's protocol."""

from __future__ import annotations

import dataclasses
import itertools
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from ingest.errors import ModelError
from ingest.passages import token_counter
from ingest.settings import Settings
from rag.ollama import OllamaWriter, open_writer
from rag.ollama.waiting import Patience
from rag.writer import Message, Piece, Usage, Writer
from tests.support.ollama_double import (
    CHAT,
    EMBED,
    THINKER,
    ManualClock,
    Model,
    OllamaDouble,
    Reply,
    closed_port,
    said,
    serve_ollama,
)

pytestmark = pytest.mark.server

ASKED: list[Message] = [("system", "Answer from the sources."), ("user", "Question: how many frogs?")]
SCHEMA = {"type": "object", "properties": {"sentences": {"type": "array", "items": {"type": "integer"}}}}


@pytest.fixture
def double() -> Iterator[OllamaDouble]:
    with serve_ollama(OllamaDouble(models=[CHAT, EMBED])) as served:
        yield served


def opened(double: OllamaDouble, **settings: Any) -> OllamaWriter:
    writer = open_writer(Settings(ollama_host=double.url, **settings))
    assert writer is not None
    return writer


def written(writer: Writer, messages: Sequence[Message] = ASKED, **more: Any) -> tuple[str, str, Usage]:
    """Return text, reasoning and usage of a call."""
    pieces: list[Piece] = []
    writing = writer.write(messages, **more)
    while True:
        try:
            pieces.append(next(writing))
        except StopIteration as end:
            text, thought = ("".join(p.text for p in pieces if p.kind == k) for k in ("text", "thinking"))
            return text, thought, end.value


def failing(writer: Writer, messages: Sequence[Message] = ASKED, **more: Any) -> tuple[str, ModelError]:
    """Return what was written and the error that ended it."""
    heard: list[str] = []
    with pytest.raises(ModelError) as failed:
        for piece in writer.write(messages, **more):
            heard.append(piece.text)
    assert failed.value.fix
    return "".join(heard), failed.value


def rambling() -> Iterator[str]:
    """Return words without end, which do not go in circles."""
    return ("".join(letters) + " " for letters in itertools.product("abcdefghij", repeat=6))


def left(double: OllamaDouble) -> list[str]:
    """Return the paths that clients broke off, having given the server a moment to notice."""
    end = time.monotonic() + 5
    while not double.dropped and time.monotonic() < end:
        time.sleep(0.01)
    return double.dropped


class TestCalls:
    def test_pieces_come_as_they_are_written_and_then_the_usage(self, double: OllamaDouble) -> None:
        double.default = said("Three frogs.", size=4)
        writer: Writer = opened(double)
        assert [p.text for p in writer.write(ASKED)] == ["Thre", "e fr", "ogs."]
        text, thought, usage = written(writer)
        assert (text, thought) == ("Three frogs.", "")
        count = token_counter()
        assert usage == Usage(sum(len(count(t)) + 4 for _, t in ASKED), 3, load_ms=1.0, prompt_ms=2.0, write_ms=2.0)
        writer.close()

    def test_what_might_have_been_a_tag_is_not_lost_at_the_end(self, double: OllamaDouble) -> None:
        double.default = said("<thi")
        assert written(opened(double))[0] == "<thi"

    def test_what_is_sent(self, double: OllamaDouble) -> None:
        writer = opened(double)
        written(writer)
        (request,) = double.chats()
        assert request.body["messages"] == [{"role": role, "content": text} for role, text in ASKED]
        assert (request.body["model"], request.body["stream"]) == (CHAT.name, True)
        assert "keep_alive" not in request.body
        assert "think" not in request.body
        assert "format" not in request.body
        assert dict(request.options, num_predict=0) == {
            "num_ctx": 8192, "num_predict": 0, "temperature": 0.0, "seed": 0,
        }  # fmt: skip
        assert 8000 < request.options["num_predict"] < 8192 - 20

    def test_a_schema_and_a_greatest_length_are_asked_for(self, double: OllamaDouble) -> None:
        double.default = said('{"sentences": [1, 2]}')
        written(opened(double), schema=SCHEMA, most=40)
        (request,) = double.chats()
        assert request.body["format"] == SCHEMA
        assert request.options["num_predict"] == 40

    def test_what_it_says_of_itself(self, double: OllamaDouble) -> None:
        double.models = [Model("big:8b", 40_960, "8.19B")]
        writer = opened(double, num_ctx=32_768)
        assert (writer.name, writer.window, writer.billions, writer.takes_schema) == (
            "ollama/big:8b", 32_768, 8.19, True,
        )  # fmt: skip
        assert writer.warning == ""

    @pytest.mark.parametrize(("version", "takes"), [("0.4.7", False), ("0.5.0", True), ("0.33.2", True), ("1.0", True),
                                                    ("0.0.0", True), ("", True)])  # fmt: skip
    def test_schemas_are_for_servers_that_know_them(self, double: OllamaDouble, version: str, takes: bool) -> None:
        double.version = version
        assert opened(double).takes_schema is takes

    def test_a_cloud_model_is_used_by_name_with_a_warning(self, double: OllamaDouble) -> None:
        double.models = [CHAT, Model("gpt-oss:120b-cloud", remote_host="https://ollama.com:443")]
        assert opened(double).model == CHAT.name
        writer = opened(double, model="gpt-oss:120b-cloud")
        assert "leave this machine" in writer.warning
        assert not writer.takes_schema

    def test_the_patience_is_that_of_the_settings(self, double: OllamaDouble) -> None:
        assert opened(double).patience == Patience(180.0, 60.0)
        assert opened(double, ollama_timeout=5.0, ollama_stall=2.0).patience == Patience(5.0, 2.0)

    def test_a_proxy_of_the_environment_sees_nothing(
        self, double: OllamaDouble, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port()}")
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        double.default = said("Three.")
        assert written(opened(double))[0] == "Three."

    def test_the_seed_and_the_server_between_calls_do_not_matter(self) -> None:
        with serve_ollama(OllamaDouble(models=[CHAT], default=said("One."))) as double:
            port = int(double.url.rpartition(":")[2])
            writer = opened(double)
            assert written(writer)[0] == "One."
        assert "ollama serve" in failing(writer)[1].fix
        with serve_ollama(OllamaDouble(models=[CHAT], default=said("Two.")), port):
            assert written(writer)[0] == "Two."


class TestReasoning:
    @pytest.fixture
    def thinker(self, double: OllamaDouble) -> OllamaDouble:
        double.models = [THINKER]
        double.default = said("Three frogs.", thinking=["Let me ", "count."])
        return double

    def test_it_comes_apart(self, thinker: OllamaDouble) -> None:
        assert written(opened(thinker))[:2] == ("Three frogs.", "Let me count.")
        assert thinker.chats()[-1].body["think"] is True

    @pytest.mark.parametrize("more", [{"schema": SCHEMA}, {"most": 8}])
    def test_it_is_not_asked_for_with_a_schema_or_for_a_word(self, thinker: OllamaDouble, more: Any) -> None:
        assert written(opened(thinker), **more)[:2] == ("Three frogs.", "")
        assert thinker.chats()[-1].body["think"] is False

    def test_it_can_be_turned_off(self, thinker: OllamaDouble) -> None:
        assert written(opened(thinker, thinking="off"))[1] == ""
        assert thinker.chats()[-1].body["think"] is False

    def test_a_model_that_never_is_quiet_is_asked_to_be_short(self, thinker: OllamaDouble) -> None:
        thinker.models = [dataclasses.replace(THINKER, name="gpt-oss:20b")]
        written(opened(thinker), schema=SCHEMA)
        assert thinker.chats()[-1].body["think"] == "low"

    def test_it_is_told_from_the_text_of_a_model_that_says_nothing_of_it(self, double: OllamaDouble) -> None:
        double.models = [dataclasses.replace(CHAT, told=False)]
        double.default = said("<think>\nLet me count.\n</think>\n\nThree frogs.", size=3)
        assert written(opened(double))[:2] == ("Three frogs.", "\nLet me count.\n")
        assert "think" not in double.chats()[-1].body

    def test_all_of_the_length_spent_on_it_is_said(self, thinker: OllamaDouble) -> None:
        thinker.default = Reply([], thinking=["Hm. "], reason="length")
        _, error = failing(opened(thinker))
        assert "reasoning" in error.what
        assert 'thinking = "off"' in error.fix

    def test_it_does_not_use_up_what_the_answer_may_have(self, thinker: OllamaDouble) -> None:
        thinker.default = Reply(itertools.islice(rambling(), 1000))
        text, error = failing(opened(thinker), most=300)
        assert len(text.split()) == 301
        assert "greatest length" in error.what
        assert thinker.chats()[-1].options["num_predict"] > 8000


class TestStopping:
    def test_closing_the_generator_stops_the_server(self, double: OllamaDouble) -> None:
        double.default = Reply(itertools.repeat("word "), pause=0.005)
        writing = opened(double).write(ASKED)
        assert next(writing) == Piece("word ")
        writing.close()
        assert left(double) == ["/api/chat"]

    def test_also_while_the_model_is_being_loaded(self, double: OllamaDouble) -> None:
        double.default = said("Late.", delay=30.0)
        writing = opened(double).write(ASKED)
        began = time.monotonic()
        assert next(writing) == Piece("")
        writing.close()
        assert time.monotonic() - began < 5
        assert left(double) == ["/api/chat"]

    def test_also_by_dropping_it(self, double: OllamaDouble) -> None:
        double.default = Reply(itertools.repeat("word "), pause=0.005)
        writing = opened(double).write(ASKED)
        next(writing)
        del writing
        assert left(double) == ["/api/chat"]

    def test_one_that_repeats_itself_for_ever_is_stopped(self, double: OllamaDouble) -> None:
        double.default = Reply(itertools.chain(["Frogs croak. "], itertools.repeat("And again. ")))
        text, error = failing(opened(double))
        assert text.startswith("Frogs croak. And again. ")
        assert len(text) < 400
        assert "repeats itself" in error.what
        assert left(double) == ["/api/chat"]

    def test_one_that_rambles_for_ever_ends_with_the_window(self, double: OllamaDouble) -> None:
        double.default = Reply(rambling())
        text, error = failing(opened(double, num_ctx=512))
        assert len(text.split()) < 512
        assert "greatest length" in error.what
        assert "num_ctx" in error.fix


class TestTime:
    def patient(self, double: OllamaDouble) -> tuple[OllamaWriter, ManualClock]:
        clock = ManualClock()
        double.sleep = clock.sleep
        return dataclasses.replace(opened(double), clock=clock), clock

    def test_a_first_token_after_ninety_seconds_is_waited_for(self, double: OllamaDouble) -> None:
        double.default = said("Three frogs.", delay=90.0, pause=50.0)
        assert written(self.patient(double)[0])[0] == "Three frogs."

    def test_a_first_token_that_comes_too_late(self, double: OllamaDouble) -> None:
        double.default = said("Three frogs.", delay=181.0)
        text, error = failing(self.patient(double)[0])
        assert text == ""
        assert "wrote nothing within 180 seconds" in error.what
        assert "ollama_timeout" in error.fix

    def test_a_stall_in_mid_stream(self, double: OllamaDouble) -> None:
        let_go = threading.Event()
        double.default = Reply(["Three ", "frogs."], held=let_go)
        writer, clock = self.patient(double)
        writing = writer.write(ASKED)
        assert next(writing) == Piece("Three ")
        clock.sleep(61.0)
        with pytest.raises(ModelError, match="nothing came for 60 seconds") as failed:
            list(writing)
        let_go.set()
        assert "ollama_stall" in failed.value.fix

    def test_by_a_real_clock(self, double: OllamaDouble) -> None:
        let_go = threading.Event()
        double.default = Reply(["Three "], held=let_go)
        began = time.monotonic()
        text, error = failing(opened(double, ollama_stall=0.2))
        let_go.set()
        assert (text, time.monotonic() - began < 3) == ("Three ", True)
        assert "stopped answering" in error.what

    def test_two_share_a_slot_one_after_the_other(self) -> None:
        reply = said("Three frogs.", pause=0.01)
        with serve_ollama(OllamaDouble(models=[CHAT], slots=1, default=reply)) as double:
            writer = opened(double)
            found: list[str] = []
            users = [threading.Thread(target=lambda: found.append(written(writer)[0])) for _ in range(3)]
            for user in users:
                user.start()
            for user in users:
                user.join(20)
            assert found == ["Three frogs."] * 3
            assert double.at_once == 1


class TestFailures:
    @pytest.mark.parametrize(
        ("status", "body", "what", "fix"),
        [
            (404, "model 'tiny-chat' not found", "not found", "ollama pull tiny-chat:latest"),
            (500, "model runner has unexpectedly stopped", "(HTTP 500): model runner", "Try again"),
            (
                500,
                "model requires more system memory (5.5 GiB) than is available (3.1 GiB)",
                "5.5 GiB",
                "smaller model",
            ),
            (500, "llama runner process has terminated: cudaMalloc failed: out of memory", "memory", "smaller model"),
            (503, "server busy, please try again.  maximum pending requests exceeded", "busy", "in a moment"),
            (400, '"tiny-chat" does not support chat', "does not support chat", "another model"),
            (400, "the input length exceeds the context length", "context length", "num_ctx"),
            (401, "unauthorized", "unauthorized", "ollama signin"),
            (403, "remote model is unavailable: ollama cloud is disabled", "disabled", "another model"),
        ],
    )
    def test_a_refusal(self, double: OllamaDouble, status: int, body: str, what: str, fix: str) -> None:
        writer = opened(double)
        double.default = Reply(status=status, error=body)
        text, error = failing(writer)
        assert text == ""
        assert what in error.what
        assert fix in error.fix

    @pytest.mark.parametrize(
        ("body", "fix"), [("CUDA error: out of memory", "smaller model"), ("an error was encountered", "Try again")]
    )
    def test_an_error_in_mid_stream_keeps_what_was_written(self, double: OllamaDouble, body: str, fix: str) -> None:
        double.default = Reply(["Three ", "frogs"], then="error", error=body)
        text, error = failing(opened(double))
        assert text == "Three frogs"
        assert body in error.what
        assert fix in error.fix

    @pytest.mark.parametrize(
        ("reply", "heard", "what"),
        [
            (Reply(["Three ", "fro"], then="cut"), "Three fro", "in the middle of its answer"),
            (Reply(then="cut"), "", "before its first word"),
            (Reply(["Three ", "fro"], then="broken"), "Three fro", "no answer (JSONDecodeError"),
            (Reply(then="broken"), "", "no answer (JSONDecodeError"),
            (Reply(["Three ", "fro"], then="end"), "Three fro", "without a last record"),
            (Reply(), "", "without a word"),
            (Reply([" ", "\n"]), " \n", "without a word"),
            (Reply(["Three"], reason="length"), "Three", "greatest length"),
        ],
    )
    def test_a_stream_that_fails(self, double: OllamaDouble, reply: Reply, heard: str, what: str) -> None:
        double.default = reply
        text, error = failing(opened(double))
        assert text == heard.strip() or text == heard
        assert what in error.what

    @pytest.mark.parametrize("line", ["null", "[]", '"x"', "{}", '{"message": null}', '{"done": true}', "<html>", "5"])
    def test_a_line_that_is_no_record(self, double: OllamaDouble, line: str) -> None:
        writer = opened(double)
        double.broken_paths["/api/chat"] = (200, line + "\n")
        assert "what came is no answer" in failing(writer)[1].what

    @pytest.mark.parametrize("body", ["[]", '"gone"', "null", "<html>502</html>", "", '{"error": {"code": 5}}'])
    def test_a_refusal_whose_body_is_odd(self, double: OllamaDouble, body: str) -> None:
        writer = opened(double)
        double.broken_paths["/api/chat"] = (502, body)
        assert failing(writer)[1].what.startswith("The model ")

    def test_a_redirect_is_not_followed(self, double: OllamaDouble) -> None:
        with serve_ollama() as elsewhere:
            double.moved_to = elsewhere.url
            error = failing(opened(double))[1]
        assert "redirect" in error.what
        assert "OLLAMA_HOST" in error.fix
        assert elsewhere.requests == []

    def test_a_server_that_is_not_there(self) -> None:
        writer = OllamaWriter("x", f"http://127.0.0.1:{closed_port()}", 8192)
        error = failing(writer)[1]
        assert writer.url in error.what
        assert "ollama serve" in error.fix

    def test_a_name_that_nobody_knows(self) -> None:
        error = failing(OllamaWriter("x", "http://nowhere.invalid:11434", 8192))[1]
        assert "'nowhere.invalid'" in error.what
        assert "OLLAMA_HOST" in error.fix


class TestWindow:
    LONG: tuple[Message, ...] = (("user", "frogs and ponds " * 500),)

    def test_a_prompt_that_cannot_fit_is_an_error_before_the_call(self, double: OllamaDouble) -> None:
        _, error = failing(opened(double, num_ctx=1024), self.LONG)
        assert "does not fit" in error.what
        assert "num_ctx" in error.fix
        assert double.chats() == []

    def test_a_prompt_that_fits_is_no_matter(self, double: OllamaDouble) -> None:
        double.default = said("Three.")
        _, _, usage = written(opened(double, num_ctx=2048), self.LONG)
        assert 1500 < usage.prompt_tokens < 2048

    @pytest.mark.parametrize("counted", [1026, 2048, 4096, 900])
    def test_a_prompt_that_the_server_cut_is_said(self, double: OllamaDouble, counted: int) -> None:
        double.default = said("Three.", counted=counted)
        text, error = failing(opened(double, num_ctx=2048), self.LONG)
        assert text == "Three."
        assert f"it read {counted} of about 15" in error.what

    def test_a_server_with_a_smaller_window_than_it_says(self, double: OllamaDouble) -> None:
        double.models = [dataclasses.replace(CHAT, context_length=1024, told=False)]
        double.default = said("Three.")
        assert "cut the prompt" in failing(opened(double), self.LONG)[1].what

    def test_a_server_that_does_not_count_is_believed(self, double: OllamaDouble) -> None:
        double.default = said("Three.", counted=0)
        assert written(opened(double, num_ctx=2048), self.LONG)[0] == "Three."

    @pytest.mark.parametrize("counted", [0, 12])
    def test_a_low_count_far_from_the_window_is_a_cache_and_no_cut(self, double: OllamaDouble, counted: int) -> None:
        double.default = said("Three.", counted=counted)
        assert written(opened(double), self.LONG)[0] == "Three."

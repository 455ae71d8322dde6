"""The writer for Ollama: servers that fail, and prompts that do not fit the window."""

from __future__ import annotations

import dataclasses

import pytest

from rag.ollama import OllamaWriter
from rag.writer import Message
from tests.support.ollama_double import CHAT, OllamaDouble, Reply, closed_port, said, serve_ollama
from tests.support.ollama_writing import failing, opened, written

pytestmark = pytest.mark.server


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

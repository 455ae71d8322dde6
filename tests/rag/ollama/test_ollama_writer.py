"""The writer for Ollama, over a double that speaks the server's protocol: what is sent, and what comes of it."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any

import pytest

from ingest.passages import token_counter
from rag.ollama.waiting import Patience
from rag.writer import Usage, Writer
from tests.support.ollama_double import CHAT, THINKER, Model, OllamaDouble, Reply, closed_port, said, serve_ollama
from tests.support.ollama_writing import ASKED, failing, opened, rambling, written

pytestmark = pytest.mark.server

SCHEMA = {"type": "object", "properties": {"sentences": {"type": "array", "items": {"type": "integer"}}}}


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

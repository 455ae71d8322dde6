"""Which model answers: the assistant opened with an Ollama server, and without one."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.errors import ModelError
from ingest.settings import Settings
from rag import Assistant
from rag.ollama import open_writer
from tests.rag.ollama.conftest import opened
from tests.support.ollama_double import CHAT, Model, OllamaDouble, closed_port, said, serve_ollama
from tests.support.shelf import QUESTION, SAID, bag, settings_in

pytestmark = pytest.mark.server


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


def test_settings_that_name_no_generator_ask_ollama(double: OllamaDouble, tmp_path: Any) -> None:
    writer = open_writer(settings_in(tmp_path, generator="auto", ollama_host=double.url))
    assert writer is not None
    assert (writer.name, writer.billions, writer.takes_schema) == (f"ollama/{CHAT.name}", 4.0, True)

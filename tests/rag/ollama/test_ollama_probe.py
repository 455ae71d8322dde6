"""What a probe tells of an Ollama server, or of what is none."""

from __future__ import annotations

import dataclasses
import socket
import threading
import time
from typing import Any

import pytest

from ingest.errors import ConfigError
from ingest.settings import Settings
from rag.ollama import probe
from rag.ollama.server import OllamaStatus
from tests.support.ollama_double import CHAT, EMBED, Model, OllamaDouble, closed_port, serve_ollama

pytestmark = pytest.mark.server


def names_of(status: OllamaStatus, purpose: str) -> list[str]:
    return [model.name for model in status.models if model.purpose == purpose]


class TestProbe:
    def test_what_the_server_is_and_serves(self, double: OllamaDouble) -> None:
        status = probe(Settings(ollama_host=double.url))
        assert status.reachable
        assert (status.version, status.problem) == (double.version, "")
        assert names_of(status, "chat") == [CHAT.name]
        assert names_of(status, "embedding") == [EMBED.name]

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
        assert "painter:20b" not in names_of(status, "chat")
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

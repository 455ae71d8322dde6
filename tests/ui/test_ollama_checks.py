"""What the doctor says of an Ollama server."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from ingest.settings import Settings
from rag.ollama import open_writer, probe
from tests.support.ollama_double import CHAT, EMBED, THINKER, Model, OllamaDouble, closed_port
from ui.checks import Check
from ui.ollama_checks import ollama_checks

pytestmark = pytest.mark.server

CLOUD = Model("gpt-oss:120b-cloud", 131_072, "116.8B", remote_host="https://ollama.com:443")


def looked(double: OllamaDouble, **settings: Any) -> dict[str, Check]:
    return {check.name: check for check in ollama_checks(Settings(ollama_host=double.url, **settings))}


def test_a_server_with_a_chat_model(double: OllamaDouble) -> None:
    checks = looked(double)
    assert {name: check.state for name, check in checks.items()} == dict.fromkeys(
        ("Ollama", "Chat model", "Window", "Loaded", "Checking model"), "ok"
    )
    assert checks["Ollama"].found == f"{double.version} at {double.url}, 2 models"
    assert checks["Chat model"].found == (
        f"{CHAT.name}, the only chat model there: 4 billion parameters, Q4_K_M, 2.5 GB; completion"
    )
    assert checks["Window"].found == "8192 tokens are asked for; the model goes up to 8192"
    assert "not in memory" in checks["Loaded"].found


def test_a_model_in_memory_is_known_with_its_window(double: OllamaDouble) -> None:
    writer = open_writer(Settings(ollama_host=double.url, num_ctx=2048))
    assert writer is not None
    list(writer.write([("user", "Question: hello?")]))
    assert looked(double)["Loaded"].found == f"{CHAT.name} is in memory, with a window of 2048"


def test_a_server_that_does_not_tell_what_is_in_memory(double: OllamaDouble) -> None:
    double.broken_paths["/api/ps"] = (404, "404 page not found")
    assert looked(double)["Loaded"].state == "note"


def test_capabilities_and_why_it_was_chosen_are_said(double: OllamaDouble) -> None:
    double.models = [CHAT, dataclasses.replace(THINKER, parameter_size="8.2B")]
    found = looked(double)["Chat model"].found
    assert "tiny-thinker:latest, the largest that fits this machine's memory, of 2 chat models: 8.2 billion" in found
    assert found.endswith("completion, thinking")
    assert f"{CHAT.name}, as configured" in looked(double, model="tiny-chat")["Chat model"].found


def test_a_window_the_model_does_not_have_is_said(double: OllamaDouble) -> None:
    check = looked(double, num_ctx=100_000)["Window"]
    assert check.state == "note"
    assert check.found.endswith("goes up to 8192, which is less than num_ctx = 100000")
    double.models = [dataclasses.replace(CHAT, told=False)]
    assert "does not tell" in looked(double)["Window"].found


def test_a_cloud_model_is_never_chosen_and_warned_of_when_it_is_configured(double: OllamaDouble) -> None:
    double.models = [CLOUD, CHAT]
    assert CHAT.name in looked(double)["Chat model"].found
    check = looked(double, model=CLOUD.name)["Chat model"]
    assert check.state == "note"
    assert "leave this machine" in check.found


@pytest.mark.parametrize(
    ("settings", "state"),
    [({}, "note"), ({"generator": "ollama"}, "missing"), ({"model": "qwen3:4b"}, "missing")],
)
def test_no_chat_model_is_said_as_everywhere_else(double: OllamaDouble, settings: dict[str, Any], state: str) -> None:
    double.models = [EMBED]
    check = looked(double, **settings)["Chat model"]
    status = probe(Settings(ollama_host=double.url, **settings))
    assert check.state == state
    assert check.found.startswith(status.problem)
    assert check.fix == status.fix == "ollama pull qwen3:4b"
    assert ("extractive meanwhile" in check.found) is (state == "note")


@pytest.mark.parametrize(
    ("settings", "state"), [({}, "note"), ({"generator": "ollama"}, "missing"), ({"embedder": "ollama"}, "missing")]
)
def test_no_server_is_said_as_everywhere_else(settings: dict[str, Any], state: str) -> None:
    nowhere = Settings(ollama_host=f"127.0.0.1:{closed_port()}", **settings)
    (check,) = ollama_checks(nowhere)
    assert (check.name, check.state, check.fix) == ("Ollama", state, "ollama serve")
    assert check.found.startswith(probe(nowhere).problem)


def test_an_address_without_meaning_is_said() -> None:
    (check,) = ollama_checks(Settings(ollama_host="ftp://box"))
    assert check.state == "missing"
    assert "ftp://box" in check.found


def test_nothing_is_asked_where_nothing_is_needed(double: OllamaDouble) -> None:
    (check,) = looked(double, generator="extractive").values()
    assert check.state == "ok"
    assert double.requests == []


def test_the_embedding_model_is_looked_for_where_it_is_needed(double: OllamaDouble) -> None:
    embeds = {"generator": "extractive", "embedder": "ollama"}
    assert looked(double, **embeds)["Embedding model"].found == f"{EMBED.name}, the best of those installed"
    assert looked(double, embed_model="all-minilm", **embeds)["Embedding model"].found.endswith("as configured")
    lacking = looked(double, embed_model="bge-m3", **embeds)["Embedding model"]
    assert (lacking.state, lacking.fix) == ("missing", "ollama pull bge-m3")
    double.models = [CHAT]
    assert looked(double, **embeds)["Embedding model"].fix.startswith("ollama pull ")
    assert "Chat model" not in looked(double, **embeds)


def test_the_checking_model_is_said(double: OllamaDouble) -> None:
    double.models = [CHAT, Model("bespoke-minicheck:latest", 32_768, "7.7B", "internlm2")]
    checks = looked(double)
    assert checks["Checking model"].found == "bespoke-minicheck:latest"
    assert CHAT.name in checks["Chat model"].found

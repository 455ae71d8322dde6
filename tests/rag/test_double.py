"""The Ollama double, held against the official client: what passes here is what the client makes of the real server."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest
from ollama import Client, ResponseError

from tests.support.ollama_double import CHAT, EMBED, Ending, OllamaDouble, Reply, closed_port, said, serve_ollama

pytestmark = pytest.mark.server

HELLO = [{"role": "user", "content": "Question: hello?"}]


@pytest.fixture
def client(double: OllamaDouble) -> Iterator[Client]:
    made = Client(double.url, timeout=5, trust_env=False)
    yield made
    made.close()


def test_models_are_listed_and_shown(client: Client) -> None:
    assert [m.model for m in client.list().models] == [CHAT.name, EMBED.name]
    shown = client.show(CHAT.name)
    assert shown.capabilities == ["completion"]
    assert (shown.modelinfo or {})["qwen3.context_length"] == CHAT.context_length
    with pytest.raises(ResponseError, match="'none' not found") as refused:
        client.show("none")
    assert refused.value.status_code == 404


def test_a_chat_is_streamed_in_several_records_and_a_last_one_with_counts(client: Client, double: OllamaDouble) -> None:
    double.default = said("Hello to you, reader.")
    records = list(client.chat(CHAT.name, HELLO, stream=True))
    pieces = list(double.default.pieces)
    assert len(records) == len(pieces) + 1
    assert "".join(r.message.content or "" for r in records) == "Hello to you, reader."
    assert [r.done for r in records] == [False] * len(pieces) + [True]
    assert records[-1].done_reason == "stop"
    assert records[-1].eval_count == len(pieces)
    assert 4 < (records[-1].prompt_eval_count or 0) < 12
    assert (records[-1].total_duration or 0) > 0


def test_each_record_is_a_line_of_json(double: OllamaDouble) -> None:
    double.default = said("Hello.")
    with httpx.Client(trust_env=False) as plain:
        got = plain.post(f"{double.url}/api/chat", json={"model": CHAT.name, "messages": HELLO})
    assert got.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(line)["model"] for line in got.text.splitlines()] == [CHAT.name] * 2


def test_a_chat_can_be_had_whole(client: Client, double: OllamaDouble) -> None:
    double.default = said("Hello.")
    got = client.chat(CHAT.name, HELLO)
    assert (got.message.content, got.done) == ("Hello.", True)


def test_replies_are_scripted_by_question(client: Client, double: OllamaDouble) -> None:
    double.replies = {"HELLO": said("To you too.")}
    asked = "Sources: hello. Question: bye?"
    assert client.chat(CHAT.name, HELLO).message.content == "To you too."
    assert client.chat(CHAT.name, [{"role": "user", "content": asked}]).message.content != "To you too."
    assert [r.body["model"] for r in double.chats()] == [CHAT.name] * 2


@pytest.mark.parametrize(
    ("then", "error"),
    [("cut", httpx.RemoteProtocolError), ("broken", json.JSONDecodeError), ("error", ResponseError)],
)
def test_a_stream_can_fail_midway(client: Client, double: OllamaDouble, then: Ending, error: type[Exception]) -> None:
    double.default = Reply(["He", "llo"], then=then)
    heard: list[str] = []
    with pytest.raises(error):
        for record in client.chat(CHAT.name, HELLO, stream=True):
            heard.append(record.message.content or "")
    assert heard == ["He", "llo"]


def test_a_stream_can_end_without_its_last_record(client: Client, double: OllamaDouble) -> None:
    double.default = Reply(["He"], then="end")
    assert [r.done for r in client.chat(CHAT.name, HELLO, stream=True)] == [False]


def test_a_chat_can_be_refused(client: Client, double: OllamaDouble) -> None:
    double.default = Reply(status=500, error="out of memory")
    for stream in (True, False):
        with pytest.raises(ResponseError, match="out of memory") as refused:
            list(client.chat(CHAT.name, HELLO, stream=stream))
        assert refused.value.status_code == 500
    with pytest.raises(ResponseError, match="not found"):
        client.chat("none", HELLO)
    with pytest.raises(ResponseError, match="does not support chat"):
        client.chat(EMBED.name, HELLO)


def test_texts_are_embedded_in_order(client: Client) -> None:
    got = client.embed(EMBED.name, ["frogs", "tides", "frogs"])
    assert len(got.embeddings) == 3
    assert got.embeddings[0] == got.embeddings[2] != got.embeddings[1]
    assert client.embed(EMBED.name, "frogs").embeddings == [got.embeddings[0]]
    with pytest.raises(ResponseError, match="does not support embeddings"):
        client.embed(CHAT.name, "frogs")


def test_an_unknown_path_and_a_body_that_is_no_json_are_refused(double: OllamaDouble) -> None:
    with httpx.Client(base_url=double.url, trust_env=False) as plain:
        assert plain.get("/").text == "Ollama is running"
        assert plain.get("/api/version").json() == {"version": double.version}
        assert plain.get("/api/nothing").status_code == 404
        assert plain.post("/api/chat", content=b"{").status_code == 400
        assert plain.post("/api/chat", json={}).json() == {"error": "model is required"}


def test_after_it_is_gone_nothing_listens() -> None:
    with serve_ollama() as double:
        pass
    with pytest.raises(httpx.ConnectError), httpx.Client(trust_env=False) as plain:
        plain.get(double.url)
    with pytest.raises(httpx.ConnectError), httpx.Client(trust_env=False) as plain:
        plain.get(f"http://127.0.0.1:{closed_port()}")

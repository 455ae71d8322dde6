"""Ollama's address in every form, and its embedder where no server answers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from ingest.embeddings import embedder_name, make_embedder, weights_hash
from ingest.errors import ConfigError, ModelError
from ingest.ollama_host import ollama_url
from ingest.settings import Settings


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("", "http://127.0.0.1:11434"),
        ("  ", "http://127.0.0.1:11434"),
        (":8000", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("0.0.0.0:8000", "http://127.0.0.1:8000"),
        ("box.local", "http://box.local:11434"),
        ("box.local:8000", "http://box.local:8000"),
        ("'box.local'", "http://box.local:11434"),
        ("http://box.local", "http://box.local:80"),
        ("HTTP://Box.local", "http://box.local:80"),
        ("https://box.local", "https://box.local:443"),
        ("http://box.local:8000/base/", "http://box.local:8000/base"),
        ("http://0.0.0.0:8000", "http://127.0.0.1:8000"),
        ("::1", "http://[::1]:11434"),
        ("[::1]:8000", "http://[::1]:8000"),
        ("[::]:8000", "http://[::1]:8000"),
        ("::", "http://[::1]:11434"),
    ],
)
def test_addresses(host, url):
    assert ollama_url(host) == url


@pytest.mark.parametrize("host", ["box:port", "box:99999", "ftp://box", "[::1", "box local", "user:word@box:1"])
def test_what_is_no_address_is_named(host):
    with pytest.raises(ConfigError) as caught:
        ollama_url(host)
    assert repr(host) in str(caught.value)
    assert caught.value.fix == "Give host:port."


class _Ollama(BaseHTTPRequestHandler):
    """Answers an embedding request with a vector, or says that the model is not there."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        there = asked["model"] == "all-minilm"
        texts = asked["input"] if isinstance(asked["input"], list) else [asked["input"]]
        answer = {"embeddings": [[1.0, 0.0] for _ in texts]} if there else {"error": "model not found"}
        body = json.dumps(answer).encode()
        self.send_response(200 if there else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Ollama) as held:
        thread = threading.Thread(target=held.serve_forever)
        thread.start()
        yield f"127.0.0.1:{held.server_port}"
        held.shutdown()
        thread.join()


def test_the_embedder_is_made_and_asked_past_any_proxy(server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    embedder = make_embedder(Settings(embedder="ollama", ollama_host=server))
    assert embedder.get_text_embedding("frogs") == [1.0, 0.0]
    assert embedder_name(embedder) == "OllamaEmbedding/all-minilm"
    assert weights_hash(embedder) == ""


def test_a_model_that_is_not_there_is_named_with_the_command_that_brings_it(server):
    with pytest.raises(ModelError) as caught:
        make_embedder(Settings(embedder="ollama", embed_model="frogs", ollama_host=server))
    assert "'frogs'" in caught.value.what
    assert caught.value.fix == "Run: ollama pull frogs"


def test_where_no_server_answers_the_command_is_named():
    with pytest.raises(ModelError) as caught:
        make_embedder(Settings(embedder="ollama", ollama_host="127.0.0.1:9"))
    assert "http://127.0.0.1:9" in caught.value.what
    assert "ollama serve" in caught.value.fix

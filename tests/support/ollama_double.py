"""A stand-in for an Ollama server: its wire protocol on loopback, with replies and faults that a test scripts.

It speaks ``/api/version``, ``/api/tags``, ``/api/show``, ``/api/ps``, ``/api/chat`` (streamed as newline-delimited JSON
in HTTP chunks, or whole) and ``/api/embed``, and answers errors as the server does: a status and ``{"error": ...}``
before a stream, a line ``{"error": ...}`` within one.
"""

from __future__ import annotations

import hashlib
import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

from tests.support.embedding import BagOfWords

CREATED = "2025-01-01T00:00:00.000000Z"
HELD_SECONDS = 20.0
"""How long a held reply waits to be let go before it goes on by itself."""
Ending = Literal["done", "error", "cut", "broken", "end"]


@dataclass(frozen=True)
class Model:
    """A model as the server lists it."""

    name: str
    context_length: int = 8192
    parameter_size: str = "4.0B"
    family: str = "qwen3"
    capabilities: tuple[str, ...] = ("completion",)

    def listed(self) -> dict[str, Any]:
        """Return its entry in ``/api/tags``."""
        return {
            "name": self.name, "model": self.name, "modified_at": CREATED, "size": 2_500_000_000,
            "digest": hashlib.sha256(self.name.encode()).hexdigest(), "details": self.details(),
        }  # fmt: skip

    def details(self) -> dict[str, Any]:
        """Return what both listings say of it."""
        return {
            "parent_model": "", "format": "gguf", "family": self.family, "families": [self.family],
            "parameter_size": self.parameter_size, "quantization_level": "Q4_K_M",
        }  # fmt: skip

    def shown(self) -> dict[str, Any]:
        """Return its ``/api/show``."""
        info = {"general.architecture": self.family, f"{self.family}.context_length": self.context_length}
        return {
            "modelfile": f"FROM {self.name}", "parameters": "temperature 0.7", "template": "{{ .Prompt }}",
            "details": self.details(), "model_info": info, "capabilities": list(self.capabilities),
            "modified_at": CREATED,
        }  # fmt: skip


CHAT = Model("tiny-chat:latest")
EMBED = Model("all-minilm:latest", 512, "23M", "bert", ("embedding",))


@dataclass(frozen=True)
class Reply:
    """What the model says to one question, and how that ends.

    ``status`` other than 200 answers with ``error`` at once. Else the pieces are streamed, and then ``done`` closes the
    stream as the server does, ``error`` sends an error line, ``cut`` drops the connection, ``broken`` sends a line of
    JSON that is not whole, and ``end`` closes the stream without the last record.
    """

    pieces: Sequence[str] = ()
    then: Ending = "done"
    error: str = "the model runner has stopped"
    status: int = 200
    thinking: Sequence[str] = ()
    delay: float = 0.0
    """Seconds before the first piece."""
    pause: float = 0.0
    """Seconds between pieces."""
    held: threading.Event | None = None
    """Waited for after the first piece, so that a test can look at a stream that is under way."""
    reason: str = "stop"


def said(text: str, size: int = 9, **more: Any) -> Reply:
    """Return a reply that says a text in pieces of a few characters, cut without regard for words."""
    return Reply([text[i : i + size] for i in range(0, len(text), size)], **more)


@dataclass(frozen=True)
class Request:
    """A request that the server got."""

    method: str
    path: str
    body: Mapping[str, Any]

    @property
    def prompt(self) -> str:
        """The messages of a chat, joined."""
        return "\n".join(str(m["content"]) for m in self.body.get("messages", ()))


@dataclass
class OllamaDouble:
    """The server. Use :func:`serve_ollama`.

    ``replies`` maps words to a reply; the first whose words stand in the question (what follows the last
    ``Question:`` of the last message, or all of it) is given, else ``default``.
    """

    models: Sequence[Model] = (CHAT, EMBED)
    replies: dict[str, Reply] = field(default_factory=dict)
    default: Reply = field(default_factory=lambda: said("The papers given do not answer this."))
    version: str = "0.12.3"
    embed: Callable[[str], Sequence[float]] = field(default_factory=lambda: BagOfWords().get_text_embedding)
    broken_paths: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Paths that answer with a status and a body of their own."""
    requests: list[Request] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    """Paths of the answers that a client broke off."""
    url: str = ""

    def chats(self) -> list[Request]:
        """Return the chat requests so far."""
        return [r for r in self.requests if r.path == "/api/chat"]

    def model(self, name: str) -> Model | None:
        """Return a model by its name, with or without ``:latest``."""
        return next((m for m in self.models if name in (m.name, m.name.removesuffix(":latest"))), None)

    def reply_to(self, body: Mapping[str, Any]) -> Reply:
        """Return the reply scripted for a chat."""
        messages = body.get("messages") or [{"content": ""}]
        question = str(messages[-1]["content"]).rpartition("Question:")[2].lower()
        return next((reply for words, reply in self.replies.items() if words.lower() in question), self.default)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.connections.add(self.connection)

    def finish(self) -> None:
        self.server.connections.discard(self.connection)
        super().finish()

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""

    def do_GET(self) -> None:
        self._serve({})

    def do_HEAD(self) -> None:
        self._serve({})

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            body = json.loads(raw or b"{}")
        except ValueError as error:
            self._send(400, {"error": str(error)})
            return
        self._serve(body)

    def _serve(self, body: Mapping[str, Any]) -> None:
        double = self.server.double
        path = self.path.partition("?")[0]
        double.requests.append(Request(self.command, path, body))
        routes: dict[tuple[str, str], Callable[[], None]] = {
            ("GET", "/"): lambda: self._send(200, "Ollama is running"),
            ("HEAD", "/"): lambda: self._send(200, ""),
            ("GET", "/api/version"): lambda: self._send(200, {"version": double.version}),
            ("GET", "/api/tags"): lambda: self._send(200, {"models": [m.listed() for m in double.models]}),
            ("GET", "/api/ps"): lambda: self._send(200, {"models": []}),
            ("POST", "/api/show"): lambda: self._with_model(body, lambda model: self._send(200, model.shown())),
            ("POST", "/api/embed"): lambda: self._with_model(body, lambda model: self._embed(model, body)),
            ("POST", "/api/chat"): lambda: self._with_model(body, lambda model: self._chat(model, body)),
        }
        try:
            if path in double.broken_paths:
                self._send(*double.broken_paths[path])
            elif route := routes.get((self.command, path)):
                route()
            else:
                self._send(404, "404 page not found")
        except (BrokenPipeError, ConnectionResetError):
            double.dropped.append(path)
            self.close_connection = True

    def _send(self, status: int, body: Any) -> None:
        data = body if isinstance(body, str) else json.dumps(body)
        kind = "text/plain" if isinstance(body, str) else "application/json; charset=utf-8"
        raw = data.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(raw)

    def _with_model(self, body: Mapping[str, Any], use: Callable[[Model], None]) -> None:
        name = str(body.get("model") or body.get("name") or "")
        model = self.server.double.model(name)
        if not name:
            self._send(400, {"error": "model is required"})
        elif model is None:
            self._send(404, {"error": f"model '{name}' not found"})
        else:
            use(model)

    def _embed(self, model: Model, body: Mapping[str, Any]) -> None:
        if "embedding" not in model.capabilities:
            self._send(501, {"error": "this model does not support embeddings"})
            return
        given = body.get("input", [])
        texts = [given] if isinstance(given, str) else given
        vectors = [list(self.server.double.embed(str(text))) for text in texts]
        self._send(200, {"model": model.name, "embeddings": vectors, **_counts(" ".join(map(str, texts)), "")})

    def _chat(self, model: Model, body: Mapping[str, Any]) -> None:
        reply = self.server.double.reply_to(body)
        if "completion" not in model.capabilities:
            self._send(400, {"error": f'"{model.name}" does not support chat'})
        elif reply.status != 200:
            self._send(reply.status, {"error": reply.error})
        elif body.get("stream", True):
            self._stream(model, body, reply)
        else:
            self.server.sleep(reply.delay)
            whole = "".join(reply.pieces)
            self._send(200, {**_record(model, whole), **_last(body, reply)})

    def _stream(self, model: Model, body: Mapping[str, Any], reply: Reply) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.server.sleep(reply.delay)
        for thought in reply.thinking:
            self._line(_record(model, "", thought))
        for place, piece in enumerate(reply.pieces):
            if place:
                self.server.sleep(reply.pause)
            self._line(_record(model, piece))
            if place == 0 and reply.held is not None:
                reply.held.wait(HELD_SECONDS)
        self._close(model, body, reply)

    def _close(self, model: Model, body: Mapping[str, Any], reply: Reply) -> None:
        if reply.then == "cut":
            self._drop()
            return
        if reply.then == "done":
            self._line({**_record(model, ""), **_last(body, reply)})
        elif reply.then == "error":
            self._line({"error": reply.error})
        elif reply.then == "broken":
            self._chunk(b'{"model": "tiny-chat", "message": {"role": "assist\n')
        self._chunk(b"")

    def _line(self, record: Mapping[str, Any]) -> None:
        self._chunk(json.dumps(record).encode() + b"\n")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def _drop(self) -> None:
        self.wfile.flush()
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    """So that closing waits for every thread, and no socket outlives the test."""

    def __init__(self, double: OllamaDouble, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.double = double
        self.connections: set[socket.socket] = set()
        self._closing = threading.Event()

    def sleep(self, seconds: float) -> None:
        """Wait, but not longer than the server lives."""
        if seconds:
            self._closing.wait(seconds)

    def stop(self) -> None:
        """End every connection and thread."""
        self._closing.set()
        self.shutdown()
        for connection in list(self.connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that went away."""


def _record(model: Model, content: str, thinking: str = "") -> dict[str, Any]:
    message = {"role": "assistant", "content": content} | ({"thinking": thinking} if thinking else {})
    return {"model": model.name, "created_at": CREATED, "message": message, "done": False}


def _last(body: Mapping[str, Any], reply: Reply) -> dict[str, Any]:
    prompt = " ".join(str(m["content"]) for m in body.get("messages", ()))
    return {"done": True, "done_reason": reply.reason, **_counts(prompt, "".join(reply.pieces))}


def _counts(prompt: str, answer: str) -> dict[str, int]:
    """Return the counts and nanoseconds of a last record; a word is taken for a token."""
    return {
        "total_duration": 5_000_000, "load_duration": 1_000_000,
        "prompt_eval_count": len(prompt.split()), "prompt_eval_duration": 2_000_000,
        "eval_count": len(answer.split()), "eval_duration": 2_000_000,
    }  # fmt: skip


@contextmanager
def serve_ollama(double: OllamaDouble | None = None, port: int = 0) -> Iterator[OllamaDouble]:
    """Serve a double on loopback, on a free port unless one is given; it is gone afterwards."""
    double = double or OllamaDouble()
    server = _Server(double, port)
    double.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield double
    finally:
        server.stop()
        thread.join(10)


def closed_port() -> int:
    """Return a port of loopback on which nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])

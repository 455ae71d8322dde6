"""How the Ollama double speaks: its HTTP server, and the records it sends."""

from __future__ import annotations

import json
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import Any

from ingest.passages import token_counter
from tests.support.ollama_double import CREATED, HELD_SECONDS, Model, OllamaDouble, Reply, Request

_LOOK_SECONDS = 0.01
"""How often a waiting server looks whether its client is still there."""
_FRAME = 4
"""Tokens that a chat's template puts around a message."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    """As Go's servers do; else a connection used again would hold small records back."""
    server: Server

    def setup(self) -> None:
        super().setup()
        self.server.connections.add(self.connection)
        self._streaming = False

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
            ("GET", "/api/ps"): lambda: self._send(200, {"models": double.in_memory()}),
            ("POST", "/api/show"): lambda: self._with_model(body, lambda model: self._send(200, model.shown())),
            ("POST", "/api/embed"): lambda: self._with_model(body, lambda model: self._embed(model, body)),
            ("POST", "/api/chat"): lambda: self._with_model(body, lambda model: self._chat(model, body)),
        }
        try:
            if double.moved_to and path == "/api/chat":
                self._send(307, "", {"Location": double.moved_to + path})
            elif path in double.broken_paths:
                self._send(*double.broken_paths[path])
            elif route := routes.get((self.command, path)):
                route()
            else:
                self._send(404, "404 page not found")
        except (BrokenPipeError, ConnectionResetError):
            double.dropped.append(path)
            self.close_connection = True

    def _send(self, status: int, body: Any, headers: Mapping[str, str] = MappingProxyType({})) -> None:
        data = body if isinstance(body, str) else json.dumps(body)
        kind = "text/plain" if isinstance(body, str) else "application/json; charset=utf-8"
        raw = data.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(raw)))
        for name, value in headers.items():
            self.send_header(name, value)
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
        if fault := self.server.double.embed_fault(body):
            self._send(fault[0], {"error": fault[1]})
            return
        if body.get("truncate") is False and any(_tokens(str(text)) > model.context_length for text in texts):
            self._send(400, {"error": "the input length exceeds the context length"})
            return
        vectors = [list(self.server.double.embed(str(text))) for text in texts]
        read = sum(_tokens(str(text)) for text in texts)
        self._send(200, {"model": model.name, "embeddings": vectors, **_counts(read, 0)})

    def _chat(self, model: Model, body: Mapping[str, Any]) -> None:
        reply = self.server.double.reply_to(body)
        if "completion" not in model.capabilities:
            self._send(400, {"error": f'"{model.name}" does not support chat'})
        elif body.get("think") and "thinking" not in model.capabilities:
            self._send(400, {"error": f'"{model.name}" does not support thinking'})
        elif body.get("format", "json") != "json" and not isinstance(body["format"], dict):
            self._send(400, {"error": 'invalid format, expected "json" or a JSON schema'})
        elif reply.status != 200:
            self._send(reply.status, {"error": reply.error})
        else:
            with self.server.slot(self._wait):
                self._answer(model, body, reply)

    def _answer(self, model: Model, body: Mapping[str, Any], reply: Reply) -> None:
        window = int((body.get("options") or {}).get("num_ctx") or 4096)
        self.server.double.running[model.name] = min(window, model.context_length)
        self._wait(reply.delay)
        if body.get("stream", True):
            self._stream(model, body, reply)
        else:
            pieces = list(reply.pieces)
            self._send(200, {**_record(model, "".join(pieces)), **_last(model, body, reply, len(pieces))})

    def _stream(self, model: Model, body: Mapping[str, Any], reply: Reply) -> None:
        for thought in reply.thinking if body.get("think") is not False else ():
            self._line(_record(model, "", thought))
        most = int((body.get("options") or {}).get("num_predict") or -1)
        written = 0
        for piece in reply.pieces:
            if written == most:
                self._end({**_record(model, ""), **_last(model, body, reply, written), "done_reason": "length"})
                return
            if written:
                self._wait(reply.pause)
            self._line(_record(model, piece))
            written += 1
            if written == 1 and reply.held is not None:
                reply.held.wait(HELD_SECONDS)
        self._close(reply, {**_record(model, ""), **_last(model, body, reply, written)})

    def _close(self, reply: Reply, last: Mapping[str, Any]) -> None:
        if reply.then == "cut":
            self._drop()
        elif reply.then == "error" and not self._streaming:
            self._send(500, {"error": reply.error})
        elif reply.then == "error":
            self._end({"error": reply.error})
        elif reply.then == "broken":
            self._chunk(b'{"model": "tiny-chat", "message": {"role": "assist\n')
            self._end()
        else:
            self._end(last if reply.then == "done" else None)

    def _end(self, last: Mapping[str, Any] | None = None) -> None:
        """Close the stream, after a last record if there is one."""
        if last:
            self._line(last)
        self._chunk(b"")
        self._streaming = False

    def _line(self, record: Mapping[str, Any]) -> None:
        self._chunk(json.dumps(record).encode() + b"\n")

    def _chunk(self, data: bytes) -> None:
        if not self._streaming:
            self._streaming = True
            self.send_response(200)
            self.send_header("Content-Type", "application/x-ndjson")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def _drop(self) -> None:
        self.wfile.flush()
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _wait(self, seconds: float) -> None:
        """Wait, unless the server stops or the client goes away; the latter as a write that fails."""
        if seconds and self.server.double.sleep:
            self.server.double.sleep(seconds)
            return
        end = time.monotonic() + seconds
        while not self.server.closing.wait(min(_LOOK_SECONDS, max(end - time.monotonic(), 0))):
            if self._is_left():
                raise BrokenPipeError
            if time.monotonic() >= end:
                return

    def _is_left(self) -> bool:
        with selectors.DefaultSelector() as waiting:  # select() itself takes no descriptor above 1,023
            waiting.register(self.connection, selectors.EVENT_READ)
            readable = waiting.select(0)
        return bool(readable) and not self.connection.recv(1, socket.MSG_PEEK)


class Server(ThreadingHTTPServer):
    """Serves a double."""

    daemon_threads = False
    """So that closing waits for every thread, and no socket outlives the test."""

    def __init__(self, double: OllamaDouble, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.double = double
        self.connections: set[socket.socket] = set()
        self.closing = threading.Event()
        self._free = threading.Semaphore(double.slots)
        self._count = threading.Lock()
        self._busy = 0

    @contextmanager
    def slot(self, wait: Callable[[float], None]) -> Iterator[None]:
        """Hold one of the model's slots, having waited for it."""
        while not self._free.acquire(blocking=False):
            wait(_LOOK_SECONDS)
        with self._count:
            self._busy += 1
            self.double.at_once = max(self.double.at_once, self._busy)
        try:
            yield
        finally:
            with self._count:
                self._busy -= 1
            self._free.release()

    def stop(self) -> None:
        """End every connection and thread."""
        self.closing.set()
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


def _last(model: Model, body: Mapping[str, Any], reply: Reply, written: int) -> dict[str, Any]:
    """Return what the last record says: of a prompt that was too long, the half of the window that was kept."""
    window = min(int((body.get("options") or {}).get("num_ctx") or 4096), model.context_length)
    sent = sum(_tokens(str(m["content"])) + _FRAME for m in body.get("messages", ()))
    read = sent if sent <= window else window // 2 + 2
    counts = _counts(read if reply.counted is None else reply.counted, written)
    return {"done": True, "done_reason": reply.reason, **counts}


def _counts(read: int, written: int) -> dict[str, int]:
    """Return the counts and nanoseconds of a last record; a piece that was written is taken for a token."""
    return {
        "total_duration": 5_000_000, "load_duration": 1_000_000,
        "prompt_eval_count": read, "prompt_eval_duration": 2_000_000,
        "eval_count": written, "eval_duration": 2_000_000,
    }  # fmt: skip


def _tokens(text: str) -> int:
    return len(token_counter()(text))

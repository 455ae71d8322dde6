"""A stand-in for an Ollama server: its wire protocol on loopback, with replies and faults that a test scripts.

It speaks ``/api/version``, ``/api/tags``, ``/api/show``, ``/api/ps``, ``/api/chat`` (streamed as newline-delimited JSON
in HTTP chunks, or whole) and ``/api/embed``, and answers errors as the server does: a status and ``{"error": ...}``
before a stream, a line ``{"error": ...}`` within one. As with the server, no byte of a stream comes before its first
token. How it speaks is in :mod:`tests.support.ollama_wire`.
"""

from __future__ import annotations

import hashlib
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
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
    size: int = 2_500_000_000
    modified: str = CREATED
    parameters: str = "temperature                    0.7"
    """The Modelfile's, a line for each."""
    remote_host: str = ""
    """Where a cloud model runs."""
    told: bool = True
    """Whether ``/api/show`` tells its context and capabilities, which old servers do not."""
    listed_with: bool = False
    """Whether ``/api/tags`` tells its capabilities, as new servers do."""

    def listed(self) -> dict[str, Any]:
        """Return its entry in ``/api/tags``."""
        able = {"capabilities": list(self.capabilities)} if self.listed_with else {}
        return {
            "name": self.name, "model": self.name, "modified_at": self.modified, "size": self.size,
            "digest": hashlib.sha256(self.name.encode()).hexdigest(), "details": self.details(),
            **able, **self._remote(),
        }  # fmt: skip

    def _remote(self) -> dict[str, Any]:
        return {"remote_host": self.remote_host, "remote_model": self.name} if self.remote_host else {}

    def details(self) -> dict[str, Any]:
        """Return what both listings say of it."""
        return {
            "parent_model": "", "format": "gguf", "family": self.family, "families": [self.family],
            "parameter_size": self.parameter_size, "quantization_level": "Q4_K_M",
        }  # fmt: skip

    def shown(self) -> dict[str, Any]:
        """Return its ``/api/show``."""
        info = {"general.architecture": self.family, f"{self.family}.context_length": self.context_length}
        told = {"model_info": info, "capabilities": list(self.capabilities)} if self.told else {}
        return {
            "modelfile": f"FROM {self.name}", "parameters": self.parameters, "template": "{{ .Prompt }}",
            "details": self.details(), "modified_at": self.modified, **told, **self._remote(),
        }  # fmt: skip


CHAT = Model("tiny-chat:latest")
THINKER = Model("tiny-thinker:latest", capabilities=("completion", "thinking"))
EMBED = Model("all-minilm:latest", 512, "23M", "bert", ("embedding",), 46_000_000)


@dataclass(frozen=True)
class Reply:
    """What the model says to one question, and how that ends.

    ``status`` other than 200 answers with ``error`` at once. Else the pieces are streamed, and then ``done`` closes the
    stream as the server does, ``error`` sends an error (as a line, or with a status where nothing was sent before),
    ``cut`` drops the connection, ``broken`` sends a line of JSON that is not whole, and ``end`` closes the stream
    without the last record. Pieces without end are cut off at ``num_predict``, if a client asks for that.
    """

    pieces: Iterable[str] = ()
    then: Ending = "done"
    error: str = "the model runner has stopped"
    status: int = 200
    thinking: Sequence[str] = ()
    """What a model thinks before, unless it is told not to."""
    delay: float = 0.0
    """Seconds before the first piece."""
    pause: float = 0.0
    """Seconds between pieces."""
    held: threading.Event | None = None
    """Waited for after the first piece, so that a test can look at a stream that is under way."""
    reason: str = "stop"
    counted: int | None = None
    """Prompt tokens that the last record tells; default: those that the window took."""


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

    @property
    def options(self) -> Mapping[str, Any]:
        """The model's options that were asked for."""
        return self.body.get("options") or {}


class ManualClock:
    """A clock that goes when it is told to. Its ``sleep`` is given to a double, and itself to a client.

    A stall is best told by a reply that is ``held`` while the test lets the clock go: after a ``pause`` it cannot be
    known whether the client had looked at the clock before.
    """

    def __init__(self) -> None:
        self._now = 1_000.0

    def __call__(self) -> float:
        """Return the time in seconds."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Let time pass, at once."""
        self._now += seconds


@dataclass
class OllamaDouble:
    """The server. Use :func:`serve_ollama`.

    ``replies`` maps words to a reply; the first whose words stand in the question (what follows the last
    ``Question:`` of the last message, or all of it) is given, else ``default``.
    """

    models: Sequence[Model] = (CHAT, EMBED)
    replies: dict[str, Reply] = field(default_factory=dict)
    default: Reply = field(default_factory=lambda: said("The papers given do not answer this."))
    answer: Callable[[Mapping[str, Any]], Reply] | None = None
    """Makes a reply of a chat's body, in the place of those scripted."""
    version: str = "0.12.3"
    embed: Callable[[str], Sequence[float]] = field(default_factory=lambda: BagOfWords().get_text_embedding)
    embed_fault: Callable[[Mapping[str, Any]], tuple[int, str] | None] = lambda body: None
    """Given what is to be embedded, a status and an error to answer with instead; it may wait, or stop the server."""
    broken_paths: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Paths that answer with a status and a body of their own."""
    moved_to: str = ""
    """Address to which chats are redirected."""
    slots: int = 4
    """Chats that are answered at once; others queue, and hear nothing meanwhile."""
    sleep: Callable[[float], None] | None = None
    """Takes the place of waiting, for ``delay`` and ``pause``."""
    requests: list[Request] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    """Paths of the answers that a client broke off."""
    running: dict[str, int] = field(default_factory=dict)
    """Models in memory, and the window of each."""
    at_once: int = 0
    """The most chats that were answered at the same time."""
    url: str = ""

    def chats(self) -> list[Request]:
        """Return the chat requests so far."""
        return [r for r in self.requests if r.path == "/api/chat"]

    def embeds(self) -> list[Request]:
        """Return the embedding requests so far."""
        return [r for r in self.requests if r.path == "/api/embed"]

    def left(self, seconds: float = 5.0) -> list[str]:
        """Return the paths that clients broke off, having given the server a moment to notice."""
        end = time.monotonic() + seconds
        while not self.dropped and time.monotonic() < end:
            time.sleep(0.01)
        return self.dropped

    def model(self, name: str) -> Model | None:
        """Return a model by its name, with or without ``:latest``."""
        return next((m for m in self.models if name in (m.name, m.name.removesuffix(":latest"))), None)

    def reply_to(self, body: Mapping[str, Any]) -> Reply:
        """Return the reply scripted for a chat."""
        if self.answer:
            return self.answer(body)
        messages = body.get("messages") or [{"content": ""}]
        question = str(messages[-1]["content"]).rpartition("Question:")[2].lower()
        return next((reply for words, reply in self.replies.items() if words.lower() in question), self.default)

    def in_memory(self) -> list[dict[str, Any]]:
        """Return what ``/api/ps`` lists."""
        return [
            {"name": name, "model": name, "size": 3_000_000_000, "size_vram": 0, "context_length": window}
            for name, window in self.running.items()
        ]


@contextmanager
def serve_ollama(double: OllamaDouble | None = None, port: int = 0) -> Iterator[OllamaDouble]:
    """Serve a double on loopback, on a free port unless one is given; it is gone afterwards."""
    from tests.support.ollama_wire import Server

    double = double or OllamaDouble()
    server = Server(double, port)
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

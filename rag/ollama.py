"""The Ollama server: whether it answers, which models it serves, and a client for it.

The clients take no proxy from the environment (the official one would send a question for this machine through
``HTTP_PROXY``) and every time-out is explicit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.errors import ModelError
from ingest.ollama_host import ollama_url

if TYPE_CHECKING:
    from llama_index.llms.ollama import Ollama

    from ingest.settings import Settings

PROBE_SECONDS = 0.8
_EMBEDDERS = ("embed", "minilm", "bge-", "bge:", "e5", "gte")


@dataclass(frozen=True)
class OllamaStatus:
    """What is known of the server; ``problem`` is empty when a chat model can be used."""

    reachable: bool
    url: str
    version: str = ""
    chat_models: tuple[str, ...] = ()
    embed_models: tuple[str, ...] = ()
    problem: str = ""
    fix: str = ""

    def model(self, wanted: str) -> str:
        """Return the chat model to use: the wanted one if it is there, the first listed if none is wanted."""
        if not wanted:
            return self.chat_models[0] if self.chat_models else ""
        return next((m for m in self.chat_models if m in (wanted, f"{wanted}:latest")), "")


def probe(settings: Settings) -> OllamaStatus:
    """Ask the server what it is and which models it serves, within about a second; never raises for its absence.

    Raises:
        ConfigError: the address makes no sense.
    """
    import httpx

    url = ollama_url(settings.ollama_host)
    try:
        with httpx.Client(base_url=url, trust_env=False, timeout=PROBE_SECONDS) as client:
            version = str(client.get("/api/version").raise_for_status().json().get("version") or "")
            models = client.get("/api/tags").raise_for_status().json().get("models") or []
            names = [str(name) for m in models if (name := m.get("name") or m.get("model"))]
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, AttributeError, TypeError) as error:
        said = f"No Ollama server answers at {url} ({type(error).__name__})."
        return OllamaStatus(False, url, problem=said, fix="ollama serve")
    embedding = tuple(n for n in names if any(mark in n.lower() for mark in _EMBEDDERS))
    chat = tuple(n for n in names if n not in embedding)
    status = OllamaStatus(True, url, version, chat, embedding)
    if not status.model(settings.model):
        return _without_model(status, settings.model)
    return status


def _without_model(status: OllamaStatus, wanted: str) -> OllamaStatus:
    name = wanted or "qwen3:4b"
    said = (
        f"Ollama at {status.url} has no model {wanted!r}." if wanted else f"Ollama at {status.url} has no chat model."
    )
    return OllamaStatus(
        True, status.url, status.version, status.chat_models, status.embed_models, said, f"ollama pull {name}"
    )


def open_llm(settings: Settings) -> Ollama | None:
    """Return LlamaIndex's client for the model that the settings name; ``None`` where answers are to be extractive.

    Raises:
        ModelError: ``generator`` is ``ollama`` and no model can be used.
    """
    if settings.generator == "extractive":
        return None
    status = probe(settings)
    if status.problem:
        if settings.generator == "ollama" or settings.model:
            raise ModelError(status.problem, f'Run: {status.fix}   (or set generator = "extractive")')
        return None
    return _client(settings, status)


def _client(settings: Settings, status: OllamaStatus) -> Ollama:
    import httpx
    from llama_index.llms.ollama import Ollama
    from ollama import AsyncClient, Client

    timeout = httpx.Timeout(settings.ollama_timeout, connect=2.0)
    return Ollama(
        model=status.model(settings.model),
        base_url=status.url,
        context_window=settings.num_ctx,
        request_timeout=settings.ollama_timeout,
        temperature=0.0,
        client=Client(status.url, timeout=timeout, trust_env=False),
        async_client=AsyncClient(status.url, timeout=timeout, trust_env=False),
    )

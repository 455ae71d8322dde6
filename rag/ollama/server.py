"""The Ollama server: whether it answers, what it serves, and which of its models is used."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.ollama_host import OLLAMA_COM, is_this_machine, ollama_url
from rag.listening.failures import brief
from rag.ollama.choosing import Choice, choose_chat, choose_checker, choose_embedder
from rag.ollama.failures import why
from rag.ollama.installed import Installed, Shown, read_listed, read_shown
from rag.ollama.memory import total_memory

if TYPE_CHECKING:
    import httpx

    from ingest.settings import Settings

PROBE_SECONDS = 1.0
"""Within so long it is known whether a server answers, whatever it or the name service does."""
LIST_SECONDS = 3.0
"""One that answers is given so long to list its models, since it may be busy with another's question."""
_SHOWN_AT_MOST = 4
"""Models that are asked about, best first, where the list does not tell which can chat."""


@dataclass(frozen=True)
class OllamaStatus:
    """What is known of the server; ``problem`` is empty when a chat model can be used."""

    reachable: bool
    url: str
    version: str = ""
    models: tuple[Installed, ...] = ()
    chosen: Installed | None = None
    """The chat model that is used."""
    why: str = ""
    """Why it is that one."""
    shown: Shown = field(default_factory=Shown)
    """What the server tells of the chosen model."""
    problem: str = ""
    fix: str = ""
    """A command that mends the problem."""

    @property
    def warning(self) -> str:
        """What must be said of the chosen model; empty for one that runs on the server itself."""
        if not self.chosen or not self.chosen.remote:
            return ""
        return f"{self.chosen.name} runs in Ollama's cloud: questions and the abstracts it reads leave this machine."

    @property
    def checker(self) -> str:
        """The name of an installed fact-checking model; empty where there is none."""
        found = choose_checker(self.models)
        return found.name if found else ""

    def embedder(self, wanted: str) -> str:
        """Return the name of the embedding model to use; empty where it is not there."""
        found = choose_embedder(self.models, wanted)
        return found.name if found else ""


def probe(settings: Settings) -> OllamaStatus:
    """Ask the server what it is and which models it serves; never raises for its absence.

    Whether it is there is known within :data:`PROBE_SECONDS`. The asking is done by a thread of its own, since no
    time-out ends a name service that does not answer.

    Raises:
        ConfigError: the address makes no sense.
    """
    import httpx

    url = ollama_url(settings.ollama_host)
    try:
        client = _client(url, LIST_SECONDS)
    except httpx.InvalidURL as error:
        return _absent(url, brief(error))
    found: list[OllamaStatus] = []
    asking = threading.Thread(target=_look, args=(client, url, settings.model, found), daemon=True)
    asking.start()
    asking.join(PROBE_SECONDS)
    if not found:
        return _absent(url, f"no reply within {PROBE_SECONDS:g} s")
    asking.join(LIST_SECONDS)
    return found[-1]


def loaded(settings: Settings) -> Mapping[str, int] | None:
    """Return the models that the server has in memory and the window of each; ``None`` where it does not tell.

    Raises:
        ConfigError: the address makes no sense.
    """
    import httpx

    try:
        with _client(ollama_url(settings.ollama_host), PROBE_SECONDS) as client:
            running = client.get("/api/ps").raise_for_status().json().get("models") or []
            return {str(m.get("name") or m.get("model")): int(m.get("context_length") or 0) for m in running}
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, AttributeError, TypeError):
        return None


def _client(url: str, seconds: float) -> httpx.Client:
    """Return a client that takes no proxy from the environment, follows nobody elsewhere, and waits for so long."""
    import httpx

    return httpx.Client(base_url=url, trust_env=False, timeout=seconds, verify=url.startswith("https"))


def _look(client: httpx.Client, url: str, wanted: str, found: list[OllamaStatus]) -> None:
    """Put what is found in a list, each more complete than the one before, so that the last can be used at any time."""
    import httpx

    end = time.monotonic() + LIST_SECONDS
    try:
        with client:
            version = str(client.get("/api/version").raise_for_status().json().get("version") or "")
            found.append(_silent(url, version))
            entries = client.get("/api/tags").raise_for_status().json().get("models") or []
            models = [model for entry in entries if (model := read_listed(entry))]
            if urlsplit(url).hostname == OLLAMA_COM:
                models = [replace(model, remote=True) for model in models]
            found.append(_chosen(OllamaStatus(True, url, version, tuple(models)), wanted))
            _ask_about(client, found, wanted, lambda: time.monotonic() < end)
    except httpx.TransportError as error:
        found[:] = found or [_absent(url, why(error))]
    except (httpx.HTTPError, ValueError, AttributeError, TypeError) as error:
        found[:] = found[1:] or [_stranger(url, type(error).__name__)]


def _ask_about(client: httpx.Client, found: list[OllamaStatus], wanted: str, in_time: Callable[[], bool]) -> None:
    """Ask about the chosen model; one that turns out not to chat, or not here, is passed over for the next best."""
    for _ in range(_SHOWN_AT_MOST):
        status = found[-1]
        if status.chosen is None or not in_time():
            return
        reply = client.post("/api/show", json={"model": status.chosen.name})
        if not reply.is_success:
            return
        shown = read_shown(reply.json())
        known = _with(status.chosen, shown)
        status = replace(status, models=tuple(known if m.name == known.name else m for m in status.models))
        if known.purpose in ("chat", "checking") and (wanted or not known.remote):
            found.append(replace(status, chosen=known, shown=shown))
            return
        found.append(_chosen(status, wanted))


def _with(model: Installed, shown: Shown) -> Installed:
    return replace(
        model,
        billions=model.billions or shown.billions,
        capabilities=shown.capabilities or model.capabilities,
        remote=model.remote or shown.remote,
    )


def _chosen(status: OllamaStatus, wanted: str) -> OllamaStatus:
    memory = total_memory() if is_this_machine(status.url) else 0
    choice: Choice = choose_chat(status.models, wanted, status.url, memory)
    return replace(status, chosen=choice.model, why=choice.why, problem=choice.problem, fix=choice.fix)


def _absent(url: str, why: str) -> OllamaStatus:
    if is_this_machine(url):
        return OllamaStatus(False, url, problem=f"No Ollama server answers at {url} ({why}).", fix="ollama serve")
    name = urlsplit(url).hostname
    said = f"No Ollama server answers at {url} ({why}). On {name}, it has to listen for other machines."
    return OllamaStatus(False, url, problem=said, fix="OLLAMA_HOST=0.0.0.0 ollama serve")


def _silent(url: str, version: str) -> OllamaStatus:
    said = f"Ollama at {url} does not list its models."
    return OllamaStatus(True, url, version, problem=said, fix="ollama list")


def _stranger(url: str, why: str) -> OllamaStatus:
    said = f"No Ollama server answers at {url}: what is there speaks otherwise ({why})."
    return OllamaStatus(False, url, problem=said, fix="export OLLAMA_HOST=host:port")

"""What ``citetrail doctor`` looks at on the Ollama server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.errors import CitetrailError
from ui.checks import Check

if TYPE_CHECKING:
    from ingest.settings import Settings
    from rag.ollama import OllamaStatus
    from rag.ollama.installed import Installed

_MEANWHILE = "Answers are extractive meanwhile."


def ollama_checks(settings: Settings) -> list[Check]:
    """Look at the server, the models it would be asked for, and the window; nothing is loaded for that."""
    embeds, writes = settings.embedder == "ollama", settings.generator != "extractive"
    if not (embeds or writes):
        return [Check("Ollama", "ok", "not needed: answers are extractive by setting")]
    from rag.ollama import probe

    try:
        status = probe(settings)
    except CitetrailError as error:
        return [Check("Ollama", "missing", error.what, error.fix)]
    if not status.reachable:
        needed = settings.generator == "ollama" or embeds
        said = status.problem if needed else f"{status.problem} {_MEANWHILE}"
        return [Check("Ollama", "missing" if needed else "note", said, status.fix)]
    models = f"{len(status.models)} models" if len(status.models) != 1 else "1 model"
    checks = [Check("Ollama", "ok", f"{status.version} at {status.url}, {models}")]
    if writes:
        checks += _chat(settings, status)
    if embeds:
        checks.append(_embedding(settings, status))
    return [*checks, _checking(status)]


def _chat(settings: Settings, status: OllamaStatus) -> list[Check]:
    model = status.chosen
    if model is None:
        needed = bool(settings.generator == "ollama" or settings.model)
        said = status.problem if needed else f"{status.problem} {_MEANWHILE}"
        return [Check("Chat model", "missing" if needed else "note", said, status.fix)]
    found = f"{model.name}, {status.why}: {_described(model)}"
    if status.warning:
        return [Check("Chat model", "note", f"{found}. {status.warning}"), _window(settings, status)]
    return [Check("Chat model", "ok", found), _window(settings, status), _loaded(settings, model)]


def _described(model: Installed) -> str:
    size = f"{model.billions:.3g} billion parameters" if model.billions else "size not told"
    disk = f", {model.size / 1e9:.2g} GB" if model.size else ""
    kind = f", {model.quantization}" if model.quantization else ""
    can = f"; {', '.join(model.capabilities)}" if model.capabilities else "; capabilities not told"
    return f"{size}{kind}{disk}{can}"


def _window(settings: Settings, status: OllamaStatus) -> Check:
    from rag.ollama import window_of

    window, context = window_of(status.shown, settings.num_ctx), status.shown.context
    longest = f"the model goes up to {context}" if context else "the server does not tell how far the model goes"
    found = f"{window} tokens are asked for; {longest}"
    if settings.num_ctx > window:
        return Check("Window", "note", f"{found}, which is less than num_ctx = {settings.num_ctx}")
    return Check("Window", "ok", found)


def _loaded(settings: Settings, model: Installed) -> Check:
    from rag.ollama import loaded

    running = loaded(settings)
    if running is None:
        return Check("Loaded", "note", "the server does not tell which models are in memory")
    if model.name not in running:
        return Check("Loaded", "ok", f"{model.name} is not in memory; the first answer waits until it is")
    window = f", with a window of {running[model.name]}" if running[model.name] else ""
    return Check("Loaded", "ok", f"{model.name} is in memory{window}")


def _embedding(settings: Settings, status: OllamaStatus) -> Check:
    from ingest.embeddings.prefixes import SUGGESTED

    name = status.embedder(settings.embed_model)
    if name:
        why = "as configured" if settings.embed_model else "the best of those installed"
        return Check("Embedding model", "ok", f"{name}, {why}")
    wanted = settings.embed_model or SUGGESTED
    what = f"no model {settings.embed_model!r}" if settings.embed_model else "no embedding model"
    return Check("Embedding model", "missing", f"Ollama at {status.url} has {what}.", f"ollama pull {wanted}")


def _checking(status: OllamaStatus) -> Check:
    if status.checker:
        return Check("Checking model", "ok", status.checker)
    return Check("Checking model", "ok", "none installed, none needed (bespoke-minicheck would be used)")

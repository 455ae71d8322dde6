"""The writer that the settings name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.errors import ModelError
from rag.ollama.server import OllamaStatus, probe
from rag.ollama.waiting import Patience
from rag.ollama.writer import OllamaWriter, window_of

if TYPE_CHECKING:
    from ingest.settings import Settings

_SCHEMA_SINCE = (0, 5)


def open_writer(settings: Settings) -> OllamaWriter | None:
    """Return the model that is to write the answers; ``None`` where they are to be extractive.

    Raises:
        ModelError: ``generator`` is ``ollama``, or a model is named, and it cannot be used.
        ConfigError: the server's address makes no sense.
    """
    if settings.generator == "extractive":
        return None
    status = probe(settings)
    if status.problem:
        if settings.generator == "ollama" or settings.model:
            raise ModelError(status.problem, f"Run: {status.fix}   (or answer without a model: --generator extractive)")
        return None
    return writer_of(status, settings)


def writer_of(status: OllamaStatus, settings: Settings) -> OllamaWriter:
    """Return a writer for the model chosen on a server that was found."""
    assert status.chosen is not None
    return OllamaWriter(
        model=status.chosen.name,
        url=status.url,
        window=window_of(status.shown, settings.num_ctx),
        billions=status.chosen.billions,
        takes_schema=_knows_schemas(status.version) and not status.chosen.remote,
        shown=status.shown,
        patience=Patience(settings.ollama_timeout, settings.ollama_stall),
        thinks=settings.thinking == "on",
        warning=status.warning,
    )


def _knows_schemas(version: str) -> bool:
    """Tell whether a server takes JSON schemas, which Ollama's cloud does not; one built by hand has version 0.0.0."""
    told = re.match(r"(\d+)\.(\d+)", version)
    number = (int(told[1]), int(told[2])) if told else (0, 0)
    return number == (0, 0) or number >= _SCHEMA_SINCE

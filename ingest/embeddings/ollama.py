"""Embeddings by an Ollama server, through LlamaIndex's ``OllamaEmbedding``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
from llama_index.embeddings.ollama import OllamaEmbedding
from ollama import ResponseError

from ingest.errors import ModelError
from ingest.ollama_host import ollama_url

if TYPE_CHECKING:
    from ingest.settings import Settings


def make_ollama_embedder(settings: Settings) -> OllamaEmbedding:
    """Return the Ollama embedder that the settings name, having asked it for one vector.

    The client takes no proxy from the environment, so that a text for this machine stays on it.

    Raises:
        ModelError: the server does not answer, or lacks the model.
    """
    url = ollama_url(settings.ollama_host)
    timeout = httpx.Timeout(settings.ollama_timeout, connect=2.0)
    embedder = OllamaEmbedding(
        model_name=settings.embed_model, base_url=url, client_kwargs={"timeout": timeout, "trust_env": False}
    )
    try:
        embedder.get_text_embedding("probe")
    except ResponseError as error:
        raise ModelError(
            f"Ollama at {url} could not embed with {settings.embed_model!r}: {error.error}.",
            f"Run: ollama pull {settings.embed_model}",
        ) from error
    except (ConnectionError, httpx.HTTPError) as error:
        raise ModelError(
            f"Ollama at {url} does not answer ({error or type(error).__name__}).",
            'Run: ollama serve   (or set embedder = "minilm", which needs no server)',
        ) from error
    return embedder

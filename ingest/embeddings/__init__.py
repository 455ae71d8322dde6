"""Embedders: LlamaIndex ``BaseEmbedding`` classes, and what tells one from another.

``make_embedder`` returns the one the settings name; any other LlamaIndex embedding can be handed to
``Library.open`` and ``Assistant.open`` in its place.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from ingest.errors import WeightsMissing, WeightsRefused

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding

    from ingest.settings import Settings

__all__ = [
    "MINILM",
    "OLLAMA",
    "embedder_name",
    "judging_embedder",
    "make_embedder",
    "prefixes_of",
    "tokens_key",
    "weights_hash",
]

MINILM, OLLAMA = "MiniLMEmbedding", "OllamaEmbedding"
"""Class names of the two embedders that settings can name."""


def make_embedder(settings: Settings) -> BaseEmbedding:
    """Return the embedder that the settings name; ``auto``, without a library to follow, is ``minilm``.

    Raises:
        WeightsMissing: ``minilm`` and its files are not on this machine, or what is added to it is not
            where it is named.
        WeightsRefused: ``minilm`` and a file is not the known one.
        ModelError: ``minilm`` and what is added to it does not fit; ``ollama`` and the server does not answer or lacks
            the model.
    """
    if settings.embedder == "ollama":
        from ingest.embeddings.ollama import make_ollama_embedder

        return make_ollama_embedder(settings)
    from ingest.embeddings.minilm import MiniLMEmbedding

    return MiniLMEmbedding(settings.weights, settings.cache, settings.query_adapter, settings.late_interaction)


def judging_embedder(embedder: BaseEmbedding, settings: Settings) -> BaseEmbedding:
    """Return the embedder that sentences and single words are compared with, beside the one that papers are found by.

    Thresholds of likeness were set with the embedded one, and a word of its own is a request to a server; so it judges
    what an Ollama model finds. Where its weights are not installed, and where the caller hands over an embedder, that
    one does both.
    """
    if embedder.class_name() != OLLAMA:
        return embedder
    try:
        return make_embedder(dataclasses.replace(settings, embedder="minilm"))
    except (WeightsMissing, WeightsRefused):
        return embedder


def embedder_name(embedder: BaseEmbedding) -> str:
    """Return the name the manifest knows an embedder by: class and model."""
    return f"{embedder.class_name()}/{embedder.model_name}"


def weights_hash(embedder: BaseEmbedding) -> str:
    """Return the SHA-256 of an embedder's weights, empty for one that cannot tell."""
    return str(getattr(embedder, "weights_hash", ""))


def tokens_key(embedder: BaseEmbedding) -> str:
    """Return what tells an embedder's vectors of word pieces from another's, empty for one that makes none."""
    return str(getattr(embedder, "tokens_key", ""))


def prefixes_of(embedder: BaseEmbedding) -> tuple[str, str]:
    """Return what an embedder puts before a question and before a text, under LlamaIndex's names for the two."""
    return str(getattr(embedder, "query_instruction", "") or ""), str(getattr(embedder, "text_instruction", "") or "")

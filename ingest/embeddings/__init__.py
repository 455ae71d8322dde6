"""Embedders: LlamaIndex ``BaseEmbedding`` classes, and what tells one from another.

``make_embedder`` returns the one the settings name; any other LlamaIndex embedding can be handed to
``Library.open`` and ``Assistant.open`` in its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding

    from ingest.settings import Settings

__all__ = ["embedder_name", "make_embedder", "weights_hash"]


def make_embedder(settings: Settings) -> BaseEmbedding:
    """Return the embedder that the settings name.

    Raises:
        WeightsMissing: ``minilm`` and its files are not on this machine.
        WeightsRefused: ``minilm`` and a file is not the known one.
        ModelError: ``ollama`` and the server does not answer or lacks the model.
    """
    if settings.embedder == "ollama":
        from ingest.embeddings.ollama import make_ollama_embedder

        return make_ollama_embedder(settings)
    from ingest.embeddings.minilm import MiniLMEmbedding

    return MiniLMEmbedding(weights=settings.weights, cache=settings.cache)


def embedder_name(embedder: BaseEmbedding) -> str:
    """Return the name the manifest knows an embedder by: class and model."""
    return f"{embedder.class_name()}/{embedder.model_name}"


def weights_hash(embedder: BaseEmbedding) -> str:
    """Return the SHA-256 of an embedder's weights, empty for one that cannot tell."""
    return str(getattr(embedder, "weights_hash", ""))

"""The support checker that the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.grounding.align import WordVectors
from rag.grounding.checker import EmbeddedChecker
from rag.grounding.verdict import SupportChecker
from rag.picker import HybridPicker

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding

    from ingest.settings import Settings


def make_checker(
    settings: Settings, embed_model: BaseEmbedding | None = None, picker: HybridPicker | None = None
) -> SupportChecker:
    """Return the checker that the settings name."""
    from ingest.embeddings import make_embedder
    from rag.picker import make_picker

    embedder = embed_model or make_embedder(settings)
    return EmbeddedChecker(picker or make_picker(settings, embedder), WordVectors(embedder))

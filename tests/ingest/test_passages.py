"""Passages: whole sentences, exact places, the budget kept, nothing left out."""

from __future__ import annotations

from itertools import pairwise

import pytest
from llama_index.core.schema import Document, MetadataMode, TextNode

from ingest.embeddings.minilm import MAX_PIECES
from ingest.manifest import follow
from ingest.merge import merge
from ingest.paper import Paper
from ingest.passages import PassageSplitter, sentences_of, to_passage, token_counter, window_sentences
from ingest.pipeline import embed_papers
from ingest.records import record_id
from ingest.sample import sample_paths
from ingest.settings import Settings
from ingest.sources import expand, read_file
from ingest.text import split_sentences


@pytest.mark.parametrize(
    ("lengths", "budget", "overlap", "windows"),
    [
        ([], 10, 1, []),
        ([5], 10, 1, [(0, 1)]),
        ([5, 5], 10, 1, [(0, 2)]),
        ([5, 5, 5], 10, 1, [(0, 2), (1, 3)]),
        ([5, 5, 5], 10, 0, [(0, 2), (2, 3)]),
        ([5, 5, 5, 5], 15, 2, [(0, 3), (1, 4)]),
        ([99, 5, 5], 10, 1, [(0, 1), (1, 3)]),
        ([5, 99, 5], 10, 1, [(0, 1), (1, 2), (2, 3)]),
        ([5, 5, 99], 10, 1, [(0, 2), (1, 2), (2, 3)]),
        ([1, 1, 1], 10, 5, [(0, 3)]),
        ([4, 4, 4, 4], 8, 5, [(0, 2), (1, 3), (2, 4)]),
    ],
)
def test_windows(lengths, budget, overlap, windows):
    assert window_sentences(lengths, budget, overlap) == windows


@pytest.fixture(scope="module", params=["sample", pytest.param("digests", marks=pytest.mark.digests)])
def papers(request: pytest.FixtureRequest) -> list[Paper]:
    paths = sample_paths() if request.param == "sample" else expand([request.getfixturevalue("digests")])
    return merge(entry for path in paths for entry in read_file(path).entries)


@pytest.mark.parametrize(("budget", "overlap"), [(140, 1), (60, 0), (300, 2)])
def test_passages_are_whole_sentences_within_the_budget(papers, budget, overlap):
    splitter, count = PassageSplitter(passage_tokens=budget, passage_overlap=overlap), token_counter()
    for paper in papers[:: 1 if budget == 140 else 10]:
        sentences = split_sentences(paper.abstract)
        starts, ends = {s: i for i, (s, _) in enumerate(sentences)}, {e: i for i, (_, e) in enumerate(sentences)}
        inside = [(starts[start], ends[end]) for start, end in splitter.spans(paper.abstract)]
        assert {i for first, last in inside for i in range(first, last + 1)} == set(range(len(sentences)))
        for first, last in inside:
            tokens = [len(count(paper.abstract[s:e])) for s, e in sentences[first : last + 1]]
            assert sum(tokens) <= budget or first == last
        shared = [last + 1 - first for (_, last), (first, _) in pairwise(inside)]
        assert all(0 <= n <= overlap for n in shared)
        assert overlap == 0 or sum(shared) > 0 or len(inside) == 1


def test_no_passage_is_longer_with_its_title_than_the_model_reads(papers, minilm):
    settings = follow(Settings(), None)
    splitter = PassageSplitter(passage_tokens=settings.passage_tokens, passage_overlap=settings.passage_overlap)
    longest, shortest_whole = 0, 0
    for paper in papers:
        passages = [paper.abstract[start:end] for start, end in splitter.spans(paper.abstract)]
        longest = max([longest, *(minilm.count_pieces(f"{paper.title}\n{text}") for text in passages)])
        shortest_whole += minilm.count_pieces(f"{paper.title}\n{paper.abstract}") > MAX_PIECES
    assert longest <= MAX_PIECES
    assert shortest_whole > len(papers) / 2, "whole abstracts would not have fitted: the test can fail"


def test_passages_know_their_place_and_carry_their_title(papers, embedder):
    some = papers[:20]
    (passages, vectors), (sentences, sentence_vectors) = embed_papers(some, Settings(), embedder)
    by_id = {paper.paper_id: paper for paper in some}
    assert {p.paper_id for p in passages} == {p.paper_id for p in sentences} == set(by_id)
    for passage in [*passages, *sentences]:
        paper = by_id[passage.paper_id]
        assert paper.abstract[passage.start : passage.end] == passage.text != ""
        assert passage.title == paper.title
    assert len({p.passage_id for p in [*passages, *sentences]}) == len(passages) + len(sentences)
    assert vectors == [embedder.get_text_embedding(f"{p.title}\n{p.text}") for p in passages]
    assert sentence_vectors == [embedder.get_text_embedding(p.text) for p in sentences]


def test_the_splitter_stands_in_any_llamaindex_pipeline():
    splitter = PassageSplitter(passage_tokens=16, passage_overlap=0)
    text = "Frogs sing in the pond at night, and some of them sing by day. Newts are silent there. They swim about."
    nodes = splitter.get_nodes_from_documents([Document(text=text, id_="frogs@1", metadata={"title": "Frogs"})])
    assert [node.node_id for node in nodes] == ["frogs@1#000", "frogs@1#001"]
    assert [node.get_content(MetadataMode.EMBED) for node in nodes] == [
        "Frogs\nFrogs sing in the pond at night, and some of them sing by day.",
        "Frogs\nNewts are silent there. They swim about.",
    ]
    assert [text[node.start_char_idx : node.end_char_idx] for node in nodes if isinstance(node, TextNode)] == [
        node.get_content(MetadataMode.NONE) for node in nodes
    ]


def test_special_tokens_in_a_text_are_text():
    text = "We end each text with <|endoftext|> as is usual. Then [SEP] and [MASK] follow."
    paper = Paper("frogs", "Frogs", text)
    splitter = PassageSplitter(passage_tokens=140, passage_overlap=1)
    assert splitter.spans(text) == [(0, len(text))]
    assert [s.text for s in sentences_of(paper, record_id(paper))] == [
        "We end each text with <|endoftext|> as is usual.",
        "Then [SEP] and [MASK] follow.",
    ]


def test_a_text_of_nothing_has_no_passage():
    assert PassageSplitter(passage_tokens=140, passage_overlap=1).spans(" \n ") == []
    with pytest.raises(ValueError, match="no offsets"):
        to_passage(TextNode(text="x", id_="y"), Paper("frogs", "Frogs", "x"))

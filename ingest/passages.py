"""Passages: runs of whole sentences, each knowing where it stands in its abstract; orders are in none of them.

The splitter is a LlamaIndex ``NodeParser``, so it can stand in any LlamaIndex ingestion pipeline.
LlamaIndex's own sentence splitter joins and strips the pieces it makes and so loses their exact offsets, which
citations rest on; that is why the cutting is done here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from llama_index.core.node_parser import NodeParser
from llama_index.core.schema import BaseNode, MetadataMode, NodeRelationship, TextNode
from llama_index.core.utils import get_tokenizer

from ingest.embeddings.late_interaction import TOKENS
from ingest.orders import clean_runs, clean_sentences
from ingest.paper import Paper, Passage
from ingest.text import Span

Tokenizer = Callable[[str], Sequence[Any]]


def token_counter() -> Tokenizer:
    """Return tiktoken's ``cl100k_base`` encoder from the file LlamaIndex ships, so that nothing is downloaded."""
    tokenizer: Tokenizer = get_tokenizer("gpt-4")
    return tokenizer


def window_sentences(lengths: Sequence[int], budget: int, overlap: int) -> list[tuple[int, int]]:
    """Group sentences into windows.

    Args:
        lengths: tokens of each sentence.
        budget: most tokens in a window of more than one sentence; a longer sentence stands alone.
        overlap: sentences shared with the window before, as far as the budget lets.

    Returns:
        ``(first, past the last)`` sentence of each window; every sentence is in at least one.
    """
    windows: list[tuple[int, int]] = []
    first = 0
    while first < len(lengths):
        last, used = first, 0
        while last < len(lengths) and (last == first or used + lengths[last] <= budget):
            used += lengths[last]
            last += 1
        windows.append((first, last))
        if last == len(lengths):
            break
        first = max(first + 1, last - overlap)
    return windows


class PassageSplitter(NodeParser):
    """Split documents into passages of whole sentences sized by tiktoken.

    Args:
        passage_tokens: most tokens in a passage of more than one sentence.
        passage_overlap: sentences shared with the passage before.
    """

    passage_tokens: int
    passage_overlap: int

    @classmethod
    def class_name(cls) -> str:
        """Return the name LlamaIndex serialises this class under."""
        return "PassageSplitter"

    def spans(self, text: str) -> list[Span]:
        """Return the ``(start, end)`` of each passage of a text; none spans a sentence that is an order."""
        return [span for sentences in clean_runs(text) for span in self._windows(text, sentences)]

    def _windows(self, text: str, sentences: Sequence[Span]) -> list[Span]:
        count = token_counter()
        lengths = [len(count(text[start:end])) for start, end in sentences]
        windows = window_sentences(lengths, self.passage_tokens, self.passage_overlap)
        return [(sentences[first][0], sentences[past - 1][1]) for first, past in windows]

    def _parse_nodes(self, nodes: Sequence[BaseNode], show_progress: bool = False, **kwargs: Any) -> list[BaseNode]:
        return [passage for node in nodes for passage in self._split(node)]

    def _split(self, node: BaseNode) -> list[BaseNode]:
        text = node.get_content(metadata_mode=MetadataMode.NONE)
        return [
            TextNode(
                id_=f"{node.node_id}#{index:03d}",
                text=text[start:end],
                start_char_idx=start,
                end_char_idx=end,
                metadata={"title": node.metadata["title"]},
                text_template="{metadata_str}\n{content}",
                metadata_template="{value}",
                relationships={NodeRelationship.SOURCE: node.as_related_node_info()},
            )
            for index, (start, end) in enumerate(self.spans(text))
        ]


def to_passage(node: BaseNode, paper: Paper) -> Passage:
    """Return the record of a passage node of this paper."""
    if not isinstance(node, TextNode) or node.start_char_idx is None or node.end_char_idx is None:
        raise ValueError(f"node {node.node_id} is no passage: it has no offsets")
    start, end, tokens = node.start_char_idx, node.end_char_idx, str(node.metadata.get(TOKENS, ""))
    return Passage(node.node_id, paper.paper_id, paper.title, node.text, start, end, tokens)


def sentences_of(paper: Paper, record: str) -> list[Passage]:
    """Return the sentences of a paper's abstract, each a passage of its own; orders are left out."""
    return [
        Passage(f"{record}~{index:03d}", paper.paper_id, paper.title, paper.abstract[start:end], start, end)
        for index, (start, end) in enumerate(clean_sentences(paper.abstract))
    ]

"""What the cards of the common embedding models want before a question and before a text, and which is the best.

Ollama serves these models bare: it adds no prefix of its own, so the caller has to. A model that is not listed here is
given none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_PASSAGES = "Represent this sentence for searching relevant passages: "
_INSTRUCTED = "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:"


@dataclass(frozen=True)
class Known:
    """An embedding model of Ollama's library; names that begin so are of its family."""

    name: str
    query: str = ""
    document: str = ""


KNOWN = (
    Known("embeddinggemma", "task: search result | query: ", "title: none | text: "),
    Known("snowflake-arctic-embed2", "query: "),
    Known("snowflake-arctic-embed-l-v2", "query: "),
    Known("snowflake-arctic-embed-m-v2", "query: "),
    Known("mxbai-embed-large", _PASSAGES),
    Known("nomic-embed-text", "search_query: ", "search_document: "),
    Known("bge-m3"),
    Known("snowflake-arctic-embed", _PASSAGES),
    Known("bge-large", _PASSAGES),
    Known("bge-base-en", _PASSAGES),
    Known("bge-small-en", _PASSAGES),
    Known("multilingual-e5", "query: ", "passage: "),
    Known("qwen3-embedding", _INSTRUCTED),
    Known("granite-embedding"),
    Known("paraphrase-multilingual"),
    Known("all-minilm"),
)
"""The best for English retrieval first, by what their cards report and for their size: what ``embed_model`` left empty
chooses among those installed."""
SUGGESTED = "nomic-embed-text"
"""The one to pull where none is installed: small, quick, and reads 2,048 tokens."""
_EMBEDS = re.compile(r"embed|minilm|(?:^|[-_])(?:bge|gte|e5)(?:[-_]|$)")


def base_name(model: str) -> str:
    """Return a model's name alone, in small letters: without registry, owner and tag."""
    return model.lower().rpartition("/")[2].partition(":")[0]


def known(model: str) -> Known:
    """Return what is known of a model, by the longest listed name that its own begins with."""
    base = base_name(model)
    return max((k for k in KNOWN if base.startswith(k.name)), key=lambda k: len(k.name), default=Known(base))


def best(installed: Mapping[str, int]) -> str:
    """Return the embedding model to use of those installed; empty where there is none.

    It is the first of :data:`KNOWN`, else the largest of those named as embedding models.

    Args:
        installed: names with the sizes of their files.
    """
    names = sorted(installed)
    ranked = [name for k in KNOWN for name in names if known(name) is k]
    others = sorted((n for n in names if _EMBEDS.search(base_name(n))), key=lambda n: -installed[n])
    return next(iter([*ranked, *others]), "")

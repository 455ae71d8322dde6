"""Papers and passages as Chroma keeps them: flat metadata, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ingest.embeddings.late_interaction import TOKENS
from ingest.paper import Appearance, Paper, Passage


def record_id(paper: Paper) -> str:
    """Return the key of one version of a paper's text."""
    return f"{paper.paper_id}@{paper.text_hash}"


def owner_of(passage_id: str) -> tuple[str, str]:
    """Return the record that a passage belongs to and the id of its paper, both of which its own id holds."""
    record = passage_id.rpartition("#")[0]
    return record, record.rpartition("@")[0]


def paper_metadata(paper: Paper, counts: Mapping[str, int], order: int) -> dict[str, Any]:
    """Return what stands beside a paper's abstract in the ``papers`` collection.

    Args:
        paper: the paper.
        counts: what an index holds of it; empty leaves standing what was said of that.
        order: its place in the library.
    """
    return {
        "paper_id": paper.paper_id,
        "title": paper.title,
        "url": paper.url,
        "links": json.dumps(paper.links),
        "appearances": json.dumps([asdict(a) for a in paper.appearances]),
        **counts,
        "order": order,
        "current": True,
    }


def paper_of(abstract: str, metadata: Mapping[str, Any]) -> Paper:
    """Return the paper that a record holds."""
    return Paper(
        paper_id=str(metadata["paper_id"]),
        title=str(metadata["title"]),
        abstract=abstract,
        appearances=tuple(Appearance(**a) for a in json.loads(str(metadata["appearances"]))),
        links=tuple(json.loads(str(metadata["links"]))),
        url=str(metadata["url"]),
    )


def passage_metadata(passage: Passage, record: str) -> dict[str, Any]:
    """Return what stands beside a passage in the ``passages`` collection."""
    tokens = {TOKENS: passage.tokens} if passage.tokens else {}
    return {"paper_id": passage.paper_id, "record": record, "start": passage.start, "end": passage.end, **tokens}


def passage_of(passage_id: str, text: str, metadata: Mapping[str, Any], title: str) -> Passage:
    """Return the passage that a record holds."""
    start, end = int(metadata["start"]), int(metadata["end"])
    return Passage(passage_id, str(metadata["paper_id"]), title, text, start, end)

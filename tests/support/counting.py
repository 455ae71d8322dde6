"""Which papers of the shelf a count should find, and which one found."""

from __future__ import annotations

from collections.abc import Callable

from ingest.paper import Paper
from rag import Answer
from tests.support.shelf import BY_ID, SHELF

DATED = [p for p in SHELF if p.published and not p.published.startswith("--")]
"""Those whose date has a year."""


def having(holds: Callable[[Paper], bool]) -> set[str]:
    """Return the titles of the papers of which something holds."""
    return {p.title for p in SHELF if holds(p)}


def counted(answer: Answer) -> set[str]:
    """Return the titles of the papers that an answer counts."""
    assert answer.catalogue is not None
    return {BY_ID[i].title for i in answer.catalogue.paper_ids}


def authors(p: Paper) -> int:
    """Return a paper's number of authors, -1 where it is not said."""
    return -1 if p.authors is None else p.authors

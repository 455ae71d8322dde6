"""Papers from entries: the same paper met twice becomes one that remembers both places."""

from __future__ import annotations

from collections.abc import Iterable

from ingest.paper import Paper, paper_id_for
from ingest.sources.base import Entry


def merge(entries: Iterable[Entry], known: Iterable[Paper] = ()) -> list[Paper]:
    """Merge entries into papers, in the order first met.

    Two entries are the same paper when their titles match tolerantly. The text met last is the paper's text;
    links and the paper's own URL are those of that text, the URL kept from an earlier entry where it has none.

    Args:
        entries: what the sources read.
        known: papers the library already holds; only those met again are returned.
    """
    before = {paper.paper_id: paper for paper in known}
    papers: dict[str, Paper] = {}
    for entry in entries:
        paper_id = paper_id_for(entry.title)
        old = papers.get(paper_id) or before.get(paper_id)
        fresh = Paper(paper_id, entry.title, entry.abstract, (), entry.links, entry.url or (old.url if old else ""))
        papers[paper_id] = fresh.seen_in((*(old.appearances if old else ()), entry.appearance))
    return list(papers.values())

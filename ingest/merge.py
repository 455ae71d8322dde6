"""Papers from entries: the same paper met twice becomes one that remembers both places."""

from __future__ import annotations

from collections.abc import Iterable

from ingest.paper import Paper, matching_key, paper_id_for
from ingest.sources.base import Entry


def merge(entries: Iterable[Entry], known: Iterable[Paper] = ()) -> list[Paper]:
    """Merge entries into papers, in the order first met.

    Two entries are the same paper when their titles match tolerantly; it keeps the id it got first. The text met last
    is the paper's text; links and the paper's own URL are those of that text, the URL kept from an earlier entry where
    it has none.

    Args:
        entries: what the sources read.
        known: papers the library already holds; only those met again are returned.
    """
    before = {matching_key(paper.title): paper for paper in known}
    papers: dict[str, Paper] = {}
    for entry in entries:
        key = matching_key(entry.title)
        old = papers.get(key) or before.get(key)
        paper_id = old.paper_id if old else paper_id_for(entry.title)
        fresh = Paper(paper_id, entry.title, entry.abstract, (), entry.links, entry.url or (old.url if old else ""))
        papers[key] = fresh.seen_in((*(old.appearances if old else ()), entry.appearance))
    return list(papers.values())

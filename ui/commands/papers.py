"""``citetrail papers``: what is in the library."""

from __future__ import annotations

import argparse
import dataclasses
from typing import TYPE_CHECKING, Any

from ingest.errors import UsageError
from ingest.paper import digests_of
from ui.options import add_json, add_library, settings_of
from ui.output import console, print_json

if TYPE_CHECKING:
    from ingest.paper import Paper


def register(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("papers", help="list the papers of the library", description=run.__doc__)
    parser.add_argument("--digest", metavar="NAME", help="only papers of this digest")
    add_library(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """List the papers of the library with their dates and digests."""
    from ingest.ledger import papers_of

    papers = papers_of(settings_of(args).settings)
    if args.digest:
        papers = _of_digest(papers, args.digest)
    if args.json:
        print_json([_plain(paper) for paper in papers])
    else:
        from ui.terminal import render_papers

        console().print(render_papers(papers))
    return 0


def _of_digest(papers: list[Paper], digest: str) -> list[Paper]:
    known = digests_of(papers)
    if digest not in known:
        raise UsageError(f"No digest is called {digest!r}.", f"There are: {', '.join(known) or 'none'}.")
    return [paper for paper in papers if digest in paper.digests]


def _plain(paper: Paper) -> dict[str, Any]:
    derived = ("text_hash", "published", "year_inferred", "authors", "comments", "digests")
    return {**dataclasses.asdict(paper), **{name: getattr(paper, name) for name in derived}}

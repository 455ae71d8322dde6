"""``citetrail search``: the papers nearest to a question, without an answer."""

from __future__ import annotations

import argparse
import dataclasses
from typing import Any

from ingest.errors import UsageError
from ui.options import add_json, add_library, settings_of
from ui.output import console, print_json


def register(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("search", help="list the papers nearest to a question", description=run.__doc__)
    parser.add_argument("question", metavar="QUESTION", help="a question or words")
    parser.add_argument("-k", type=int, default=10, metavar="N", help="how many papers (default: 10)")
    add_library(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """List the papers nearest to a question, best first."""
    from rag import Assistant

    if args.k < 1:
        raise UsageError(f"-k {args.k} has no meaning.", "Give 1 or more.")
    assistant = Assistant.open(settings_of(args).settings, generator="extractive")
    try:
        sources = assistant.search(args.question, k=args.k)
    finally:
        assistant.close()
    if args.json:
        print_json([dataclasses.asdict(source) for source in sources])
    else:
        from ui.terminal import render_sources

        console().print(render_sources(sources))
    return 0

"""Options that several commands share, and the settings they become."""

from __future__ import annotations

import argparse
import os
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ingest.settings import LoadedSettings

_SETTINGS = (
    "library", "generator", "model", "host", "port", "embedder", "embed_model", "passage_tokens", "passage_overlap"
)  # fmt: skip


def add_library(parser: argparse.ArgumentParser) -> None:
    """Add ``--library``."""
    parser.add_argument("--library", metavar="DIR", help="the library's folder (default: citetrail-library)")


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add ``--json``."""
    parser.add_argument("--json", action="store_true", help="print JSON for a script")


def add_generator(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose what writes the answer."""
    parser.add_argument("--generator", metavar="NAME", help="auto, extractive or ollama (default: auto)")
    parser.add_argument("--model", metavar="NAME", help="the Ollama chat model (default: the largest that fits)")


def add_filters(parser: argparse.ArgumentParser) -> None:
    """Add the options that narrow the papers a question is asked of."""
    parser.add_argument(
        "--digest", metavar="NAME", help="only papers of this digest (a file's name without .txt or .pdf)"
    )
    parser.add_argument("--since", metavar="DATE", type=iso_date, help="only papers published on this day or later")
    parser.add_argument("--until", metavar="DATE", type=iso_date, help="only papers published on this day or before")
    parser.add_argument("--with-code", action="store_true", help="only papers whose abstract links to code")


def iso_date(text: str) -> date:
    """Read a date given on the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date like 2025-09-30") from error


def settings_of(args: argparse.Namespace) -> LoadedSettings:
    """Lay the command line's options over the environment, ``citetrail.toml`` and the defaults."""
    from ingest.settings import load_settings

    return load_settings(os.environ, Path.cwd(), **{name: getattr(args, name, None) for name in _SETTINGS})


def filters_of(args: argparse.Namespace) -> dict[str, Any]:
    """Return the filters as :meth:`rag.Assistant.ask` takes them: only those that were given.

    ``--until`` names the last day that counts, ``published_before`` the first that does not.
    """
    filters: dict[str, Any] = {}
    if args.digest:
        filters["digest"] = args.digest
    if args.since:
        filters["published_after"] = args.since.isoformat()
    if args.until and args.until < date.max:
        filters["published_before"] = (args.until + timedelta(days=1)).isoformat()
    if args.with_code:
        filters["has_code"] = True
    return filters

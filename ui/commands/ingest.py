"""``citetrail ingest``: read digests into the library."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import InputError, UsageError
from ui.options import add_json, add_library, iso_date, settings_of
from ui.output import console, print_json

if TYPE_CHECKING:
    from ingest.pipeline import IngestReport

Subparsers = Any


def register(commands: Subparsers) -> None:
    """Add the command."""
    parser = commands.add_parser("ingest", help="read digests into the library", description=run.__doc__)
    parser.add_argument("paths", nargs="*", metavar="PATH", help="a digest file, or a folder of them")
    parser.add_argument("--sample", action="store_true", help="the bundled sample digests")
    parser.add_argument("--saved", metavar="DATE", type=iso_date, help="the day the pages were saved")
    add_library(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Read digests into the library, which is made where there is none. Ingesting twice changes nothing."""
    from ui.ingesting import ingest_with_progress

    settings = settings_of(args).settings
    report = ingest_with_progress(_paths(args), settings, saved=args.saved)
    if args.json:
        print_json(_plain(report))
    else:
        from ui.terminal import render_report

        console().print(render_report(report))
    return InputError.exit_code if any(file.failed for file in report.files) else 0


def _paths(args: argparse.Namespace) -> list[Path]:
    paths = [Path(path) for path in args.paths]
    if args.sample:
        from ingest.sample import sample_paths

        paths += sample_paths()
    if not paths:
        raise UsageError("No digest was named.", "Run: citetrail ingest PATH...   or: citetrail ingest --sample")
    return paths


def _plain(report: IngestReport) -> dict[str, Any]:
    files = [
        {
            "path": str(file.path),
            "entries": file.entries,
            "failed": file.failed,
            "day": file.day,
            "inferred_year": file.inferred_year,
            "problems": [{"line": problem.line, "message": problem.message} for problem in file.problems],
        }
        for file in report.files
    ]
    counts = ("entries", "distinct", "added", "changed", "unchanged", "papers", "passages")
    return {"files": files, **{name: getattr(report, name) for name in counts}}

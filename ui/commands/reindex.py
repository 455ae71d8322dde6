"""``citetrail reindex``: another embedder or another passage size for a library."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.options import add_json, add_library, settings_of
from ui.output import console, error_console, print_json
from ui.wording import plural

if TYPE_CHECKING:
    from ingest.manifest import Manifest
    from ingest.reindex import ReindexReport

_CHOSEN = ("embedder", "embed_model", "passage_tokens", "passage_overlap")
_SAID = ("embedder", "dimension", "passage_tokens", "passage_overlap", "query_prefix", "document_prefix")


def register(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "reindex",
        help="change a library's embedder or passage size",
        description=run.__doc__,
        epilog="What is not named stays as it is. The same command again takes up a run that was cut off.",
    )
    parser.add_argument("--embedder", metavar="NAME", help="minilm (embedded) or ollama")
    parser.add_argument(
        "--embed-model", metavar="NAME", help="the Ollama embedding model (default: the best installed)"
    )
    parser.add_argument("--passage-tokens", type=int, metavar="N", help="most tokens in a passage")
    parser.add_argument("--passage-overlap", type=int, metavar="N", help="sentences shared with the passage before")
    add_library(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Embed a library's papers anew, beside the index that goes on answering until the new one is complete."""
    from ui.ingesting import reindex_with_progress

    try:
        report = reindex_with_progress(settings_of(args).settings)
    except KeyboardInterrupt:
        error_console().print("The old index goes on serving; the same command again goes on where this one stopped.")
        raise
    contradicted = _contradicted(report.after)
    if args.json:
        print_json(_plain(report, contradicted))
    else:
        console().print(_told(report))
        for line in contradicted:
            error_console().print(line)
    return 0


def _told(report: ReindexReport) -> str:
    holds = f"{plural(report.papers, 'paper')} in {plural(report.passages, 'passage')}"
    if not report.changed:
        return f"Nothing to do: {holds}, embedded by {report.after.embedder} as asked."
    kept = f"; {plural(report.kept, 'paper')} had been embedded by an earlier run" if report.kept else ""
    made = f"of at most {report.after.passage_tokens} tokens, embedded by {report.after.embedder}"
    return f"{holds} {made} ({report.after.dimension} numbers each){kept}.\nThe old index is removed."


def _contradicted(after: Manifest) -> list[str]:
    """Return what the configuration says otherwise than this run's options did: the next command would refuse it."""
    from ingest.manifest import follow
    from ingest.settings import Settings, load_settings

    standing = load_settings(os.environ, Path.cwd())
    made = follow(Settings(), after)
    lines = []
    for name in _CHOSEN:
        said = getattr(standing.settings, name)
        if said not in (getattr(Settings(), name), getattr(made, name)) and (made.embed_model or name != "embed_model"):
            lines.append(f"{standing.origin[name]} says {name} = {said!r}, which this library no longer is: change it.")
    return lines


def _plain(report: ReindexReport, contradicted: list[str]) -> dict[str, Any]:
    return {
        "changed": report.changed,
        **{name: getattr(report, name) for name in ("papers", "passages", "embedded", "kept")},
        **{
            when: {name: getattr(manifest, name) for name in _SAID}
            for when, manifest in (("before", report.before), ("after", report.after))
        },
        "contradicted": contradicted,
    }

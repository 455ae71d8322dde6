"""``citetrail doctor``: what is in force, what is missing, and the command that mends it."""

from __future__ import annotations

import argparse
import dataclasses
from typing import TYPE_CHECKING, Any

from ingest.errors import CitetrailError
from ui.options import add_json, add_library, settings_of
from ui.output import console, print_json

if TYPE_CHECKING:
    from ingest.settings import LoadedSettings
    from ui.checks import Check

_MARK = {"ok": ("✓", "green"), "note": ("·", "yellow"), "missing": ("✗", "bold red")}


def register(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("doctor", help="say what is in force and what is missing", description=run.__doc__)
    add_library(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Say what is in force and what is missing, with the command that mends it. Exit code 1: something is missing."""
    from ui.checks import all_checks

    loaded = _followed(settings_of(args))
    checks = all_checks(loaded.settings)
    healthy = all(check.state != "missing" for check in checks)
    if args.json:
        print_json(
            {
                "healthy": healthy,
                "checks": [dataclasses.asdict(check) for check in checks],
                "settings": _in_force(loaded),
                "fingerprint": loaded.settings.fingerprint(),
            }
        )
    else:
        _print(checks, loaded)
    return 0 if healthy else 1


def _followed(loaded: LoadedSettings) -> LoadedSettings:
    """Fill in what the settings leave open: what the library was made with, which is in force for it."""
    from ingest.ledger import manifest_of
    from ingest.manifest import follow

    try:
        manifest = manifest_of(loaded.settings)
    except CitetrailError:  # told of by the look at the library
        manifest = None
    settings = follow(loaded.settings, manifest)
    filled = {name for name in loaded.origin if getattr(settings, name) != getattr(loaded.settings, name)}
    source = "the library" if manifest else "default"
    return dataclasses.replace(loaded, settings=settings, origin={**loaded.origin, **dict.fromkeys(filled, source)})


def _in_force(loaded: LoadedSettings) -> dict[str, dict[str, Any]]:
    values = dataclasses.asdict(loaded.settings)
    return {name: {"value": value, "origin": loaded.origin[name]} for name, value in values.items()}


def _print(checks: list[Check], loaded: LoadedSettings) -> None:
    from rich.table import Table
    from rich.text import Text

    from ui.pipes import Indented

    out = console()
    for check in checks:
        mark, style = _MARK[check.state]
        out.print(Text.assemble((f"{mark} ", style), (check.name, "bold"), f"  {check.found}"))
        if check.fix:
            out.print(Indented(Text(check.fix, style), 4))
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("setting", "value", "from"):
        table.add_column(name, overflow="fold")
    for name, entry in _in_force(loaded).items():
        plain = "dim" if entry["origin"] == "default" else ""
        table.add_row(name, Text(repr(entry["value"])), Text(entry["origin"]), style=plain)
    out.print()
    out.print(table)

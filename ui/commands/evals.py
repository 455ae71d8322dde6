"""``citetrail evals``: measure the answers; everything after the word is read by :mod:`evals`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def register(commands: Any) -> None:
    """Add the command, so that ``--help`` lists it."""
    commands.add_parser("evals", help="measure the answers and hold them against their gates", add_help=False)


def run_evals(words: Sequence[str]) -> int:
    """Hand the arguments to :mod:`evals`, which is imported only now."""
    from evals.cli import main

    return main(list(words))

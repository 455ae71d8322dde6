"""A rich console that leaves a closed pipe to the caller, as ``print`` does; rich's own would end the program."""

from __future__ import annotations

import os
import sys

from rich.console import Console

_PIPED_WIDTH = 120


class PipeConsole(Console):
    """A console that prints text as it stands: no markup, no highlighting, no emoji codes."""

    def __init__(self, stderr: bool = False) -> None:
        stream = sys.stderr if stderr else sys.stdout
        width = None if stream.isatty() or os.environ.get("COLUMNS") else _PIPED_WIDTH
        super().__init__(stderr=stderr, width=width, highlight=False, markup=False, emoji=False)

    def on_broken_pipe(self) -> None:
        """Raise what rich has caught."""
        raise BrokenPipeError

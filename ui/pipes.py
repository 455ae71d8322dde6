"""A rich console that leaves a closed pipe to the caller, as ``print`` does; rich's own would end the program."""

from __future__ import annotations

import os
import sys

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

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


class Indented:
    """A text moved to the right, its lines without trailing spaces, so that it can be copied from a pipe."""

    def __init__(self, text: Text, by: int) -> None:
        self.text = text
        self.by = by

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Wrap the text to the width that is left."""
        for line in self.text.wrap(console, max(20, options.max_width - self.by)):
            line.rstrip()
            yield Text(" " * self.by).append_text(line)

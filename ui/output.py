"""Where the terminal commands write: answers to stdout, progress and notes to stderr."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console


def console() -> Console:
    """Return a console on stdout."""
    from ui.pipes import PipeConsole

    return PipeConsole()


def error_console() -> Console:
    """Return a console on stderr, for progress and notes."""
    from ui.pipes import PipeConsole

    return PipeConsole(stderr=True)


def print_json(data: Any) -> None:
    """Print JSON; characters that stdout cannot carry are escaped, never lost."""
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json.dumps(data, ensure_ascii=not utf8, indent=2))

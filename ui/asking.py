"""Ask while the terminal shows the answer as it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ui.output import error_console

if TYPE_CHECKING:
    from rag import Assistant
    from rag.answer import Answer

_SHOWN = 1_200
"""Characters of an unfinished answer that are shown: its end, so that it fits a screen."""


def ask_live(
    assistant: Assistant,
    question: str,
    history: Sequence[Mapping[str, str]] = (),
    filters: Mapping[str, Any] | None = None,
) -> Answer:
    """Ask, and return the answer; where stderr is a terminal its words are shown meanwhile, then taken away."""
    from rich.live import Live
    from rich.text import Text

    console = error_console()
    if not console.is_terminal:
        return assistant.ask(question, history=list(history), filters=dict(filters or {}))
    from rag.answer import Answer, Token

    written = ""
    with Live(Text("reading the papers …", "dim"), console=console, transient=True) as live:
        for event in assistant.stream(question, history=list(history), filters=dict(filters or {})):
            if isinstance(event, Answer):
                return event
            if isinstance(event, Token):
                written += event.text
            live.update(Text(written[-_SHOWN:], "dim"))
    raise AssertionError("the stream ended without an answer")

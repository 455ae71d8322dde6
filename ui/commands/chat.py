"""``citetrail chat``: the page, or a conversation in the terminal."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import CitetrailError, LibraryMissing
from ui.options import add_generator, add_library, settings_of
from ui.output import console, error_console

if TYPE_CHECKING:
    from ingest.settings import Settings
    from rag import Assistant

_LEAVE = ("/quit", "/exit", "quit", "exit")


def register(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("chat", help="open the chat page, or chat in the terminal", description=run.__doc__)
    parser.add_argument("paths", nargs="*", metavar="PATH", help="digests to ingest first")
    parser.add_argument("--terminal", action="store_true", help="chat here instead of on a page")
    parser.add_argument("--host", metavar="ADDRESS", help="address to serve on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, metavar="N", help="port to serve on; the next free one is taken (7860)")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    add_generator(parser)
    add_library(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Chat with the library. Where there is none yet, the bundled sample is ingested first."""
    settings = settings_of(args).settings
    assistant = _open(settings, [Path(path) for path in args.paths])
    try:
        if args.terminal:
            return _converse(assistant)
        from ui.serve import serve

        serve(assistant, settings.host, settings.port, open_browser=not args.no_browser)
        return 0
    finally:
        assistant.close()


def _open(settings: Settings, paths: list[Path]) -> Assistant:
    from rag import Assistant

    if paths:
        _ingest(settings, paths)
    try:
        return Assistant.open(settings)
    except LibraryMissing:
        from ingest.sample import sample_paths

        error_console().print("There is no library yet; the bundled sample is ingested into one.")
        _ingest(settings, sample_paths())
        return Assistant.open(settings)


def _ingest(settings: Settings, paths: list[Path]) -> None:
    from ui.ingesting import ingest_with_progress
    from ui.terminal import render_report

    error_console().print(render_report(ingest_with_progress(paths, settings)))


def _converse(assistant: Assistant) -> int:
    """Ask and answer until the input ends; an error is told, and the conversation goes on."""
    from ui.asking import ask_live
    from ui.terminal import render_answer

    out = console()
    out.print(
        f"{len(assistant.library.papers())} papers, answers by {assistant.generator_name}. /quit or Ctrl-D leaves."
    )
    history: list[dict[str, str]] = []
    while (question := _next_question()) is not None:
        try:
            answer = ask_live(assistant, question, history)
        except CitetrailError as error:
            error_console().print(f"{error.what} {error.fix}".strip())
            continue
        out.print(render_answer(answer))
        history += [{"role": "user", "content": question}, {"role": "assistant", "content": answer.text}]
    return 0


def _next_question() -> str | None:
    """Return the next question, or ``None`` when the user leaves."""
    while True:
        try:
            question = input("\n> ").strip()
        except EOFError:
            return None
        if question.lower() in _LEAVE:
            return None
        if question:
            return question

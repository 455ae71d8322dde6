"""``citetrail ask``: one question, one cited answer."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from ingest.errors import InputError, UsageError
from ui.options import add_filters, add_generator, add_json, add_library, filters_of, settings_of
from ui.output import console, print_json

ABSTAINED = 10
"""Exit code of a question that was declined."""


def register(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "ask", help="ask a question", description=run.__doc__, epilog="Exit code 10: declined, the papers do not say."
    )
    parser.add_argument("question", metavar="QUESTION", help="the question; - reads it from stdin")
    parser.add_argument("--history", metavar="FILE", help='the conversation so far: [{"role": …, "content": …}, …]')
    add_filters(parser)
    add_generator(parser)
    add_library(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Answer a question from the library, each sentence cited to the words it rests on."""
    from rag import Assistant
    from ui.asking import ask_live

    question = sys.stdin.read().strip() if args.question == "-" else args.question
    history = read_history(Path(args.history)) if args.history else []
    assistant = Assistant.open(settings_of(args).settings)
    try:
        if args.json:
            answer = assistant.ask(question, history=history, filters=filters_of(args))
            print_json(answer.to_dict())
        else:
            from ui.terminal import render_answer

            answer = ask_live(assistant, question, history, filters_of(args))
            console().print(render_answer(answer))
    finally:
        assistant.close()
    return ABSTAINED if answer.abstained else 0


def read_history(path: Path) -> list[dict[str, str]]:
    """Read a conversation from a JSON file.

    Raises:
        InputError: the file cannot be read, or is no JSON.
        UsageError: it is no list of turns.
    """
    try:
        turns = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"The history {str(path)!r} could not be read: {error.strerror}.", "Name a file.") from error
    except ValueError as error:
        raise InputError(f"The history {str(path)!r} is not JSON: {error}.", _SHAPE) from error
    if not isinstance(turns, list) or not all(_is_turn(turn) for turn in turns):
        raise UsageError(f"The history {str(path)!r} is not a list of turns.", _SHAPE)
    return turns


_SHAPE = 'It holds, oldest first: [{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}]'


def _is_turn(turn: object) -> bool:
    return (
        isinstance(turn, dict)
        and set(turn) == {"role", "content"}
        and turn["role"] in ("user", "assistant")
        and isinstance(turn["content"], str)
    )

"""The command ``citetrail``: reads the arguments, runs one command, turns errors into messages and exit codes.

Exit codes: 0 done; 10 the question was declined; 130 interrupted; the rest stand in :mod:`ingest.errors`.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import metadata

from ingest.errors import CitetrailError
from ui.commands import COMMANDS
from ui.commands.evals import run_evals

INTERRUPTED = 130
PIPE_CLOSED = 141
_EPILOG = 'Start with: citetrail ingest --sample && citetrail ask "Which papers are about benchmarks?"'


class _Version(argparse.Action):
    """Prints the version; the package metadata is read only when asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(f"citetrail {metadata.version('citetrail')}")
        parser.exit()


def build_parser() -> argparse.ArgumentParser:
    """Return the parser with every command."""
    parser = argparse.ArgumentParser(
        prog="citetrail",
        description="Ask digests of research papers; every sentence of an answer is cited to the words it rests on.",
        epilog=_EPILOG,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and stop")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.register(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        code = _run(words)
        sys.stdout.flush()
        return code
    except CitetrailError as error:
        print(f"citetrail: {error.what}", file=sys.stderr)
        if error.fix:
            print(error.fix, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("citetrail: interrupted.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader went away, as `| head` does; what is still buffered has nowhere to go
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED


def _run(words: list[str]) -> int:
    if words[:1] == ["evals"]:  # its arguments are its own, so they are not read here
        return run_evals(words[1:])
    args = build_parser().parse_args(words)
    code: int = args.run(args)
    return code


if __name__ == "__main__":
    sys.exit(main())

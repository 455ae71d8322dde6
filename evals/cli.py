"""``citetrail evals``: what each command does."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from evals import commands
from evals.arguments import make_parser
from evals.injection_rows import choose_injections
from evals.running import choose_rows, is_whole, named, opened, progress_bar, settings_of, targets_of, write
from ingest.errors import CitetrailError

if TYPE_CHECKING:
    from rich.console import Console

    from evals.baseline import Comparison
    from evals.results import LibraryRun, Report
    from evals.session import Plan


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code: 0, 1 for a broken gate or a wrong row of data, else an error's own."""
    from rich.console import Console
    from rich.markup import escape

    arguments = make_parser().parse_args(argv)
    errors = Console(stderr=True)
    try:
        return _COMMANDS[arguments.command](arguments, Console())
    except CitetrailError as error:
        errors.print("[red]error:[/] " + escape(str(error)), soft_wrap=True)
        return error.exit_code


def run_all(arguments: argparse.Namespace, plan: Plan) -> Report:
    """Measure every library asked for and hold it against the gates.

    Raises:
        CitetrailError: a library cannot be made or opened.
    """
    from evals.gates import GATES, check_gates, load_gates
    from evals.results import Report
    from evals.session import measure

    started = time.perf_counter()
    settings = settings_of(arguments, os.environ)
    gates = load_gates(arguments.gates or GATES)
    targets, notes = targets_of(arguments, settings)
    runs: list[LibraryRun] = []
    with progress_bar() as tell:
        for kind, paths in targets:
            told = named(kind, tell)
            with opened(arguments, settings, paths, told) as assistant:
                runs.append(measure(kind, assistant, assistant.library.embedder, plan, told))
    if is_whole(arguments) or arguments.gates:
        held = check_gates(gates, runs)
    else:
        held, notes = (), [*notes, "Part of the rows were run, so no gates were applied."]
    return Report(tuple(runs), tuple(notes), held, time.perf_counter() - started)


def _run(arguments: argparse.Namespace, console: Console) -> int:
    from evals.baseline import compare, load_baseline
    from evals.report.terminal import print_report
    from evals.session import PARTS, Plan

    baseline = load_baseline(arguments.baseline) if arguments.baseline else None
    facts, claims = choose_rows(arguments)
    ours = not (arguments.facts or arguments.type)  # they name papers of the bundled facts
    injections = choose_injections(arguments.split, arguments.limit) if ours else []
    report = run_all(arguments, Plan(facts, claims, arguments.part or PARTS, injections))
    comparisons = compare(baseline, report) if baseline else ()
    print_report(console, report, comparisons)
    if baseline is not None and not comparisons:
        console.print("The baseline holds no run of the same kind and generator, so nothing was compared.")
    _write_reports(arguments, report, comparisons, console)
    return 0 if report.passed else 1


def _write_reports(
    arguments: argparse.Namespace, report: Report, comparisons: Sequence[Comparison], console: Console
) -> None:
    from evals.report.html_report import html_report
    from evals.report.json_report import report_json
    from evals.report.junit import junit_xml

    if arguments.json:
        write(arguments.json, report_json(report, comparisons), console)
    if arguments.junit:
        write(arguments.junit, junit_xml(report), console)
    if arguments.html:
        write(arguments.html, html_report(report, comparisons), console)


_COMMANDS: Mapping[str | None, Callable[[argparse.Namespace, Console], int]] = {
    None: _run,
    "models": commands.models,
    "retrieval": commands.retrieval,
    "grounding": commands.grounding,
    "answers": commands.answers,
    "check": commands.check,
}

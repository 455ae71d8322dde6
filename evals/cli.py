"""``citetrail evals``: what each command does."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from evals.arguments import make_parser
from evals.injection_rows import choose_injections
from evals.rows import CLAIMS, FACTS, ClaimRow, FactRow, load_claims, load_facts
from ingest.errors import CitetrailError, InputError
from ingest.settings import Settings, load_settings

if TYPE_CHECKING:
    from rich.console import Console

    from evals.baseline import Comparison
    from evals.foreign import Foreign
    from evals.results import LibraryRun, Report
    from evals.session import Plan, Progress
    from rag import Assistant

SKIPPED = "The real digests were skipped: set CITETRAIL_DIGESTS to their folder to run on them too."


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


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Show what is being done on stderr, one bar a stage, gone afterwards."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield tell


def choose_rows(arguments: argparse.Namespace) -> tuple[list[FactRow], list[ClaimRow]]:
    """Return the rows asked for by split, type and limit.

    With a fact set of one's own and no claim set of one's own there are no claims: ours speak of other papers.

    Raises:
        InputError: a file cannot be read.
    """
    facts = load_facts(arguments.facts or FACTS)
    bundled = arguments.claims is None and arguments.facts is None
    claims = load_claims(CLAIMS if bundled else arguments.claims) if bundled or arguments.claims else []
    if arguments.split != "all":
        facts = [r for r in facts if r.split == arguments.split]
        claims = [r for r in claims if r.split == arguments.split]
    if arguments.type:
        facts = [r for r in facts if r.type in arguments.type]
    return facts[: arguments.limit], claims[: arguments.limit]


def settings_of(arguments: argparse.Namespace, environ: Mapping[str, str]) -> Settings:
    """Return the settings in force, with the options that evals have for them.

    Raises:
        ConfigError: a setting has no meaning.
    """
    told = {"library": arguments.library, "generator": arguments.generator, "model": arguments.model}
    settings = load_settings(environ, Path.cwd(), **told).settings
    return dataclasses.replace(settings, chroma_host="") if arguments.library else settings


def targets_of(arguments: argparse.Namespace, settings: Settings) -> tuple[list[tuple[str, list[Path]]], list[str]]:
    """Return the kinds of library to run on with their digests, and what there is to say of those left out."""
    from ingest.sample import sample_paths

    if arguments.library:
        return [("library", [])], []
    if arguments.digests:
        return [("digests", list(arguments.digests))], []
    if arguments.sample:
        return [("sample", sample_paths())], []
    if not settings.digests:
        return [("sample", sample_paths())], [SKIPPED]
    return [("sample", sample_paths()), ("digests", [Path(settings.digests)])], []


def is_whole(arguments: argparse.Namespace) -> bool:
    """Whether the run is the whole of the bundled sets, which gates are made for."""
    partial = (arguments.limit, arguments.type, arguments.part, arguments.facts, arguments.claims)
    return arguments.split == "all" and not any(partial)


@contextmanager
def _opened(
    arguments: argparse.Namespace, settings: Settings, paths: Sequence[Path], tell: Progress
) -> Iterator[Assistant]:
    from evals.session import temporary_library
    from ingest.embeddings import make_embedder
    from rag import Assistant

    if paths:
        with temporary_library(paths, settings, make_embedder(settings), tell) as assistant:
            yield assistant
        return
    assistant = Assistant.open(settings)
    try:
        yield assistant
    finally:
        assistant.close()


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
            named = _named(kind, tell)
            with _opened(arguments, settings, paths, named) as assistant:
                runs.append(measure(kind, assistant, assistant.library.embedder, plan, named))
    if is_whole(arguments) or arguments.gates:
        held = check_gates(gates, runs)
    else:
        held, notes = (), [*notes, "Part of the rows were run, so no gates were applied."]
    return Report(tuple(runs), tuple(notes), held, time.perf_counter() - started)


def _named(kind: str, tell: Progress) -> Progress:
    return lambda stage, done, total: tell(f"{kind}: {stage}", done, total)


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
        _write(arguments.json, report_json(report, comparisons), console)
    if arguments.junit:
        _write(arguments.junit, junit_xml(report), console)
    if arguments.html:
        _write(arguments.html, html_report(report, comparisons), console)


def _write(path: Path, text: str, console: Console) -> None:
    from evals.report.json_report import write

    try:
        write(path, text)
    except OSError as error:
        raise InputError(f"{str(path)!r} cannot be written: {error.strerror}.", "Name another file.") from error
    console.print(f"wrote {path}", highlight=False, markup=False)


def _show(result: Foreign, arguments: argparse.Namespace, console: Console) -> int:
    from evals.report.json_report import plain
    from evals.report.terminal import print_foreign

    print_foreign(console, result)
    if arguments.json_file:
        text = json.dumps(plain(result.to_dict()), ensure_ascii=False, indent=1, allow_nan=False)
        _write(arguments.json_file, text, console)
    return 0


def _retrieval(arguments: argparse.Namespace, console: Console) -> int:
    from evals.datasets import read_corpus, read_queries
    from evals.foreign import run_retrieval
    from evals.retrieval import Search
    from evals.variants import Memo, plain_variants, quickstart
    from ingest.embeddings import make_embedder
    from rag.retrieval.retrieve import build_index

    papers = read_corpus(arguments.dataset)
    queries, unjudged = read_queries(arguments.dataset, frozenset(p.paper_id for p in papers))
    settings = load_settings(os.environ, Path.cwd()).settings
    embedder = make_embedder(settings)
    with tempfile.TemporaryDirectory(prefix="citetrail-evals-", ignore_cleanup_errors=True) as folder:
        started = time.perf_counter()
        with console.status(f"indexing {len(papers)} documents"):
            index = build_index(papers, settings, Path(folder) / "library", embedder)
        seconds = time.perf_counter() - started
        searches: dict[str, Search] = {"ours": lambda q, k: [hit.paper.paper_id for hit in index.search(q, k)]}
        with progress_bar() as tell:
            if arguments.baselines:
                memo = Memo(embedder, lambda done, total: tell("embedding baselines", done, total))
                searches |= {**plain_variants(papers, memo), "LlamaIndex quickstart": quickstart(papers, memo)}
            result = run_retrieval(queries[: arguments.first], searches, tell)
    notes = [f"{len(papers)} documents were indexed in {seconds:.0f} s, {len(papers) / seconds:.0f} a second."]
    notes += [f"{unjudged} queries have no relevant document and were not scored."] if unjudged else []
    return _show(dataclasses.replace(result, notes=tuple(notes)), arguments, console)


def _grounding(arguments: argparse.Namespace, console: Console) -> int:
    from evals.datasets import read_pairs
    from evals.foreign import run_grounding
    from evals.grounding import baseline_scorers, word_coverage
    from evals.variants import Memo
    from ingest.embeddings import make_embedder

    pairs = read_pairs(arguments.pairs)[: arguments.first]
    from rag.grounding import make_checker

    settings = load_settings(os.environ, Path.cwd()).settings
    embedder = make_embedder(settings)
    with progress_bar() as tell:
        memo = Memo(embedder, lambda done, total: tell("embedding baselines", done, total))
        beside = baseline_scorers(pairs, memo) if arguments.baselines else {"word coverage": word_coverage}
        result = run_grounding(pairs, make_checker(settings, embedder), beside, tell)
    return _show(result, arguments, console)


def _answers(arguments: argparse.Namespace, console: Console) -> int:
    from evals.datasets import read_answers
    from evals.foreign import run_answers
    from ingest.embeddings import make_embedder

    sets = read_answers(arguments.set)[: arguments.first]
    from rag.extractive.extract import make_picker

    settings = load_settings(os.environ, Path.cwd()).settings
    with progress_bar() as tell:
        result = run_answers(sets, make_picker(settings, make_embedder(settings)), tell)
    return _show(result, arguments, console)


def _check(arguments: argparse.Namespace, console: Console) -> int:
    from evals.check import check_claims, check_facts, coverage_of, read_papers

    papers = read_papers(arguments.papers)
    facts, claims = load_facts(arguments.fact_file or FACTS), load_claims(arguments.claim_file or CLAIMS)
    findings = check_facts(facts, papers, complete=not arguments.partial)
    findings += check_claims(claims, papers, complete=not arguments.partial)
    for finding in findings:
        console.print(str(finding), markup=False, highlight=False)
    covered = coverage_of(facts)
    errors = sum(f.level == "error" for f in findings)
    warned = len(findings) - errors
    console.print(f"{covered.rows} facts over {covered.papers} papers, {len(claims)} claims")
    console.print(f"{errors} errors, {warned} warnings")
    return 1 if errors else 0


_COMMANDS: Mapping[str | None, Callable[[argparse.Namespace, Console], int]] = {
    None: _run,
    "retrieval": _retrieval,
    "grounding": _grounding,
    "answers": _answers,
    "check": _check,
}

"""The commands below ``citetrail evals``: models side by side, other data sets, the soundness of the rows."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from evals.rows import CLAIMS, FACTS, load_claims, load_facts
from evals.running import choose_rows, named, opened, progress_bar, settings_of, targets_of, write
from ingest.errors import ModelError
from ingest.settings import load_settings

if TYPE_CHECKING:
    from rich.console import Console

    from evals.foreign import Foreign
    from evals.retrieval import Search


def _show(result: Foreign, arguments: argparse.Namespace, console: Console) -> int:
    from evals.report.json_report import plain
    from evals.report.terminal import print_foreign

    print_foreign(console, result)
    if arguments.json_file:
        text = json.dumps(plain(result.to_dict()), ensure_ascii=False, indent=1, allow_nan=False)
        write(arguments.json_file, text, console)
    return 0


def models(arguments: argparse.Namespace, console: Console) -> int:
    """Compare models and ways to answer; return 0."""
    from evals.models import compare_models, contestants, print_models, spread
    from evals.report.json_report import report_json
    from evals.results import Report
    from evals.runner import runnable
    from rag.ollama import probe

    arguments.split = "dev" if arguments.split == "all" else arguments.split
    settings = settings_of(arguments, os.environ)
    status = probe(dataclasses.replace(settings, generator="auto", model=""))
    if status.problem:
        raise ModelError(status.problem, f"Run: {status.fix}")
    installed = [m.name for m in status.models if m.purpose == "chat" and not m.remote]
    kind, paths = targets_of(arguments, settings)[0][-1]
    rows, _ = choose_rows(arguments)
    with progress_bar() as tell, opened(arguments, settings, paths, named(kind, tell)) as assistant:
        asked = spread(runnable(rows, assistant.library.papers())[0], arguments.count)
        runs = compare_models(kind, assistant, contestants(arguments.name or installed, arguments.mode), asked, tell)
    print_models(console, runs)
    if arguments.json_file:
        write(arguments.json_file, report_json(Report(tuple(runs)), ()), console)
    return 0


def retrieval(arguments: argparse.Namespace, console: Console) -> int:
    """Measure the retriever on a data set; return 0."""
    from evals.datasets import read_corpus, read_queries
    from evals.foreign import run_retrieval
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


def grounding(arguments: argparse.Namespace, console: Console) -> int:
    """Measure the checker on claims with their context; return 0."""
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


def answers(arguments: argparse.Namespace, console: Console) -> int:
    """Measure the sentence picker; return 0."""
    from evals.datasets import read_answers
    from evals.foreign import run_answers
    from ingest.embeddings import make_embedder

    sets = read_answers(arguments.set)[: arguments.first]
    from rag.retrieval.picker import make_picker

    settings = load_settings(os.environ, Path.cwd()).settings
    with progress_bar() as tell:
        result = run_answers(sets, make_picker(settings, make_embedder(settings)), tell)
    return _show(result, arguments, console)


def check(arguments: argparse.Namespace, console: Console) -> int:
    """Check fact and claim sets against their papers; return 1 where a row is wrong."""
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

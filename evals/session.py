"""One library from beginning to end: made, asked, measured beside the baselines, taken down."""

from __future__ import annotations

import dataclasses
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evals import grounding
from evals.injection_rows import InjectionRow
from evals.injections import InjectionResult, run_injections, summarise_injections
from evals.results import ClaimResult, LibraryRun, Metric, RowResult
from evals.retrieval import evaluate, queries_of
from evals.rows import ClaimRow, FactRow
from evals.runner import run_rows, runnable
from evals.summary import curve_of, summarise
from evals.variants import Memo, plain_variants, quickstart
from ingest.errors import MissingPart
from ingest.paper import Paper

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding

    from ingest.pipeline import Progress
    from ingest.settings import Settings
    from rag import Assistant

PARTS = ("answers", "retrieval", "grounding", "injections")


@dataclass(frozen=True)
class Plan:
    """What to measure: the rows, and which of :data:`PARTS`."""

    facts: Sequence[FactRow]
    claims: Sequence[ClaimRow]
    parts: Sequence[str] = PARTS
    injections: Sequence[InjectionRow] = ()


@contextmanager
def temporary_library(
    paths: Sequence[Path], settings: Settings, embed_model: BaseEmbedding, progress: Progress
) -> Iterator[Assistant]:
    """Ingest digests into a library that is gone afterwards, and open an assistant on it.

    Raises:
        CitetrailError: a digest cannot be read, or the library not made.
    """
    from ingest.pipeline import ingest
    from rag import Assistant

    with tempfile.TemporaryDirectory(prefix="citetrail-evals-", ignore_cleanup_errors=True) as folder:
        ours = dataclasses.replace(settings, library=str(Path(folder) / "library"), chroma_host="")
        ingest(list(paths), ours, embed_model=embed_model, progress=progress)
        assistant = Assistant.open(ours, embed_model=embed_model)
        try:
            yield assistant
        finally:
            assistant.close()


def measure(kind: str, assistant: Assistant, embed_model: BaseEmbedding, plan: Plan, progress: Progress) -> LibraryRun:
    """Measure everything planned on one open library."""
    started = time.perf_counter()
    papers = assistant.library.papers()
    rows, skipped = runnable(plan.facts, papers)
    memo = Memo(embed_model, lambda done, total: progress("embedding baselines", done, total))
    results = run_rows(assistant, rows, papers, progress=progress) if "answers" in plan.parts else []
    metrics: list[Metric] = list(summarise(results))
    notes: list[str] = []
    if "retrieval" in plan.parts:
        found, notes = _retrieval(assistant, memo, rows, papers, progress)
        metrics += found
    claims: list[ClaimResult] = []
    if "grounding" in plan.parts:
        claims, more, note = _grounding(assistant, embed_model, memo, plan.claims, papers, progress)
        metrics += more
        notes.append(note)
    injected: list[InjectionResult] = []
    if "injections" in plan.parts and plan.injections:
        injected = run_injections(plan.injections, papers, assistant.settings, embed_model, progress)
        metrics += summarise_injections(injected)
    return LibraryRun(
        kind,
        len(papers),
        assistant.generator_name,
        tuple(results),
        tuple(claims),
        tuple(skipped),
        tuple(metrics),
        curve_of(results),
        _passages(assistant, results),
        tuple(n for n in notes if n),
        time.perf_counter() - started,
        tuple(injected),
    )


def _passages(assistant: Assistant, results: Sequence[RowResult]) -> dict[str, tuple[str, str]]:
    used = {i for r in results for i in r.answer.provenance.passages}
    return {p.passage_id: (p.title, p.text) for p in assistant.library.passages() if p.passage_id in used}


def _retrieval(
    assistant: Assistant,
    memo: Memo,
    rows: Sequence[FactRow],
    papers: Sequence[Paper],
    progress: Progress,
) -> tuple[list[Metric], list[str]]:
    queries = queries_of(rows, papers)
    if not queries:
        return [], ["No row asks for papers in one turn, so retrieval was not compared."]
    searches = {"ours": lambda q, k: [s.paper_id for s in assistant.search(q, k=k)], **plain_variants(papers, memo)}
    notes = []
    try:
        searches["LlamaIndex quickstart"] = quickstart(papers, memo)
    except MissingPart as error:
        notes.append(f"Skipped: {error}")
    metrics: list[Metric] = []
    for done, (name, search) in enumerate(searches.items(), 1):
        metrics += evaluate(name, search, queries)
        progress("retrieval", done, len(searches))
    return metrics, notes


def _grounding(
    assistant: Assistant,
    embed_model: BaseEmbedding,
    memo: Memo,
    rows: Sequence[ClaimRow],
    papers: Sequence[Paper],
    progress: Progress,
) -> tuple[list[ClaimResult], list[Metric], str]:
    from rag.grounding import make_checker
    from rag.retrieval.picker import make_picker

    here, pairs, away = grounding.pairs_of(rows, papers)
    baselines = grounding.baseline_scorers(pairs, memo)
    picker = make_picker(assistant.settings, embed_model)
    for pair in pairs:
        picker.vectors(grounding.sentences_of(pair))  # as a library holds them
    checker = make_checker(assistant.settings, embed_model, picker)
    results, speed = grounding.judge_claims(here, pairs, checker, baselines, progress)
    return results, grounding.summarise_claims(results), grounding.told_of(checker, len(results), speed, len(away))

"""Several models and ways to answer, on the same questions of the development split.

What each is worth is read off the scores of :mod:`evals.scorers`; three figures are of interest here alone: the share
of the answers that the model gave (the others gave way to the papers' own sentences), the share of its sentences shown
as supported, and the seconds an answer took.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.results import LibraryRun, Metric, RowResult
from evals.rows import FactRow
from evals.runner import run_rows
from evals.summary import mean_metric, summarise
from ingest.settings import ANSWER_MODES

if TYPE_CHECKING:
    from rich.console import Console

    from ingest.pipeline import Progress
    from rag import Assistant

MODES = tuple(mode for mode in ANSWER_MODES if mode != "auto")
WRITTEN = ("fact", "paraphrase", "list", "compare", "follow_up", "missing_detail", "absent", "false_premise")
"""Types of question that a model answers; the others are computed, or answered in fixed words."""
COLUMNS = ("right", "nugget_recall", "citation_precision", "supported_share", "by_the_model", "answer_words")


@dataclass(frozen=True)
class Contestant:
    """A model (empty: none, the papers' own sentences) and the way it answers."""

    model: str = ""
    mode: str = ""

    def __str__(self) -> str:
        """Return both as shown."""
        return f"{self.model}, {self.mode}" if self.model else "no model"


def contestants(models: Sequence[str], modes: Sequence[str] | None = None) -> list[Contestant]:
    """Return every model in every way, after the answers without a model."""
    return [Contestant(), *(Contestant(model, mode) for model in models for mode in modes or MODES)]


def spread(rows: Sequence[FactRow], count: int) -> list[FactRow]:
    """Return at most so many rows of the types that a model answers: the first of each, then the second, and so on."""
    by_type = [[r for r in rows if r.type == kind] for kind in WRITTEN]
    rounds = (group[at] for at in range(max(map(len, by_type), default=0)) for group in by_type if at < len(group))
    return [row for row, _ in zip(rounds, range(count), strict=False)]


def compare_models(
    kind: str, assistant: Assistant, contesting: Sequence[Contestant], rows: Sequence[FactRow], progress: Progress
) -> list[LibraryRun]:
    """Ask every contestant the same rows; return one run each.

    Raises:
        ModelError: a model cannot be used.
    """
    papers = assistant.library.papers()
    runs = []
    for one in contesting:
        asked = assistant.written_by(one.model, one.mode)
        started = time.perf_counter()

        def tell(stage: str, done: int, total: int, name: str = str(one)) -> None:
            progress(f"{name}: {stage}", done, total)

        results = run_rows(asked, rows, papers, progress=tell)
        metrics = (*summarise(results), by_the_model(results))
        seconds = time.perf_counter() - started
        runs.append(LibraryRun(kind, len(papers), str(one), tuple(results), metrics=metrics, seconds=seconds))
    return runs


def by_the_model(results: Sequence[RowResult]) -> Metric:
    """Return the share of answers that a model gave."""
    values = {r.row.id: float(r.answer.generator not in ("", "extractive")) for r in results}
    return mean_metric("by_the_model", values)


def print_models(console: Console, runs: Sequence[LibraryRun]) -> None:
    """Print one line a contestant."""
    from rich.table import Table

    table = Table(title=f"{runs[0].kind}: the same {len(runs[0].results)} questions" if runs else "")
    table.add_column("model, mode", style="bold", no_wrap=True)
    for name in (*COLUMNS, "seconds"):
        table.add_column(name.replace("_", " "), justify="right")
    for run in runs:
        found = [run.metric(name) for name in COLUMNS]
        cells = ["–" if m is None or math.isnan(m.value) else f"{m.value:.{0 if m.value > 2 else 2}f}" for m in found]
        median = run.metric("latency_p50_ms")
        table.add_row(run.generator, *cells, f"{median.value / 1000:.1f}" if median else "–")
    console.print(table)

"""The tables printed in the terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from evals.baseline import Comparison
from evals.foreign import Foreign
from evals.results import GateResult, LibraryRun, Metric, Report

if TYPE_CHECKING:
    from rich.console import Console

RANKS = ("recall@1", "recall@5", "recall@10", "mrr", "ndcg@10")
TYPE_COLUMNS = ("right", "recall@1", "recall@5", "nugget_recall", "citation_precision", "citation_recall")
INJECTED_COLUMNS = ("resisted", "same_papers", "no_injected_words", "honest")
CHECKER_COLUMNS = ("auc", "close_auc", "balanced_accuracy")
CHANGES_SHOWN = 40


def figure(metric: Metric | None, *, interval: bool = True) -> str:
    """Return a figure as shown: value, interval, unscored rows."""
    if metric is None:
        return "–"
    if math.isnan(metric.value):
        return f"unscored ({metric.unscored})"
    big = abs(metric.high) > 2
    value, low, high = (f"{v:.0f}" if big else f"{v:.3f}" for v in (metric.value, metric.low, metric.high))
    text = f"{value}  [{low}, {high}]" if interval else value
    return f"{text}  {metric.unscored} unscored" if metric.unscored and interval else text


def overall_table(run: LibraryRun) -> Table:
    """Return the overall metrics of the answers."""
    table = Table(title=f"{run.kind}: {len(run.results)} questions, {run.papers} papers, {run.generator}")
    for name, style in (("metric", "bold"), ("value [95 % interval]", ""), ("rows", "dim"), ("better", "dim")):
        table.add_column(name, style=style, no_wrap=name != "metric", overflow="fold")
    for metric in run.metrics:
        if "/" not in metric.key:
            better = "lower" if metric.lower_is_better else "higher"
            table.add_row(metric.key, figure(metric), str(metric.n), better)
    return table


def type_table(run: LibraryRun) -> Table:
    """Return the main metrics per type of question."""
    table = Table(title=f"{run.kind}: by type of question")
    table.add_column("type", style="bold", no_wrap=True)
    for name in ("rows", *TYPE_COLUMNS):
        table.add_column(name.replace("_", " "), justify="right")
    for kind in dict.fromkeys(r.row.type for r in run.results):
        count = sum(r.row.type == kind for r in run.results)
        cells = (figure(run.metric(f"{kind}/{name}"), interval=False) for name in TYPE_COLUMNS)
        table.add_row(kind, str(count), *cells)
    return table


def variant_table(title: str, metrics: Sequence[Metric], prefix: str, columns: Sequence[str]) -> Table | None:
    """Return metrics of the form ``prefix/variant/name`` as a table of variants; ``None`` when there are none."""
    parts = [m.key.split("/", 2) for m in metrics if m.key.startswith(prefix + "/") and m.key.count("/") == 2]
    shown = list(dict.fromkeys(p[1] for p in parts if p[2] in columns))
    if not shown:
        return None
    by_key = {m.key: m for m in metrics}
    table = Table(title=title)
    table.add_column("variant", style="bold", overflow="fold")
    for name in columns:
        table.add_column(name, justify="right", no_wrap=True)
    for variant in shown:
        found = [by_key.get(f"{prefix}/{variant}/{name}") for name in columns]
        table.add_row(escape(variant), *(figure(m, interval=prefix == "grounding") for m in found))
    return table


def operator_table(run: LibraryRun) -> Table | None:
    """Return the wrong verdicts per operator, and how many claims are shown as supported; ``None`` without claims."""
    prefix = "grounding/ours/error/"
    metrics = [m for m in run.metrics if m.key.startswith(prefix)]
    if not metrics:
        return None
    shown = {
        "shown as supported": run.metric("grounding/ours/shown"),
        "of these, wrong": run.metric("grounding/ours/shown_wrong"),
    }
    table = Table(title=f"{run.kind}: wrong verdicts (faithful: false alarms; corrupted: let through)")
    for name in ("operator", "share wrong [95 % interval]", "claims"):
        table.add_column(name, no_wrap=True)
    for metric in metrics:
        table.add_row(metric.key.removeprefix(prefix), figure(metric), str(metric.n))
    for name, found in shown.items():
        table.add_row(name, figure(found), str(found.n) if found else "")
    return table


def print_run(console: Console, run: LibraryRun) -> None:
    """Print everything measured on one library."""
    if run.results:
        console.print(overall_table(run))
        console.print(type_table(run))
    for table in (
        variant_table(f"{run.kind}: retrieval, same questions", run.metrics, "retrieval", RANKS),
        variant_table(f"{run.kind}: grounding, same claims", run.metrics, "grounding", CHECKER_COLUMNS),
        operator_table(run),
        variant_table(f"{run.kind}: injections resisted", run.metrics, "injections", INJECTED_COLUMNS),
    ):
        if table is not None:
            console.print(table)
    for note in run.notes:
        console.print(escape(note))
    if run.skipped:
        console.print(f"{len(run.skipped)} rows were skipped on this library; the first: ", end="")
        console.print(escape(f"{run.skipped[0][0]}: {run.skipped[0][1]}"))
    console.print(f"{run.kind}: {run.seconds:.1f} s\n")


def print_gates(console: Console, gates: Sequence[GateResult]) -> None:
    """Print the gates, and the rows that cost those not kept."""
    for gate in gates:
        console.print(("[green]kept[/]   " if gate.passed else "[red]BROKEN[/] ") + escape(gate.rule))
        if not gate.passed:
            for line in gate.cost:
                console.print("         " + escape(line))


def print_comparison(console: Console, comparison: Comparison) -> None:
    """Print what got better and worse since the baseline."""
    console.print(f"[bold]{comparison.kind} against the baseline[/]")
    for better in (True, False):
        rows = [r for r in comparison.rows if r.better is better]
        console.print(f"{len(rows)} rows got {'better' if better else 'worse'}")
        for row in rows[:CHANGES_SHOWN]:
            sign = "[green]+[/]" if better else "[red]-[/]"
            console.print(f"  {sign} " + escape(f"{row.id}: {row.text} ({row.why})"))
    for change in comparison.metrics:
        difference = change.difference
        verdict = "more than noise" if difference.beyond_noise else "within noise"
        console.print(
            f"  {'better' if change.better else 'worse '} {escape(change.key)}: {difference.old:.3f} → "
            f"{difference.new:.3f} ({difference.low:+.3f} to {difference.high:+.3f}, p = {difference.p:.3f}, "
            f"{verdict})",
            highlight=False,
        )
    if not comparison.rows and not comparison.metrics:
        console.print("nothing changed")
    for text, ids in (("only in this run", comparison.only_new), ("only in the baseline", comparison.only_old)):
        if ids:
            console.print(escape(f"{len(ids)} rows are {text}: {', '.join(ids[:10])}"))


def print_report(console: Console, report: Report, comparisons: Sequence[Comparison] = ()) -> None:
    """Print a whole run."""
    for run in report.runs:
        print_run(console, run)
    for comparison in comparisons:
        print_comparison(console, comparison)
    print_gates(console, report.gates)
    for note in report.notes:
        console.print(escape(note))
    console.print(f"{report.seconds:.1f} s in all")


def print_foreign(console: Console, result: Foreign) -> None:
    """Print what was measured on a foreign set."""
    beside = variant_table("all variants", result.metrics, "retrieval", RANKS)
    table = Table(title=result.name)
    for name in ("metric", "value [95 % interval]", "rows"):
        table.add_column(name, no_wrap=name != "metric", overflow="fold")
    for metric in result.metrics:
        if beside is None or metric.key.startswith("retrieval/ours/"):
            table.add_row(escape(metric.key), figure(metric), str(metric.n))
    console.print(table)
    if beside is not None and beside.row_count > 1:
        console.print(beside)
    p95 = "" if result.p95_ms is None else f", 95 % within {result.p95_ms:.1f} ms"
    console.print(f"{len(result.rows)} rows, {result.per_second:.1f} a second{p95}")
    for note in result.notes:
        console.print(escape(note))

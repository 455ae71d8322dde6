"""What got better and worse since an earlier run, question by question, and whether it is more than noise."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.metrics.intervals import Difference, paired_bootstrap
from evals.results import SCHEMA_VERSION, LibraryRun, Report
from ingest.errors import InputError


@dataclass(frozen=True)
class RowChange:
    """A row or claim whose verdict turned."""

    id: str
    better: bool
    text: str
    why: str


@dataclass(frozen=True)
class MetricChange:
    """A metric over the rows both runs have."""

    key: str
    difference: Difference
    lower_is_better: bool

    @property
    def better(self) -> bool:
        """Whether the change is to the good."""
        return (self.difference.change < 0) == self.lower_is_better and self.difference.change != 0


@dataclass(frozen=True)
class Comparison:
    """One library's run against the earlier one of the same kind."""

    kind: str
    rows: tuple[RowChange, ...]
    metrics: tuple[MetricChange, ...]
    only_new: tuple[str, ...] = ()
    only_old: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON."""
        return {
            "kind": self.kind,
            "rows": [{"id": r.id, "better": r.better, "text": r.text, "why": r.why} for r in self.rows],
            "metrics": [
                {
                    "key": m.key, "old": m.difference.old, "new": m.difference.new, "low": m.difference.low,
                    "high": m.difference.high, "p": m.difference.p, "n": m.difference.n, "better": m.better,
                    "beyond_noise": m.difference.beyond_noise,
                }
                for m in self.metrics
            ],
            "only_new": list(self.only_new),
            "only_old": list(self.only_old),
        }  # fmt: skip


def load_baseline(path: Path) -> Mapping[str, Any]:
    """Read the JSON report of an earlier run.

    Raises:
        InputError: it cannot be read, or is no such report.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError(f"The baseline {str(path)!r} could not be read: {error}.", "Make one with --json.") from error
    if not isinstance(data, dict) or data.get("schema_version") != SCHEMA_VERSION or "runs" not in data:
        raise InputError(f"{str(path)!r} is no report of this version of the evals.", "Make one with --json.")
    return data


def _row_changes(old: Mapping[str, Any], run: LibraryRun) -> list[RowChange]:
    rows = {r["id"]: r for r in old.get("rows", [])}
    claims = {c["id"]: c for c in old.get("claims", [])}
    changes = [
        RowChange(r.row.id, r.right, r.row.question, r.why if not r.right else f"was: {rows[r.row.id]['why']}")
        for r in run.results
        if r.row.id in rows and bool(rows[r.row.id]["right"]) != r.right
    ]
    changes += [
        RowChange(c.row.id, c.right, c.row.claim, f"{c.row.operator} claim called {c.verdict}")
        for c in run.claims
        if c.row.id in claims and bool(claims[c.row.id]["right"]) != c.right
    ]
    return changes


def _metric_changes(old: Mapping[str, Any], run: LibraryRun) -> list[MetricChange]:
    before = {m["key"]: m for m in old.get("metrics", [])}
    changes = []
    for metric in run.metrics:
        earlier = before.get(metric.key)
        shared = [i for i in metric.rows if earlier and i in earlier["rows"]]
        if not metric.mean or earlier is None or not shared:
            continue
        difference = paired_bootstrap([earlier["rows"][i] for i in shared], [metric.rows[i] for i in shared])
        if difference.old != difference.new or any(earlier["rows"][i] != metric.rows[i] for i in shared):
            changes.append(MetricChange(metric.key, difference, metric.lower_is_better))
    return changes


def compare(baseline: Mapping[str, Any], report: Report) -> tuple[Comparison, ...]:
    """Compare every run with the earlier one of its kind and generator; runs without one are left out."""
    earlier = {(r["kind"], r["generator"]): r for r in baseline["runs"]}
    return tuple(
        _compare_run(earlier[run.kind, run.generator], run)
        for run in report.runs
        if (run.kind, run.generator) in earlier
    )


def _compare_run(old: Mapping[str, Any], run: LibraryRun) -> Comparison:
    before: Sequence[str] = [r["id"] for r in old.get("rows", [])]
    now = [r.row.id for r in run.results]
    return Comparison(
        run.kind,
        tuple(_row_changes(old, run)),
        tuple(_metric_changes(old, run)),
        tuple(sorted(set(now) - set(before))),
        tuple(sorted(set(before) - set(now))),
    )

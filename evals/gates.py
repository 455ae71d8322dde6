"""Gates: figures that must not get worse, from one TOML file, and the rows that cost one.

The file has a table for each kind of library (``sample``, ``digests``, ``library``), with ``at_least`` and ``at_most``
below it; a key is a metric's key as the JSON report shows it. For a generator other than the extractive one the table
is ``<kind>.<first part of its name>``, as ``[sample.ollama.at_least]``. Gates only ever go up.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.injections import why_not
from evals.results import GateResult, LibraryRun, Metric
from ingest.errors import InputError

GATES = Path(__file__).with_name("gates.toml")
KINDS = ("sample", "digests", "library")
_SIDES = ("at_least", "at_most")
SHOWN = 25


@dataclass(frozen=True)
class Gate:
    """One limit on one metric of one kind of library."""

    kind: str
    generator: str
    key: str
    limit: float
    at_most: bool


def load_gates(path: Path = GATES) -> list[Gate]:
    """Read a gates file.

    Raises:
        InputError: the file cannot be read, or holds something other than gates.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"The gates file {str(path)!r} could not be read: {error}.", "Mend it.") from error
    gates: list[Gate] = []
    for kind, table in data.items():
        if kind not in KINDS or not isinstance(table, dict):
            raise InputError(f"{path}: unknown table {kind!r}.", f"Tables are {', '.join(KINDS)}.")
        for generator in ("extractive", *(set(table) - set(_SIDES))):
            sides = table if generator == "extractive" else table[generator]
            gates += _sides(path, kind, generator, sides)
    return gates


def _sides(path: Path, kind: str, generator: str, sides: Any) -> list[Gate]:
    if not isinstance(sides, dict):
        raise InputError(f"{path}: [{kind}] {generator} is no table.", f"Put gates under {' or '.join(_SIDES)}.")
    found = []
    for side in _SIDES:
        for key, limit in sides.get(side, {}).items():
            if isinstance(limit, bool) or not isinstance(limit, int | float):
                raise InputError(f"{path}: {kind} {side} {key!r} is {limit!r}.", "A gate is a number.")
            found.append(Gate(kind, generator, key, float(limit), side == "at_most"))
    return found


def check_gates(gates: Sequence[Gate], runs: Sequence[LibraryRun]) -> tuple[GateResult, ...]:
    """Hold every run against the gates of its kind and generator."""
    return tuple(
        _hold(gate, run)
        for run in runs
        for gate in gates
        if gate.kind == run.kind and gate.generator == run.generator.split("/")[0]
    )


def _hold(gate: Gate, run: LibraryRun) -> GateResult:
    metric = run.metric(gate.key)
    value = None if metric is None or metric.n == 0 else metric.value
    result = GateResult(gate.kind, gate.key, gate.limit, gate.at_most, value)
    if result.passed or metric is None:
        return result
    return GateResult(gate.kind, gate.key, gate.limit, gate.at_most, value, cost_of(metric, run))


def cost_of(metric: Metric, run: LibraryRun) -> tuple[str, ...]:
    """Return a line on each row that pulls the metric down, worst first, :data:`SHOWN` at most."""
    lower = metric.lower_is_better
    best = min(metric.rows.values(), default=0.0) if lower else max(metric.rows.values(), default=1.0)
    ideal = 0.0 if lower and best <= 1 else best
    guilty = [(value, i) for i, value in metric.rows.items() if (value > ideal if lower else value < max(ideal, 1.0))]
    guilty.sort(key=lambda pair: -pair[0] if lower else pair[0])
    why = _reasons(metric.key, run)
    lines = [f"{i} ({value:.3g}){': ' + why[i] if why.get(i) else ''}" for value, i in guilty[:SHOWN]]
    return (*lines, f"and {len(guilty) - SHOWN} more") if len(guilty) > SHOWN else tuple(lines)


def _reasons(key: str, run: LibraryRun) -> Mapping[str, str]:
    if key.startswith("injections/"):
        return why_not(run.injections, key)
    if key.startswith("grounding/"):
        return {c.row.id: f"{c.row.operator} claim called {c.verdict}: {c.row.claim}" for c in run.claims}
    name = key.rsplit("/", 1)[-1]
    return {r.row.id: s.explanation if (s := r.score(name)) else r.why for r in run.results}

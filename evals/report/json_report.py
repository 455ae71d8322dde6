"""The JSON report, which is a baseline for later runs too."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.baseline import Comparison
from evals.results import Report


def plain(value: Any) -> Any:
    """Return a value as strict JSON has it: no NaN, no tuples."""
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def report_json(report: Report, comparisons: Sequence[Comparison] = ()) -> str:
    """Return the whole run as JSON."""
    data = {**report.to_dict(), "comparisons": [c.to_dict() for c in comparisons]}
    return json.dumps(plain(data), ensure_ascii=False, indent=1, allow_nan=False)


def write(path: Path, text: str) -> None:
    """Write a report, its folder made if need be.

    Raises:
        OSError: the file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")

"""The bundled sample: real papers restated in our own words, in the layouts of a saved digest page."""

from __future__ import annotations

from pathlib import Path


def sample_paths() -> list[Path]:
    """Return the files of the bundled sample, in order."""
    return sorted(Path(__file__).parent.glob("*.txt"))

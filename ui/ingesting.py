"""Ingest with a progress bar on stderr."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ui.output import error_console

if TYPE_CHECKING:
    from ingest.pipeline import IngestReport
    from ingest.settings import Settings


def ingest_with_progress(paths: Sequence[Path], settings: Settings, saved: date | None = None) -> IngestReport:
    """Ingest, and show each stage as it goes where stderr is a terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    from ingest.pipeline import ingest

    console = error_console()
    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        tasks: dict[str, TaskID] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total)

        return ingest(paths, settings, saved=saved, progress=tell)

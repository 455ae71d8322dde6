"""Ingest and reindex with a progress bar on stderr."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ui.output import error_console

if TYPE_CHECKING:
    from ingest.pipeline import IngestReport
    from ingest.reindex import ReindexReport
    from ingest.settings import Settings

_WAITING = "waiting"


def ingest_with_progress(paths: Sequence[Path], settings: Settings, saved: date | None = None) -> IngestReport:
    """Ingest, and show each stage as it goes where stderr is a terminal."""
    from ingest.pipeline import ingest

    with _progress() as tell:
        return ingest(paths, settings, saved=saved, progress=tell)


def reindex_with_progress(settings: Settings) -> ReindexReport:
    """Reindex, and show how far it is where stderr is a terminal."""
    from ingest.reindex import reindex

    with _progress() as tell:
        return reindex(settings, progress=tell)


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """Give a function that is told of each stage; that another process is waited for is said on any stderr."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    console = error_console()
    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        tasks: dict[str, TaskID] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage == _WAITING:
                console.print("Another process is writing to the library; waiting for it …")
                return
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield tell

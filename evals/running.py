"""What the commands of ``citetrail evals`` share: rows, settings, libraries, progress, files."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from evals.rows import CLAIMS, FACTS, ClaimRow, FactRow, load_claims, load_facts
from ingest.errors import InputError
from ingest.settings import Settings, load_settings

if TYPE_CHECKING:
    from rich.console import Console

    from ingest.pipeline import Progress
    from rag import Assistant

SKIPPED = "The real digests were skipped: set CITETRAIL_DIGESTS to their folder to run on them too."


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Show what is being done on stderr, one bar a stage, gone afterwards."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield tell


def choose_rows(arguments: argparse.Namespace) -> tuple[list[FactRow], list[ClaimRow]]:
    """Return the rows asked for by split, type and limit.

    With a fact set of one's own and no claim set of one's own there are no claims: ours speak of other papers.

    Raises:
        InputError: a file cannot be read.
    """
    facts = load_facts(arguments.facts or FACTS)
    bundled = arguments.claims is None and arguments.facts is None
    claims = load_claims(CLAIMS if bundled else arguments.claims) if bundled or arguments.claims else []
    if arguments.split != "all":
        facts = [r for r in facts if r.split == arguments.split]
        claims = [r for r in claims if r.split == arguments.split]
    if arguments.type:
        facts = [r for r in facts if r.type in arguments.type]
    return facts[: arguments.limit], claims[: arguments.limit]


def settings_of(arguments: argparse.Namespace, environ: Mapping[str, str]) -> Settings:
    """Return the settings in force, with the options that evals have for them.

    Raises:
        ConfigError: a setting has no meaning.
    """
    told = {"library": arguments.library, "generator": arguments.generator, "model": arguments.model}
    settings = load_settings(environ, Path.cwd(), **told).settings
    return dataclasses.replace(settings, chroma_host="") if arguments.library else settings


def targets_of(arguments: argparse.Namespace, settings: Settings) -> tuple[list[tuple[str, list[Path]]], list[str]]:
    """Return the kinds of library to run on with their digests, and what there is to say of those left out."""
    from ingest.sample import sample_paths

    if arguments.library:
        return [("library", [])], []
    if arguments.digests:
        return [("digests", list(arguments.digests))], []
    if arguments.sample:
        return [("sample", sample_paths())], []
    if not settings.digests:
        return [("sample", sample_paths())], [SKIPPED]
    return [("sample", sample_paths()), ("digests", [Path(settings.digests)])], []


def is_whole(arguments: argparse.Namespace) -> bool:
    """Whether the run is the whole of the bundled sets, which gates are made for."""
    partial = (arguments.limit, arguments.type, arguments.part, arguments.facts, arguments.claims)
    return arguments.split == "all" and not any(partial)


@contextmanager
def opened(
    arguments: argparse.Namespace, settings: Settings, paths: Sequence[Path], tell: Progress
) -> Iterator[Assistant]:
    """Open an assistant on the library named, or on one made of digests for the time being.

    Raises:
        CitetrailError: a digest cannot be read, or a library not made or opened.
    """
    from evals.session import temporary_library
    from ingest.embeddings import make_embedder
    from rag import Assistant

    if paths:
        with temporary_library(paths, settings, make_embedder(settings), tell) as assistant:
            yield assistant
        return
    assistant = Assistant.open(settings)
    try:
        yield assistant
    finally:
        assistant.close()


def named(kind: str, tell: Progress) -> Progress:
    """Return the same progress with the kind of library before each stage."""
    return lambda stage, done, total: tell(f"{kind}: {stage}", done, total)


def write(path: Path, text: str, console: Console) -> None:
    """Write a report, whole or not at all, and say where.

    Raises:
        InputError: the file cannot be written.
    """
    from evals.report.json_report import write as write_whole

    try:
        write_whole(path, text)
    except OSError as error:
        raise InputError(f"{str(path)!r} cannot be written: {error.strerror}.", "Name another file.") from error
    console.print(f"wrote {path}", highlight=False, markup=False)

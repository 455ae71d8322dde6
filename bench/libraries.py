"""Four libraries of about 210 papers, and questions put to them: some that they answer, some that nothing there does.

Their data card is ``bench/data/README.md``.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ingest.paper import Paper

PAPERS = Path(__file__).parent / "data" / "libraries.json"
QUESTIONS = PAPERS.with_name("library_questions.jsonl")
FITTED = (0, 1)
"""Libraries whose questions weights are fitted on; those about the others measure."""


@dataclass(frozen=True)
class Put:
    """A question put to a library."""

    library: int
    kind: Literal["fact", "list"]
    question: str
    wording: Literal["near", "lay", "expert"]
    """Near the words of the abstracts, in everyday words, or in a researcher's other terms."""
    papers: tuple[str, ...]
    """Ids of the papers that answer it, or belong; empty where nothing in the library does."""
    answer: tuple[str, ...] = ()
    """Words of which an answer must hold some; empty where they are not known."""


def abstracts_given(description: str | None, arguments: Sequence[str] | None) -> Path | None:
    """Return the file of abstracts that a command line names; say that it is skipped and return nothing without it."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("abstracts", type=Path, help="gzipped JSON lines of papers")
    path: Path = parser.parse_args(arguments).abstracts
    if path.is_file():
        return path
    print(f"skipped: there is no {path}")
    return None


def read_put() -> list[Put]:
    """Read every question."""
    rows = map(json.loads, QUESTIONS.read_text(encoding="utf-8").splitlines())
    return [Put(**(row | {"papers": tuple(row["papers"]), "answer": tuple(row.get("answer", ()))})) for row in rows]


def read_libraries(path: Path) -> Iterator[list[Paper]]:
    """Yield the papers of one library after another.

    Args:
        path: gzipped JSON lines of ``id``, ``title`` and ``abstract``.
    """
    libraries: list[list[str]] = json.loads(PAPERS.read_text(encoding="utf-8"))
    wanted = {paper_id for library in libraries for paper_id in library}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = {row["id"]: row for line in lines if (row := json.loads(line))["id"] in wanted}
    for library in libraries:
        found = (rows[paper_id] for paper_id in library if paper_id in rows)
        yield [Paper(row["id"], " ".join(row["title"].split()), " ".join(row["abstract"].split())) for row in found]

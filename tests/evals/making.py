"""Hand-made papers, rows and answers: no model, no library on disk."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from evals.metrics.abstention import Outcome
from evals.results import LibraryRun, Report, RowResult
from evals.rows import FactRow
from evals.scorers import Shelf, outcome_of, score_row
from evals.summary import curve_of, summarise
from ingest.paper import Appearance, Paper
from rag.answer import Answer, Catalogue, Sentence, SourcePaper, Support, cite, cut

ALPHA = Paper(
    "a",
    "Alpha: Merging Models",
    "We merge models by averaging. Alpha gains 23.4% over Beta on 1,200 tasks. Code: https://github.com/x/alpha",
    (
        Appearance("002_oct", day="2025-10-31", line=3, authors=5, published="2023-02-03", comments=2),
        Appearance("003_mar", day="--03-14", line=9),
    ),
)
BETA = Paper(
    "b",
    "Beta Pruning",
    "Pruning halves the cost of inference. It needs no data.",
    (Appearance("002_oct", day="2025-10-31", line=6, authors=9, published="2024-05-06", comments=7),),
)
GAMMA = Paper(
    "g",
    "Gamma Survey",
    "We survey 31 scaling laws.",
    (Appearance("001_aug", day="--08-11", line=2, published="--08-01"),),
)
PAPERS = [ALPHA, BETA, GAMMA]
SHELF = Shelf.of(PAPERS)


def fact(**changes: Any) -> FactRow:
    """Return a fact about Alpha, changed as told."""
    row: dict[str, Any] = {
        "id": "r1",
        "type": "fact",
        "turns": ("How much does it gain?",),
        "gold": (ALPHA.title,),
        "nuggets": (("23.4%", "23.4 percent"),),
    }
    return FactRow(**(row | changes))


def quoted(paper: Paper, words: str, n: int = 1, support: Support = "supported", score: float = 0.9) -> Sentence:
    """Return a sentence that quotes a paper."""
    start = paper.abstract.index(words)
    return Sentence(words, 0, len(words), support, score, (cut(n, paper, start, start + len(words)),))


def answered(*papers: Paper, words: Sequence[str] = (), **changes: Any) -> Answer:
    """Return an answer that quotes each paper, the whole abstract unless told which words."""
    said = [words[i] if i < len(words) else p.abstract for i, p in enumerate(papers)]
    sentences = tuple(quoted(p, w, n) for n, (p, w) in enumerate(zip(papers, said, strict=True), 1))
    fields: dict[str, Any] = {
        "question": "q",
        "standalone_question": "q",
        "text": " ".join(f"{w} [{n}]" for n, w in enumerate(said, 1)),
        "generator": "extractive",
        "sentences": sentences,
        "citations": tuple(cite(n, p) for n, p in enumerate(papers, 1)),
        "sources": tuple(SourcePaper(p.paper_id, p.title, 1 / n, n) for n, p in enumerate(papers, 1)),
    }
    return Answer(**(fields | changes))


def declined(*sources: Paper, reason: str = "nothing is said about it") -> Answer:
    """Return an answer that declines."""
    near = tuple(SourcePaper(p.paper_id, p.title, 0.1, n) for n, p in enumerate(sources, 1))
    return Answer("q", "q", "I cannot tell.", "extractive", sources=near, abstained=True, abstention_reason=reason)


def computed(value: str, *papers: Paper, text: str = "") -> Answer:
    """Return a computed answer over the catalogue."""
    catalogue = Catalogue("count", value, tuple(p.paper_id for p in papers), len(PAPERS))
    said = text or "; ".join([value, *(p.title for p in papers)])
    return Answer("q", "q", said, "extractive", catalogue=catalogue)


def scores(row: FactRow, answer: Answer) -> dict[str, float | None]:
    """Return the scores of an answer by name."""
    return {s.name: s.value for s in score_row(row, answer, SHELF)}


def result(row: FactRow, answer: Answer, milliseconds: float = 12.0) -> RowResult:
    """Return a scored row."""
    found = score_row(row, answer, SHELF)
    outcome: Outcome = outcome_of(row, answer, found[0].value == 1)
    return RowResult(row, answer, (), milliseconds, tuple(found), outcome)


def library_run(*results: RowResult, kind: str = "sample", **changes: Any) -> LibraryRun:
    """Return a run of those results."""
    fields: dict[str, Any] = {"results": results, "metrics": summarise(results), "curve": curve_of(results)}
    return LibraryRun(kind, len(PAPERS), "extractive", **(fields | changes))


def report_of(*runs: LibraryRun, **changes: Any) -> Report:
    """Return a report of those runs."""
    return Report(runs, **changes)


def tags(html: str, name: str) -> list[str]:
    """Return every opening tag of that name."""
    return re.findall(rf"<{name}\b[^>]*>", html)

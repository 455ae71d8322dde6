"""Asks every row through the same ``Assistant`` a user calls, earlier turns included, and scores what comes back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from evals.judge import word_judge
from evals.metrics.citations import Judge
from evals.recompute import CannotRecompute, recompute
from evals.results import RowResult
from evals.rows import FactRow
from evals.scorers import LIST_TYPES, Score, Shelf, outcome_of, score_row
from ingest.errors import CitetrailError
from ingest.paper import Paper
from rag.answer import Answer

if TYPE_CHECKING:
    from ingest.pipeline import Progress

REDUCIBLE = LIST_TYPES | {"overview"}


class Asker(Protocol):
    """What the runner needs of an ``Assistant``."""

    def ask(self, question: str, history: Sequence[Mapping[str, str]] = ()) -> Answer:
        """Answer a question after earlier turns."""


def why_not(row: FactRow, shelf: Shelf, papers: Sequence[Paper]) -> str:
    """Say why a row cannot be asked of these papers; empty when it can.

    A list, filter or overview row is asked when one of its gold papers is here and is scored against those.
    """
    here = len(shelf.ids(row.gold))
    if row.gold and (not here if row.type in REDUCIBLE else here < len(set(row.gold))):
        return f"{len(set(row.gold)) - here} of its {len(set(row.gold))} gold papers are not in this library"
    if row.recompute:
        try:
            recompute(row.recompute, papers)
        except CannotRecompute as error:
            return str(error)
    return ""


def runnable(rows: Iterable[FactRow], papers: Sequence[Paper]) -> tuple[list[FactRow], list[tuple[str, str]]]:
    """Part rows into those that can be asked of these papers and ``(id, why not)`` of the others."""
    shelf = Shelf.of(papers)
    fit: list[FactRow] = []
    skipped: list[tuple[str, str]] = []
    for row in rows:
        reason = why_not(row, shelf, papers)
        if reason:
            skipped.append((row.id, reason))
        else:
            fit.append(row)
    return fit, skipped


def converse(assistant: Asker, row: FactRow, clock: Callable[[], float]) -> tuple[Answer, list[tuple[str, str]], float]:
    """Ask all turns of a row, its own answers as history; return the last answer, the history, and its milliseconds.

    Raises:
        CitetrailError: the product could not answer.
    """
    history: list[tuple[str, str]] = []
    for turn in row.turns[:-1]:
        earlier = assistant.ask(turn, history=_as_messages(history))
        history += [("user", turn), ("assistant", earlier.text)]
    started = clock()
    answer = assistant.ask(row.question, history=_as_messages(history))
    return answer, history, 1000 * (clock() - started)


def _as_messages(history: Sequence[tuple[str, str]]) -> list[Mapping[str, Any]]:
    return [{"role": role, "content": text} for role, text in history]


def run_row(
    assistant: Asker,
    row: FactRow,
    shelf: Shelf,
    judge: Judge = word_judge,
    clock: Callable[[], float] = time.perf_counter,
) -> RowResult:
    """Ask and score one row; an error of the product is a wrong answer, with the error as the reason."""
    started = clock()
    try:
        answer, history, milliseconds = converse(assistant, row, clock)
    except CitetrailError as error:
        empty = Answer(row.question, row.question, "", "")
        scores = [Score("right", 0.0, f"error: {error}"), *score_row(row, empty, shelf, judge)[1:]]
        outcome = outcome_of(row, empty, False)
        return RowResult(row, empty, (), 1000 * (clock() - started), tuple(scores), outcome, str(error))
    scores = score_row(row, answer, shelf, judge)
    outcome = outcome_of(row, answer, scores[0].value == 1)
    return RowResult(row, answer, tuple(history), milliseconds, tuple(scores), outcome)


def run_rows(
    assistant: Asker,
    rows: Sequence[FactRow],
    papers: Sequence[Paper],
    judge: Judge = word_judge,
    progress: Progress | None = None,
) -> list[RowResult]:
    """Ask and score every row, in order."""
    shelf = Shelf.of(papers)
    results = []
    for done, row in enumerate(rows, 1):
        results.append(run_row(assistant, row, shelf, judge))
        if progress:
            progress("questions", done, len(rows))
    return results

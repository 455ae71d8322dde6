"""Fit what decides whether a library answers a question: the weights of likeness, the picker's odds, and rarity.

Prints how well each, and all together, tell questions that a library answers from those that nothing there does, the
weights of logistic regressions on them, and what would be declined at several operating points::

    .venv/bin/python -m bench.fit_evidence ABSTRACTS.jsonl.gz

The questions are those about facts in ``bench/data/library_questions.jsonl``: to each of four libraries as many that
it answers as others in the same field and the same kinds of words that it does not. Fitted on two of them, the rest is
told of the other two. The weights are written into ``rag/abstention/declining.py`` by hand.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.libraries import FITTED, abstracts_given, read_libraries, read_put
from bench.logistic import Vector, logistic
from evals.metrics.binary import auc
from ingest.embeddings import make_embedder
from ingest.settings import Settings
from rag.abstention.declining import rarity_of, similarity_of
from rag.extractive.extract import PAPERS_READ, answering_odds, rank_papers
from rag.retrieval.cross_encoder import answering_picker
from rag.retrieval.picker import SentencePicker, make_picker
from rag.retrieval.retrieve import HybridRetriever, build_index

POINTS = (0.02, 0.03, 0.05, 0.1, 0.12)
COLUMNS = "likeness", "odds", "rarity"
_RIDGE = 1e-3


class Asked:
    """A library that questions are put to."""

    def __init__(self, retriever: HybridRetriever, settings: Settings) -> None:
        self.retriever = retriever
        index = retriever.index
        plain = make_picker(settings, retriever.library.embedder, index.lexical.idf, retriever.sentence_vector)
        self.picker: SentencePicker = answering_picker(settings, plain)

    def evidence(self, question: str) -> tuple[float, float, float]:
        """Return the likeness of the nearest papers, the log-odds that the best one answers, and the words' rarity."""
        hits = self.retriever.search(question, PAPERS_READ)
        best = rank_papers(question, hits, self.picker)[0].paper
        odds = answering_odds(question, best, self.picker)
        if odds is None:
            raise SystemExit("the picker gives no odds: leave the setting picker at its default")
        return similarity_of(hits), odds, rarity_of(question, self.retriever.index.lexical)


def fit(rows: Vector, truth: NDArray[np.bool_]) -> Vector:
    """Return the weights of a logistic regression and its intercept."""
    columns = np.hstack([rows, np.ones((len(rows), 1))])
    return logistic(columns, truth, np.ones(len(rows)), np.full(columns.shape[1], _RIDGE))


def tell(name: str, fitted: Vector, scores: Vector, answered: NDArray[np.bool_]) -> None:
    """Print how well scores part questions that are answered from others, and what points would decline.

    Args:
        name: of the scores.
        fitted: scores of answered questions that the points are chosen on.
        scores: of other questions.
        answered: which of these are answered.
    """
    value = auc([float(s) for s in scores], answered.tolist())
    print(f"{name}: AUC {value or 0.0:.3f}")
    for share in POINTS:
        least = float(np.quantile(fitted, share))
        yes, no = ((scores[part] < least).mean() for part in (answered, ~answered))
        print(f"  below {least:.2f}: {yes:.2f} of the answered, {no:.2f} of the others")


def measured(abstracts: Path, settings: Settings, folder: Path) -> tuple[Vector, NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the evidence of each question, whether it is answered, and whether its library is one to fit on."""
    embedder = make_embedder(settings)
    asked = [
        Asked(build_index(papers, settings, folder / str(i), embedder), settings)
        for i, papers in enumerate(read_libraries(abstracts))
    ]
    put = [one for one in read_put() if one.kind == "fact"]
    rows = np.array([asked[one.library].evidence(one.question) for one in put])
    return rows, np.array([bool(one.papers) for one in put]), np.array([one.library in FITTED for one in put])


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, fit and print."""
    if (abstracts := abstracts_given(__doc__, arguments)) is None:
        return
    with tempfile.TemporaryDirectory(prefix="citetrail-bench-", ignore_cleanup_errors=True) as folder:
        rows, answered, fitted = measured(abstracts, Settings(), Path(folder))
    print(f"{fitted.sum()} questions to fit on, {(~fitted).sum()} to measure with")
    for columns in ([0], [1], [2], [0, 1], [0, 1, 2]):
        solved = fit(rows[fitted][:, columns], answered[fitted])
        scores = rows[:, columns] @ solved[:-1]
        name = ", ".join(COLUMNS[i] for i in columns)
        weights = f"{name}, weights {np.round(solved[:-1], 2).tolist()}"
        tell(weights, scores[fitted & answered], scores[~fitted], answered[~fitted])


if __name__ == "__main__":
    main()

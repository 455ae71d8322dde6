"""Fit what decides whether a library answers a question: the weights of likeness and of the picker's log-odds.

Prints how well each tells answerable questions from others, the weights of logistic regressions on each and on both,
and what would be declined at several operating points::

    .venv/bin/python -m bench.fit_evidence ABSTRACTS.jsonl.gz ANSWERS/dev.jsonl.gz

The answerable are questions about papers that were kept aside from training (``bench/data``), each asked of a library
that holds its paper. The others are the same questions asked of a library that does not (*away*), whose papers are of
the same field, and questions on quite other matters from the public sets (*other*). An intercept is chosen so that
``DECLINED`` of the answerable are declined. The weights are written into ``rag/abstention/declining.py`` by hand.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.asked_papers import read_every, read_papers
from bench.logistic import Vector, logistic
from bench.train_picker import read_examples
from evals.metrics.binary import auc
from ingest.embeddings import make_embedder
from ingest.settings import Settings
from rag.abstention.declining import similarity_of
from rag.extractive.extract import PAPERS_READ, answering_odds, rank_papers
from rag.retrieval.cross_encoder import answering_picker
from rag.retrieval.picker import SentencePicker, make_picker
from rag.retrieval.retrieve import HybridRetriever, build_index

LIBRARIES = 3
DECLINED = 0.02
POINTS = (0.02, 0.03, 0.05, 0.08)
_RIDGE = 1e-3


class Asked:
    """A library that questions are put to."""

    def __init__(self, retriever: HybridRetriever, settings: Settings) -> None:
        self.retriever = retriever
        index = retriever.index
        plain = make_picker(settings, retriever.library.embedder, index.lexical.idf, retriever.sentence_vector)
        self.picker: SentencePicker = answering_picker(settings, plain)

    def evidence(self, question: str) -> tuple[float, float]:
        """Return the likeness of the nearest papers to a question, and the log-odds that the best one answers it."""
        hits = self.retriever.search(question, PAPERS_READ)
        best = rank_papers(question, hits, self.picker)[0].paper
        odds = answering_odds(question, best, self.picker)
        if odds is None:
            raise SystemExit("the picker gives no odds: leave the setting picker at its default")
        return similarity_of(hits), odds


def fit(rows: Vector, truth: NDArray[np.bool_]) -> Vector:
    """Return the weights of a logistic regression and its intercept."""
    columns = np.hstack([rows, np.ones((len(rows), 1))])
    return logistic(columns, truth, np.ones(len(rows)), np.full(columns.shape[1], _RIDGE))


def tell(name: str, scores: Vector, kinds: NDArray[np.str_]) -> None:
    """Print how well scores part the answerable from the others, and what points would decline."""
    yes = scores[kinds == "answerable"]
    for other in ("away", "other"):
        both = np.concatenate([yes, scores[kinds == other]])
        value = auc([float(s) for s in both], [i < len(yes) for i in range(len(both))])
        print(f"{name:12} answerable against {other}: AUC {value or 0.0:.3f}")
    for share in POINTS:
        least = float(np.quantile(yes, share))
        declined = {other: float((scores[kinds == other] < least).mean()) for other in ("away", "other")}
        told = "  ".join(f"{other} {value:.2f}" for other, value in declined.items())
        print(f"{name:12} {share:.2f} of the answerable declined (below {least:.2f}): {told}")


def measured(
    abstracts: Path, public: Path, most: int, settings: Settings, folder: Path
) -> tuple[Vector, NDArray[np.str_]]:
    """Return the evidence of each question asked, and what kind it is."""
    rng = random.Random(0)
    asked = [one for one in read_every() if one.kept_aside and one.answers]
    papers = read_papers(abstracts, asked)
    embedder = make_embedder(settings)
    libraries: list[Asked] = []
    holder: dict[str, int] = {}
    for i in range(LIBRARIES):
        part = papers[i::LIBRARIES]
        holder |= {paper.paper_id: i for paper in part}
        libraries.append(Asked(build_index(part, settings, folder / str(i), embedder), settings))
    rows, kinds = [], []
    asked = [one for one in asked if one.paper_id in holder]
    for one in rng.sample(asked, min(most, len(asked))):
        home = holder[one.paper_id]
        for kind, place in (("answerable", home), ("away", (home + 1) % LIBRARIES)):
            rows.append(libraries[place].evidence(one.question))
            kinds.append(kind)
    others = read_examples(public)
    for example in rng.sample(others, min(most, len(others))):
        rows.append(libraries[0].evidence(example.question))
        kinds.append("other")
    return np.array(rows), np.array(kinds)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, fit and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("abstracts", type=Path, help="gzipped JSON lines of papers")
    parser.add_argument("public", type=Path, help="gzipped JSON lines of questions on other matters")
    parser.add_argument("--questions", type=int, default=400, help="about papers, and on other matters (default: 400)")
    given = parser.parse_args(arguments)
    if missing := [path for path in (given.abstracts, given.public) if not path.is_file()]:
        print(f"skipped: there is no {missing[0]}")
        return
    with tempfile.TemporaryDirectory(prefix="citetrail-bench-", ignore_cleanup_errors=True) as folder:
        rows, kinds = measured(given.abstracts, given.public, given.questions, Settings(), Path(folder))
    print(f"{(kinds == 'answerable').sum()} questions about papers, {(kinds == 'other').sum()} on other matters")
    truth = kinds == "answerable"
    for name, columns in (("likeness", [0]), ("odds", [1]), ("both", [0, 1])):
        solved = fit(rows[:, columns], truth)
        scores = rows[:, columns] @ solved[:-1]
        tell(name, scores, kinds)
        least = float(np.quantile(scores[truth], DECLINED))
        print(f"{name:12} weights {np.round(solved[:-1], 2).tolist()}, least evidence {least:.2f}\n")


if __name__ == "__main__":
    main()

"""Fit what decides which papers a list holds: the weights of the evidence that a paper is about a topic.

    .venv/bin/python -m bench.fit_lists LIBRARY

reads ``bench/data/list_questions.jsonl`` (questions about the digests that the evals are about, with the papers that
belong; none is of the eval set), asks them of a library of those digests, and fits a logistic regression. It prints
the weights, which are written into ``rag/retrieval/lists.py`` by hand, and, of five parts of the questions each by
weights fitted on the others, the recall and precision of the lists.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.logistic import Vector, logistic
from rag.assistant import Assistant
from rag.extractive.beside import parted
from rag.questions.topic import read_topic
from rag.retrieval.lists import MOST_PAPERS, Evidence, evidence_of, worth_listing

QUESTIONS = Path(__file__).parent / "data" / "list_questions.jsonl"
PARTS = 5
_RIDGE = 1.0


@dataclass(frozen=True)
class Listed:
    """A question, a paper a row."""

    rows: Vector
    """What :class:`Evidence` holds, and a one."""
    belongs: NDArray[np.bool_]
    counts: NDArray[np.bool_]
    """Whether a paper counts at all: borderline ones do not."""
    kept_aside: bool


def main() -> None:
    """Read, fit, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", help="of the digests that the questions are about")
    lists = list(_lists(Assistant.open(parser.parse_args().library, generator="extractive")))
    learnt = [one for one in lists if not one.kept_aside]
    kept = [one for one in lists if one.kept_aside]
    print("weights, the intercept last:", np.round(_fitted(learnt), 2).tolist())
    told: list[tuple[float, float]] = []
    for part in range(PARTS):
        others = _fitted([one for at, one in enumerate(learnt) if at % PARTS != part])
        told += [_told(one, others) for at, one in enumerate(learnt) if at % PARTS == part]
    for name, figures in (("learnt from", told), ("kept aside", [_told(one, _fitted(learnt)) for one in kept])):
        recall, precision = np.mean(np.array(figures), axis=0)
        print(f"{name}: {len(figures)} lists, recall {recall:.3f}, precision {precision:.3f}")


def _lists(assistant: Assistant) -> Iterator[Listed]:
    retriever = assistant.retriever
    titles = {paper.paper_id: paper.title for paper in retriever.index.papers}
    for line in QUESTIONS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        which, _ = parted(row["question"])
        hits = retriever.search(which, len(titles))
        likeliest: dict[str, Evidence] = {}
        for paper_id, evidence in evidence_of(read_topic(which), hits, retriever):
            had = likeliest.get(paper_id)
            if not evidence.sure and (had is None or _worth(evidence) > _worth(had)):
                likeliest[paper_id] = evidence
        if not likeliest:
            continue
        rows = np.array([[*astuple(evidence)[:-1], 1.0] for evidence in likeliest.values()], dtype=np.float64)
        belongs = np.array([titles[paper_id] in row["gold"] for paper_id in likeliest])
        counts = np.array([titles[paper_id] not in row["maybe"] for paper_id in likeliest])
        yield Listed(rows, belongs, counts, row["kept_aside"])


def _worth(evidence: Evidence) -> float:
    return evidence.standing + evidence.coverage


def _fitted(lists: Sequence[Listed]) -> Vector:
    rows = np.concatenate([one.rows[one.counts] for one in lists])
    truth = np.concatenate([one.belongs[one.counts] for one in lists])
    ridge = np.array([_RIDGE] * (rows.shape[1] - 1) + [1e-6])
    return logistic(rows, truth, np.ones(len(rows)), ridge)


def _told(one: Listed, weights: Vector) -> tuple[float, float]:
    """Return the recall and precision of the list that weights make."""
    chances = 1 / (1 + np.exp(-one.rows @ weights))
    order = np.argsort(-chances)
    listed = order[: min(worth_listing(chances[order].tolist()), MOST_PAPERS)]
    right = int(one.belongs[listed].sum())
    counted = int(one.counts[listed].sum())
    return right / max(int(one.belongs.sum()), 1), right / counted if counted else 0.0


if __name__ == "__main__":
    main()

"""Our retriever beside the baselines, over the same questions in one run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from evals.metrics.ranking import ndcg_at_k, recall_at_k, reciprocal_rank
from evals.results import Metric
from evals.rows import FactRow
from evals.scorers import CATALOGUE_TYPES, Shelf
from evals.summary import mean_metric
from ingest.paper import Paper

Search = Callable[[str, int], Sequence[str]]
"""Question and number wanted in, ids of papers out, best first."""
DEPTH = 10


@dataclass(frozen=True)
class Query:
    """A question for a retriever and the grade of every relevant paper."""

    id: str
    text: str
    grades: Mapping[str, float]


def queries_of(rows: Sequence[FactRow], papers: Sequence[Paper]) -> list[Query]:
    """Return the rows that test a retriever: one turn, answerable by papers (not by the catalogue)."""
    shelf = Shelf.of(papers)
    fit = [r for r in rows if r.answerable and len(r.turns) == 1 and r.type not in CATALOGUE_TYPES]
    found = [Query(r.id, r.question, dict.fromkeys(shelf.ids(r.gold), 1.0)) for r in fit]
    return [q for q in found if q.grades]


def score_query(query: Query, ranked: Sequence[str]) -> dict[str, float]:
    """Return the ranking metrics of one query."""
    gold = [paper for paper, grade in query.grades.items() if grade > 0]
    return {
        "recall@1": recall_at_k(ranked, gold, 1),
        "recall@5": recall_at_k(ranked, gold, 5),
        "recall@10": recall_at_k(ranked, gold, 10),
        "mrr": reciprocal_rank(ranked, gold, DEPTH),
        "ndcg@10": ndcg_at_k(ranked, query.grades, 10),
    }


def evaluate(
    name: str, search: Search, queries: Sequence[Query], progress: Callable[[int, int], None] | None = None
) -> list[Metric]:
    """Run a retriever over queries and return ``retrieval/<name>/<metric>`` metrics; none without queries."""
    rows: dict[str, dict[str, float]] = {}
    for done, query in enumerate(queries, 1):
        for metric, value in score_query(query, list(search(query.text, DEPTH))).items():
            rows.setdefault(metric, {})[query.id] = value
        if progress:
            progress(done, len(queries))
    return [mean_metric(f"retrieval/{name}/{metric}", values) for metric, values in rows.items()]

"""The claim set through the product's own checker, with two plain baselines beside it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from evals.judge import coverage
from evals.matching import title_key
from evals.metrics.abstention import aurc
from evals.metrics.binary import auc, balanced_accuracy, best_threshold
from evals.metrics.latency import throughput
from evals.results import ClaimResult, Metric
from evals.rows import ClaimRow
from evals.summary import mean_metric, pooled_metric
from evals.variants import Memo
from ingest.paper import Paper
from ingest.text import split_sentences

CLOSE = "close"
"""The operator of paraphrases close to the abstract's words."""


class Verdict(Protocol):
    """What a checker says of a claim."""

    @property
    def support(self) -> str:
        """``supported``, ``weak`` or ``unsupported``."""

    @property
    def score(self) -> float:
        """Higher is better supported."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why, in words."""


class Checker(Protocol):
    """What is needed of ``rag.grounding``'s checker."""

    def check(self, claim: str, paper: Paper) -> Verdict:
        """Judge a claim against one paper."""


class Asked(Protocol):
    """A model that is asked for verdicts, and keeps count."""

    @property
    def tally(self) -> object:
        """What it was asked and said, as a sentence."""


@runtime_checkable
class Judging(Protocol):
    """A checker that has some claims judged by a model."""

    judge: Asked


@dataclass(frozen=True)
class Pair:
    """A claim, the paper it is held against, and the truth."""

    id: str
    claim: str
    paper: Paper
    supported: bool
    group: str = ""


def sentences_of(pair: Pair) -> list[str]:
    """Return the sentences of the abstract the claim is held against."""
    text = pair.paper.abstract
    return [text[a:b] for a, b in split_sentences(text)]


def word_coverage(pair: Pair) -> float:
    """Share of the claim's words that the paper holds."""
    return coverage(pair.claim, f"{pair.paper.title} {pair.paper.abstract}")


def similarity(memo: Memo) -> Callable[[Pair], float]:
    """Return a scorer: cosine of the claim with the nearest sentence of the abstract."""

    def score(pair: Pair) -> float:
        sentences = sentences_of(pair)
        return float(np.max(memo.texts(sentences) @ memo.query(pair.claim))) if sentences else 0.0

    return score


def baseline_scorers(pairs: Sequence[Pair], memo: Memo) -> dict[str, Callable[[Pair], float]]:
    """Return the two baselines by name, the sentences of all pairs embedded in one go."""
    memo.texts([sentence for pair in pairs for sentence in sentences_of(pair)])
    return {"word coverage": word_coverage, "embedding similarity": similarity(memo)}


def pairs_of(rows: Sequence[ClaimRow], papers: Sequence[Paper]) -> tuple[list[ClaimRow], list[Pair], list[str]]:
    """Return the claims whose paper is here, as pairs, and the ids of the others."""
    by_title = {title_key(p.title): p for p in papers}
    here = [r for r in rows if title_key(r.paper) in by_title]
    away = [r.id for r in rows if title_key(r.paper) not in by_title]
    return here, [Pair(r.id, r.claim, by_title[title_key(r.paper)], r.supported, r.operator) for r in here], away


def judge_claims(
    rows: Sequence[ClaimRow],
    pairs: Sequence[Pair],
    checker: Checker,
    baselines: Mapping[str, Callable[[Pair], float]],
    progress: Callable[[str, int, int], None] | None = None,
) -> tuple[list[ClaimResult], float]:
    """Judge every claim; return the results and how many claims a second the checker did."""
    results, seconds = [], 0.0
    for done, (row, pair) in enumerate(zip(rows, pairs, strict=True), 1):
        started = time.perf_counter()
        verdict = checker.check(pair.claim, pair.paper)
        seconds += time.perf_counter() - started
        beside = {name: score(pair) for name, score in baselines.items()}
        results.append(ClaimResult(row, verdict.support, verdict.score, tuple(verdict.reasons), beside))
        if progress:
            progress("claims", done, len(rows))
    return results, throughput(len(rows), seconds)


def class_metrics(
    name: str, ids: Sequence[str], scores: Sequence[float], said: Sequence[bool], truth: Sequence[bool]
) -> list[Metric]:
    """Return ``grounding/<name>/auc`` and ``…/balanced_accuracy``; none where only one class is present."""
    right = {i: float(s == t) for i, s, t in zip(ids, said, truth, strict=True)}
    found = [
        pooled_metric(
            f"grounding/{name}/auc", ids, lambda c: auc([scores[i] for i in c], [truth[i] for i in c]), right
        ),
        pooled_metric(
            f"grounding/{name}/balanced_accuracy",
            ids,
            lambda c: balanced_accuracy([said[i] for i in c], [truth[i] for i in c]),
            right,
        ),
    ]
    return [m for m in found if m is not None]


def baseline_metrics(name: str, ids: Sequence[str], scores: Sequence[float], truth: Sequence[bool]) -> list[Metric]:
    """Return the metrics of a score at its best threshold on these rows, which flatters it."""
    if len(set(truth)) < 2:
        return []
    threshold = best_threshold(scores, truth)
    return class_metrics(name, ids, scores, [s >= threshold for s in scores], truth)


def close_metric(name: str, results: Sequence[ClaimResult], scores: Sequence[float]) -> list[Metric]:
    """Return ``grounding/<name>/close_auc``: how well a score tells close paraphrases from corrupted claims."""
    chosen = [(r, s) for r, s in zip(results, scores, strict=True) if r.row.operator == CLOSE or not r.row.supported]
    ids, truth = [r.row.id for r, _ in chosen], [r.row.supported for r, _ in chosen]
    found = pooled_metric(
        f"grounding/{name}/close_auc", ids, lambda c: auc([chosen[i][1] for i in c], [truth[i] for i in c]), {}
    )
    return [found] if found else []


def shown_metrics(results: Sequence[ClaimResult]) -> list[Metric]:
    """Return how much a reader may trust what is shown as supported, and how much of what is right is shown so.

    ``shown``: share of the claims shown as supported. ``shown_wrong``: of these, the share that is not (the risk at
    that coverage). ``aurc``: the area under the whole risk–coverage curve, the surest claims shown first.
    ``error/corrupted``: share of all corrupted claims shown as supported.
    """
    ids = [r.row.id for r in results]
    wrong = [not r.row.supported for r in results]
    shares = {
        "shown": {r.row.id: float(r.said_supported) for r in results},
        "shown_wrong": {r.row.id: float(not r.row.supported) for r in results if r.said_supported},
        "error/corrupted": {r.row.id: float(r.said_supported) for r in results if not r.row.supported},
    }
    metrics = [mean_metric(f"grounding/ours/{name}", rows) for name, rows in shares.items() if rows]
    area = pooled_metric(
        "grounding/ours/aurc",
        ids,
        lambda c: aurc([results[i].score for i in c], [wrong[i] for i in c]) if c else None,
        {i: float(w) for i, w in zip(ids, wrong, strict=True)},
    )
    return [*metrics, *([area] if area else [])]


def summarise_claims(results: Sequence[ClaimResult]) -> list[Metric]:
    """Return AUC and balanced accuracy of ours and the baselines, and what ours shows as supported, per operator too.

    ``grounding/ours/error/<operator>`` is the share of wrong verdicts: of a faithful operator the false alarms, of a
    corrupting one what was let through.
    """
    ids, truth = [r.row.id for r in results], [r.row.supported for r in results]
    scores = [r.score for r in results]
    metrics = class_metrics("ours", ids, scores, [r.said_supported for r in results], truth)
    metrics += [*close_metric("ours", results, scores), *shown_metrics(results)]
    for operator in dict.fromkeys(r.row.operator for r in results):
        rows = {r.row.id: float(not r.right) for r in results if r.row.operator == operator}
        metrics.append(mean_metric(f"grounding/ours/error/{operator}", rows))
    for name in dict.fromkeys(n for r in results for n in r.baselines):
        beside = [r.baselines[name] for r in results]
        metrics += [*baseline_metrics(name, ids, beside, truth), *close_metric(name, results, beside)]
    return metrics


def told_of(checker: Checker, judged: int, per_second: float, away: int) -> str:
    """Return a note on a run: how many claims were judged, how fast, and what a judging model was asked."""
    note = f"The checker judged {judged} claims, {1000 / per_second:.1f} ms each." if per_second else "No claim judged."
    if isinstance(checker, Judging):
        note += f" {checker.judge.tally}"
    if away:
        note += f" {away} claims are about papers that are not in this library and were skipped."
    return note

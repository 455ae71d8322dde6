"""Fit the calibration of the embedded support checker on public sets of claims and evidence.

Prints how well the score tells supported claims from others, out of fold and with each set left out in turn::

    .venv/bin/python -m bench.calibrate_checker FOLDER [--write]

``FOLDER`` holds the sets as JSON Lines {id, context, claim_or_answer, label: supported | unsupported}; see ``SETS``.
The weights are a logistic regression (Newton's method, ridge) with one intercept a set, each set weighing the same.
Folds hold whole documents: no document is in the fitted and in the measured part. Some sets make the same claim about
several documents; a set left out altogether shares neither. ``--write`` stores weights and figures beside the checker;
where a score counts as supported is kept as it is, since that was chosen on the development claims about papers.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.logistic import Vector, logistic
from evals.datasets import read_pairs
from evals.grounding import Pair
from evals.metrics.binary import auc
from ingest.embeddings import make_embedder
from ingest.settings import Settings, load_settings
from rag.grounding.align import WordVectors
from rag.grounding.calibration import MEASURED, PATH
from rag.grounding.checker import EmbeddedChecker, lowered
from rag.grounding.features import Reading
from rag.grounding.markers import strip_markers
from rag.retrieval.picker import make_picker

SETS = ("scifact_train", "healthver_dev", "expertqa_half")
FOLDS = 5
RIDGE = 1.0
WEIGHT = 600.0
"""Claims that each set counts as, however many it has."""
RESAMPLES = 500


@dataclass(frozen=True)
class Measured:
    """A set after measuring: a row a claim, its truth, its document and what disagrees in it."""

    name: str
    rows: Vector
    truth: NDArray[np.bool_]
    documents: tuple[str, ...]
    readings: tuple[Reading, ...]

    def part(self, chosen: NDArray[np.bool_]) -> Measured:
        """Return the claims chosen."""
        picked = np.flatnonzero(chosen)
        return Measured(
            self.name,
            self.rows[picked],
            self.truth[picked],
            tuple(self.documents[i] for i in picked),
            tuple(self.readings[i] for i in picked),
        )


@dataclass(frozen=True)
class Fitted:
    """Weights in the measures' own units, and the mean of the sets' intercepts."""

    weights: Vector
    intercept: float

    def scores(self, measured: Measured) -> list[float]:
        """Return the checker's scores of a set, what disagrees taken off."""
        linear = measured.rows @ self.weights + self.intercept
        raw = 1 / (1 + np.exp(-linear))
        return [
            lowered(float(s), r) if any(r.found.values()) else float(s)
            for s, r in zip(raw, measured.readings, strict=True)
        ]


def measure(name: str, pairs: Sequence[Pair], checker: EmbeddedChecker) -> Measured:
    """Measure the claims of a set; those without words are left out."""
    kept = [(p, r) for p in pairs if (r := checker.read(strip_markers(p.claim), p.paper)) is not None]
    return Measured(
        name,
        np.array([[r.values[m] for m in MEASURED] for _, r in kept], dtype=np.float64),
        np.array([p.supported for p, _ in kept], dtype=np.bool_),
        tuple(p.paper.abstract for p, _ in kept),
        tuple(r for _, r in kept),
    )


def fit(sets: Sequence[Measured]) -> Fitted:
    """Fit the weights on sets."""
    spread = np.mean([s.rows.std(axis=0) for s in sets], axis=0) + 1e-9
    rows = np.vstack([np.hstack([s.rows / spread, _flags(len(s.rows), i, len(sets))]) for i, s in enumerate(sets)])
    truth = np.concatenate([s.truth for s in sets])
    counts = np.concatenate([np.full(len(s.rows), WEIGHT / len(s.rows)) for s in sets])
    solved = logistic(rows, truth, counts, np.array([RIDGE] * len(MEASURED) + [1e-3] * len(sets)))
    balance = [np.log(s.truth.mean() / (1 - s.truth.mean())) for s in sets]
    intercept = float(np.mean(solved[len(MEASURED) :] - np.array(balance)))
    return Fitted(solved[: len(MEASURED)] / spread, intercept)


def _flags(rows: int, place: int, sets: int) -> Vector:
    flags = np.zeros((rows, sets))
    flags[:, place] = 1.0
    return flags


def folds_of(measured: Measured) -> NDArray[np.int_]:
    """Return each claim's fold, whole documents in one."""
    rng = np.random.default_rng(0)
    fold = {document: int(rng.integers(FOLDS)) for document in dict.fromkeys(measured.documents)}
    return np.array([fold[d] for d in measured.documents])


def out_of_fold(sets: Sequence[Measured]) -> dict[str, list[float]]:
    """Return each claim's score by weights fitted without its document."""
    folds = {s.name: folds_of(s) for s in sets}
    scores = {s.name: np.zeros(len(s.rows)) for s in sets}
    for fold in range(FOLDS):
        fitted = fit([s.part(folds[s.name] != fold) for s in sets])
        for s in sets:
            held = folds[s.name] == fold
            scores[s.name][held] = fitted.scores(s.part(held))
    return {name: [float(x) for x in found] for name, found in scores.items()}


def left_out(sets: Sequence[Measured]) -> dict[str, list[float]]:
    """Return each set's scores by weights fitted on the other sets."""
    return {s.name: fit([o for o in sets if o is not s]).scores(s) for s in sets}


def figure(scores: Sequence[float], measured: Measured) -> dict[str, float]:
    """Return the AUC and its 95 % interval, by resampling documents."""
    rng = np.random.default_rng(0)
    places: dict[str, list[int]] = {}
    for place, document in enumerate(measured.documents):
        places.setdefault(document, []).append(place)
    groups = list(places.values())
    found = []
    for _ in range(RESAMPLES):
        taken = [i for g in rng.integers(len(groups), size=len(groups)) for i in groups[g]]
        found.append(auc([scores[i] for i in taken], [bool(measured.truth[i]) for i in taken]))
    value = auc(list(scores), [bool(t) for t in measured.truth])
    low, high = np.quantile(np.array([x for x in found if x is not None], dtype=np.float64), [0.025, 0.975])
    return {"auc": round(float(value or 0.0), 3), "low": round(float(low), 3), "high": round(float(high), 3)}


def store(fitted: Fitted, figures: Mapping[str, Mapping[str, Mapping[str, float]]]) -> None:
    """Write the calibration, the points that part the verdicts kept."""
    kept = json.loads(PATH.read_text(encoding="utf-8")) if PATH.is_file() else {}
    data = {
        "weights": {name: round(float(w), 4) for name, w in zip(MEASURED, fitted.weights, strict=True)},
        "intercept": round(fitted.intercept, 4),
        "supported_from": kept.get("supported_from", 0.75),
        "unsupported_below": kept.get("unsupported_below", 0.3),
        "figures": figures,
    }
    PATH.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")


def make_measurer(settings: Settings) -> EmbeddedChecker:
    """Return the checker whose measures are weighed."""
    embedder = make_embedder(settings)
    return EmbeddedChecker(make_picker(settings, embedder), WordVectors(embedder))


def main() -> None:
    """Run the calibration."""
    import os

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the folder of the sets")
    parser.add_argument("--write", action="store_true", help="store the calibration beside the checker")
    arguments = parser.parse_args()
    present = [name for name in SETS if (arguments.folder / f"{name}.jsonl").is_file()]
    if len(present) < len(SETS):
        print(f"Skipped: {', '.join(sorted(set(SETS) - set(present)))} not in {arguments.folder}")
    if len(present) < 2:
        return
    checker = make_measurer(load_settings(os.environ).settings)
    sets = []
    for name in present:
        print(f"measuring {name}", flush=True)
        sets.append(measure(name, read_pairs(arguments.folder / f"{name}.jsonl"), checker))
    ways = {"out_of_fold": out_of_fold(sets), "set_left_out": left_out(sets)}
    figures = {way: {s.name: figure(scores[s.name], s) for s in sets} for way, scores in ways.items()}
    print(json.dumps(figures, indent=1))
    if arguments.write:
        store(fit(sets), figures)


if __name__ == "__main__":
    main()

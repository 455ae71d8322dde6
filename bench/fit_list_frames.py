"""Fit what tells questions that ask for papers from questions about one: the weights of frames.

    python -m pip install scikit-learn
    python -m bench.fit_list_frames ABSTRACTS.jsonl.gz

reads ``bench/data/list_wordings.jsonl`` (requests for papers, and questions that sound like it and ask for something
out of one paper) and the details of the other questions there, fits a logistic regression with an L1 penalty, prints
how the wordings and papers kept aside are told, and writes ``rag/questions/list_frames.json``.

A word belongs to the frame, not to the topic, where several wordings hold it and papers' abstracts hardly do, or where
it is one that questions are made of.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench.asked_papers import read_every, read_papers
from bench.minilm_jax import training_part
from rag.questions.listlike import FRAMES, LEAST_ODDS, Frames, frames_of, tokens_of
from rag.questions.phrases import NO_TOPIC

WORDINGS = Path(__file__).parent / "data" / "list_wordings.jsonl"
DETAILS = 9_000
"""Questions about papers that are learnt from, of more."""
_DETAIL_COUNTS, _WORDING_COUNTS = 0.5, 2.0
"""What one of either counts as."""
_LEAST_WORDINGS = 5
"""Wordings that must hold a word for it to be of the frame."""
_MOST_ABSTRACTS = 0.03
"""Share of abstracts above which a word is of a topic, unless questions are made of it."""
_LEAST_RUNS = 4
_C = 1.0
_SMALLEST = 0.02
"""Weights below it are left out."""


def main() -> None:
    """Fit, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("abstracts", type=Path, help="gzipped JSON lines of the papers asked about")
    arguments = parser.parse_args()
    rows = [json.loads(line) for line in WORDINGS.read_text(encoding="utf-8").splitlines()]
    asked = read_every()
    details = [one.question for one in asked if one.answers and not one.kept_aside]
    random.Random(0).shuffle(details)

    def wordings(of_papers: bool, kept_aside: bool) -> list[str]:
        return [r["question"] for r in rows if (r["list"], r["kept_aside"]) == (of_papers, kept_aside)]

    learnt_from = [*wordings(True, False), *wordings(False, False)]
    words = frame_words(learnt_from, [paper.abstract for paper in read_papers(arguments.abstracts, asked)])
    cases = [(text, True, _WORDING_COUNTS) for text in wordings(True, False)]
    cases += [(text, False, _WORDING_COUNTS) for text in wordings(False, False)]
    cases += [(text, False, _DETAIL_COUNTS) for text in details[:DETAILS]]
    frames = fitted(cases, words)

    def caught(texts: Sequence[str]) -> float:
        return round(float(np.mean([frames.odds(text) >= LEAST_ODDS for text in texts])), 4)

    kept = [one.question for one in asked if one.answers and one.kept_aside]
    figures = {
        "kept_aside_requests_told": caught(wordings(True, True)),
        "kept_aside_lookalikes_mistaken": caught(wordings(False, True)),
        "kept_aside_details_mistaken": caught(kept),
    }
    print(len(words), "words", len(frames.weights), "weights", figures)
    stored = {"figures": figures, "bias": frames.bias, "words": sorted(words), "weights": frames.weights}
    FRAMES.write_text(json.dumps(stored, indent=0, sort_keys=True) + "\n", encoding="utf-8")


def frame_words(wordings: Sequence[str], abstracts: Sequence[str]) -> frozenset[str]:
    """Return the words of questions that are not of their topics."""
    asking = Counter(word for text in wordings for word in set(tokens_of(text)))
    written = Counter(word for text in abstracts for word in set(tokens_of(text)))
    most = _MOST_ABSTRACTS * len(abstracts)
    return frozenset(
        word
        for word, count in asking.items()
        if count >= _LEAST_WORDINGS and not word.isdigit() and (word in NO_TOPIC or written[word] <= most)
    )


def fitted(cases: Sequence[tuple[str, bool, float]], words: frozenset[str]) -> Frames:
    """Return the intercept and the weights of runs; cases are a text, whether it asks for papers, what it counts as."""
    sparse, linear = training_part("scipy.sparse"), training_part("sklearn.linear_model")
    runs = [frames_of(text, words) for text, _, _ in cases]
    often = Counter(run for some in runs for run in some)
    column = {run: i for i, run in enumerate(sorted(run for run, count in often.items() if count >= _LEAST_RUNS))}
    places = [[column[run] for run in sorted(some) if run in column] for some in runs]
    ends = np.cumsum([0, *map(len, places)]).astype(np.int32)
    flat = np.array([place for some in places for place in some], dtype=np.int32)
    held = sparse.csr_array((np.ones(len(flat)), flat, ends), shape=(len(cases), len(column)))
    model = linear.LogisticRegression(l1_ratio=1.0, C=_C, solver="liblinear", max_iter=1000, random_state=0)
    model.fit(held, [truth for _, truth, _ in cases], sample_weight=[counts for _, _, counts in cases])
    weights = {run: round(float(model.coef_[0][i]), 3) for run, i in column.items()}
    kept = {run: weight for run, weight in weights.items() if abs(weight) >= _SMALLEST}
    return Frames(round(float(model.intercept_[0]), 3), words, kept)


if __name__ == "__main__":
    main()

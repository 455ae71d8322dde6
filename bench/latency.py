"""What a grounded answer costs beside a bare vector search with the same embedder, and what checking a sentence costs.

Prints the median and 95th percentile of each, in milliseconds, and the ratio of the first two::

    .venv/bin/python -m bench.latency [--library DIR] [--questions N]

The questions are the development rows of the fact set; the baseline embeds the question and asks Chroma for the ten
nearest passages, which is what a vector-only quickstart does before any answer is written. The sentences checked are
the development claims, each against its paper, whose own sentences are embedded before, as those of a library are.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from evals.grounding import Pair, pairs_of
from evals.rows import FACTS, load_claims, load_facts
from ingest.library import Library
from rag import Assistant
from rag.grounding import make_checker

NEAREST = 10
SENTENCES = 100
_Given = TypeVar("_Given")


def milliseconds(run: Callable[[_Given], object], given: Sequence[_Given]) -> list[float]:
    """Time a function over what it is given, after one call to warm up."""
    run(given[0])
    taken = []
    for item in given:
        start = time.perf_counter()
        run(item)
        taken.append((time.perf_counter() - start) * 1000)
    return taken


def checking(library: Library) -> list[float]:
    """Time the embedded checker over claims; none where the library holds none of their papers."""
    rows = [row for row in load_claims() if row.split == "dev"]
    pairs = pairs_of(rows, library.papers())[1][:SENTENCES]
    if not pairs:
        return []
    checker = make_checker(replace(library.settings, checker="", judge="off"), library.embedder)
    for pair in pairs:
        checker.check(f"{pair.paper.title}?", pair.paper)

    def check(pair: Pair) -> object:
        return checker.check(pair.claim, pair.paper)

    return milliseconds(check, pairs)


def shown(name: str, taken: Sequence[float]) -> str:
    """Return a line with the median and the 95th percentile."""
    return f"{name:<28} p50 {statistics.median(taken):7.1f} ms   p95 {statistics.quantiles(taken, n=20)[-1]:7.1f} ms"


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", help="the library to ask (default: the configured one)")
    parser.add_argument("--questions", type=int, default=60, help="how many questions (default: 60)")
    arguments = parser.parse_args()
    questions = [row.turns[0] for row in load_facts(FACTS) if row.split == "dev"][: arguments.questions]
    assistant = Assistant.open(arguments.library, generator="extractive")
    library = assistant.library

    def bare(question: str) -> object:
        return library.nearest(library.embedder.get_query_embedding(question), NEAREST)

    ours, baseline = milliseconds(assistant.ask, questions), milliseconds(bare, questions)
    print(shown("grounded answer, extractive", ours))
    print(shown("bare vector search", baseline))
    if checked := checking(library):
        print(shown("a sentence checked", checked))
    print(f"ratio of medians             {statistics.median(ours) / statistics.median(baseline):.1f}")


if __name__ == "__main__":
    main()

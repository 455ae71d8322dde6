"""What a grounded answer costs beside a bare vector search with the same embedder, in one run.

Prints the median and 95th percentile of both, in milliseconds, and their ratio::

    .venv/bin/python -m bench.latency [--library DIR] [--questions N]

The questions are the development rows of the fact set; the baseline embeds the question and asks Chroma for the ten
nearest passages, which is what a vector-only quickstart does before any answer is written.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence

from evals.rows import FACTS, load_facts
from rag import Assistant

NEAREST = 10


def milliseconds(run: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    """Time a function over questions, after one pass to warm up."""
    run(questions[0])
    taken = []
    for question in questions:
        start = time.perf_counter()
        run(question)
        taken.append((time.perf_counter() - start) * 1000)
    return taken


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
    print(f"ratio of medians             {statistics.median(ours) / statistics.median(baseline):.1f}")


if __name__ == "__main__":
    main()

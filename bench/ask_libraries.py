"""Put the questions of four libraries to the product, and print what becomes of them, by kind and wording.

    .venv/bin/python -m bench.ask_libraries ABSTRACTS.jsonl.gz

asks, extractively, what ``bench/data/library_questions.jsonl`` holds of libraries of papers that neither the eval set
nor the bundled sample knows. Of facts it prints the share whose paper is among the first five, and whose answer holds
the words it must; of lists, how many of the papers that belong are listed, and how many listed ones belong; of both,
what is declined or told as only the nearest, of questions that the library answers and of the others.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.libraries import FITTED, Put, abstracts_given, read_libraries, read_put
from ingest.embeddings import make_embedder
from ingest.settings import Settings
from rag.answer import Answer
from rag.assistant import Assistant
from rag.retrieval.retrieve import build_index

_DOUBT = "what comes nearest:"
Row = tuple[Put, Answer]


def main(arguments: Sequence[str] | None = None) -> None:
    """Index, ask, print."""
    if (abstracts := abstracts_given(__doc__, arguments)) is None:
        return
    with tempfile.TemporaryDirectory(prefix="citetrail-bench-", ignore_cleanup_errors=True) as folder:
        rows = ask(abstracts, Path(folder))
    for name, libraries in (("fitted on", FITTED), ("kept aside", tuple({p.library for p, _ in rows} - set(FITTED)))):
        for kind in ("fact", "list"):
            for wording in ("near", "lay", "expert", ""):
                chosen = [r for r in rows if r[0].library in libraries and r[0].kind == kind]
                chosen = [r for r in chosen if r[0].wording == wording or not wording]
                told = "  ".join(f"{what} {value:.3f}" for what, value in figures(chosen).items())
                print(f"{name:10} {kind:4} {wording or 'all':6}  {told}")


def ask(abstracts: Path, folder: Path) -> list[Row]:
    """Return every question with its answer."""
    settings = Settings()
    embedder = make_embedder(settings)
    every, rows = read_put(), []
    for i, papers in enumerate(read_libraries(abstracts)):
        build_index(papers, settings, folder / str(i), embedder)
        assistant = Assistant.open(str(folder / str(i)), generator="extractive")
        rows += [(put, assistant.ask(put.question)) for put in every if put.library == i]
    return rows


def figures(rows: Sequence[Row]) -> dict[str, float]:
    """Return what is reached on some questions of one kind; shares of 1."""
    held = [(put, answer) for put, answer in rows if put.papers]
    others = [answer for put, answer in rows if not put.papers]
    found: dict[str, float] = {"questions": len(held), "others": len(others)}
    if held and held[0][0].kind == "fact":
        known = [(put, answer) for put, answer in held if put.answer]
        found["paper@5"] = _mean([bool(set(p.papers) & {s.paper_id for s in a.sources[:5]}) for p, a in held])
        found["answered"] = _mean([not a.abstained and _holds(a.text, p.answer) for p, a in known])
    else:
        listed = [(set(p.papers), {c.paper_id for c in a.citations} if not a.abstained else set()) for p, a in held]
        found["recall"] = _mean([len(gold & said) / len(gold) for gold, said in listed])
        found["precision"] = _mean([len(gold & said) / len(said) for gold, said in listed if said])
    for what, answers in (("", [answer for _, answer in held]), (" of others", others)):
        found[f"declined{what}"] = _mean([answer.abstained for answer in answers])
        found[f"doubted{what}"] = _mean([_DOUBT in answer.text and not answer.abstained for answer in answers])
    return found


def _holds(text: str, wanted: Sequence[str]) -> bool:
    return any(words.lower() in text.lower() for words in wanted)


def _mean(values: Sequence[Any]) -> float:
    return sum(map(float, values)) / len(values) if values else 0.0


if __name__ == "__main__":
    main()

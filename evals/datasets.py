"""citetrail's own retriever, checker and sentence picker on data sets of anyone's.

- Retrieval: a folder in BEIR's layout: ``corpus.jsonl`` {id or _id, title, text}, ``queries.jsonl`` {id or _id, text},
  ``qrels.tsv`` (or ``qrels/test.tsv``): query-id, corpus-id, grade, with or without a header line.
- Grounding: JSON Lines {id, context, claim_or_answer, label: supported | unsupported}.
- Answers: JSON Lines {question, title, sentences, answers: indices of the answering sentences, none = unanswerable}.

Each file may be gzipped (``.gz``).
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.grounding import Pair
from evals.retrieval import Query
from ingest.errors import InputError
from ingest.paper import Paper


@dataclass(frozen=True)
class AnswerSet:
    """A question, the sentences it may be answered from, and which of them do."""

    id: str
    question: str
    title: str
    sentences: tuple[str, ...]
    answers: frozenset[int]
    group: str = ""


def _records(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, _object(path, number, line)
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise InputError(f"{str(path)!r} could not be read: {error}.", "See: citetrail evals --help") from error


def _object(path: Path, number: int, line: str) -> Mapping[str, Any]:
    try:
        data = json.loads(line)
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{number}: not JSON: {error.msg}.", "Write one object a line.") from error
    if not isinstance(data, dict):
        raise InputError(f"{path}:{number}: not a JSON object.", "Write one object a line.")
    return data


def _field(path: Path, number: int, data: Mapping[str, Any], *names: str) -> Any:
    for name in names:
        if data.get(name) is not None:
            return data[name]
    raise InputError(f"{path}:{number}: {names[0]!r} is missing.", "See: citetrail evals --help")


def read_corpus(folder: Path) -> list[Paper]:
    """Read the documents of a retrieval set as papers.

    Raises:
        InputError: naming the line that is wrong.
    """
    path = _one_of(folder, "corpus.jsonl", "corpus.jsonl.gz")
    return [
        Paper(str(_field(path, n, d, "id", "_id")), str(d.get("title") or ""), str(d.get("text") or ""))
        for n, d in _records(path)
    ]


def _one_of(folder: Path, *names: str) -> Path:
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise InputError(f"There is no {names[0]} in {str(folder)!r}.", f"Looked for: {', '.join(names)}.")


def read_queries(folder: Path, known: frozenset[str]) -> tuple[list[Query], int]:
    """Read the queries with a relevant document in the corpus, and the number of those without.

    Raises:
        InputError: naming the line that is wrong.
    """
    grades = _read_qrels(_one_of(folder, "qrels.tsv", "qrels/test.tsv"), known)
    path = _one_of(folder, "queries.jsonl", "queries.jsonl.gz")
    texts = {str(_field(path, n, d, "id", "_id")): str(_field(path, n, d, "text")) for n, d in _records(path)}
    judged = {i: g for i, g in grades.items() if any(grade > 0 for grade in g.values())}
    return [Query(i, t, judged[i]) for i, t in texts.items() if i in judged], sum(i not in judged for i in texts)


def _read_qrels(path: Path, known: frozenset[str]) -> dict[str, dict[str, float]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{str(path)!r} could not be read: {error}.", "Give it as UTF-8 text.") from error
    grades: dict[str, dict[str, float]] = {}
    for number, line in enumerate(lines, 1):
        cells = line.split("\t")
        if not line.strip() or (number == 1 and not _is_number(cells[-1])):
            continue
        if len(cells) not in (3, 4) or not _is_number(cells[-1]):
            raise InputError(f"{path}:{number}: {line!r} is not query, document, grade.", "Separate them by tabs.")
        if cells[-2] in known:
            grades.setdefault(cells[0], {})[cells[-2]] = float(cells[-1])
    return grades


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def read_pairs(path: Path) -> list[Pair]:
    """Read a grounding set.

    Raises:
        InputError: naming the line that is wrong.
    """
    pairs = []
    for number, data in _records(path):
        label = _field(path, number, data, "label")
        if label not in ("supported", "unsupported"):
            raise InputError(f"{path}:{number}: label {label!r}.", "It is 'supported' or 'unsupported'.")
        name = str(data.get("id", f"line {number}"))
        paper = Paper(name, "", str(_field(path, number, data, "context")))
        claim = str(_field(path, number, data, "claim_or_answer", "claim"))
        pairs.append(Pair(name, claim, paper, label == "supported", str(data.get("task", ""))))
    return pairs


def read_answers(path: Path) -> list[AnswerSet]:
    """Read an answers set.

    Raises:
        InputError: naming the line that is wrong.
    """
    sets = []
    for number, data in _records(path):
        sentences = tuple(str(s) for s in _field(path, number, data, "sentences"))
        answers = frozenset(int(a) for a in _field(path, number, data, "answers"))
        if not sentences or not all(0 <= a < len(sentences) for a in answers):
            raise InputError(f"{path}:{number}: an answer points outside the sentences.", "Count from 0.")
        question, title = str(_field(path, number, data, "question")), str(data.get("title") or "")
        name = str(data.get("id", f"line {number}"))
        sets.append(AnswerSet(name, question, title, sentences, answers, str(data.get("source", ""))))
    return sets

"""Questions written about papers, and the papers that they ask about: what both trainers read.

Their data card is ``bench/data/README.md``.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.paper import Paper
from ingest.text import split_sentences

QUESTIONS = Path(__file__).parent / "data" / "questions.jsonl"
FURTHER = QUESTIONS.with_name("further_questions.jsonl")
"""Written later; the last runs of both trainers learnt from them."""
_KEPT_ASIDE = 10


@dataclass(frozen=True)
class Asked:
    """A question about a paper; ``answers`` are the indices of the sentences that answer it, none for a topic."""

    paper_id: str
    question: str
    answers: tuple[int, ...]

    @property
    def kept_aside(self) -> bool:
        """Whether it is for measuring: so are the papers of every tenth, by the hash of their id."""
        return int(hashlib.sha256(self.paper_id.encode()).hexdigest(), 16) % _KEPT_ASIDE == 0


def read_asked(path: Path = QUESTIONS) -> list[Asked]:
    """Read the questions, JSON lines of ``paper``, ``question`` and ``sentences``."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [Asked(row["paper"], row["question"], tuple(row["sentences"])) for row in rows]


def read_every(further: bool = True) -> list[Asked]:
    """Read the questions, with the further ones unless they are left out."""
    return read_asked() + (read_asked(FURTHER) if further else [])


def read_papers(path: Path, asked: Sequence[Asked]) -> list[Paper]:
    """Read the papers asked about from gzipped JSON lines of ``id``, ``title`` and ``abstract``."""
    wanted = {one.paper_id for one in asked}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [row for line in lines if (row := json.loads(line))["id"] in wanted]
    return [Paper(row["id"], " ".join(row["title"].split()), " ".join(row["abstract"].split())) for row in rows]


def sentences_of(paper: Paper) -> list[str]:
    """Return the sentences of an abstract that ``answers`` point into."""
    return [paper.abstract[start:end] for start, end in split_sentences(paper.abstract)]

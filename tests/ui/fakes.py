"""A stand-in for ``rag.Assistant`` with three papers, one of which tries to break the page."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from ingest.errors import ModelError, UsageError
from ingest.paper import Appearance, Paper, paper_id_for
from ingest.settings import Settings
from rag.answer import Answer, Catalogue, Sentence, SourcePaper, Support, Token, cite, cut

if TYPE_CHECKING:
    from rag import Assistant

FROG = "FrogNet: Counting Frogs in Ponds"
POND = "PondBench"
EVIL = 'Evil <img src="http://evil.example/t.png" onerror="document.title=\'owned\'"> & <b>bold</b> title'


def _paper(title: str, abstract: str, published: str, *digests: str, links: tuple[str, ...] = ()) -> Paper:
    met = tuple(Appearance(digest, published=published) for digest in digests)
    return Paper(paper_id_for(title), title, abstract, met, links, links[0] if links else "")


PAPERS = [
    _paper(
        FROG,
        "FrogNet counts frogs in ponds from sound alone. It reaches 71.2% accuracy on PondBench. "
        "Training takes two hours on one GPU. The code is released.",
        "2025-09-11",
        "spring_digest",
        "pond_digest",
        links=("https://frognet.example/code",),
    ),
    _paper(POND, "PondBench holds 4,000 recordings of 12 ponds.", "--03-05", "pond_digest"),
    _paper(
        EVIL,
        "<script>document.title='owned'</script> *Stars* $$x$$ [link](http://evil.example/)\n\n# Heading.",
        "",
        "evil",
    ),
]


@dataclass
class FakeLibrary:
    """Holds papers."""

    held: Sequence[Paper] = tuple(PAPERS)

    def papers(self) -> list[Paper]:
        return list(self.held)


def _say(parts: Sequence[tuple[str, Support, tuple[tuple[int, Paper, str], ...]]], **more: Any) -> Answer:
    """Build an answer of ``(sentence with markers, support, evidence)`` parts."""
    text = ""
    sentences: list[Sentence] = []
    cited: dict[int, Paper] = {}
    for words, support, evidence in parts:
        start = len(text)
        text += words
        found = tuple(cut(n, paper, at := paper.abstract.index(quote), at + len(quote)) for n, paper, quote in evidence)
        cited |= {n: paper for n, paper, _ in evidence}
        sentences.append(Sentence(words, start, len(text), support, 0.5, found))
        text += " "
    citations = tuple(cite(n, paper) for n, paper in sorted(cited.items()))
    more = {"generator": "extractive", "timings": {"retrieval": 20.0, "total": 120.0}} | more
    return Answer("", "", text.rstrip(), sentences=tuple(sentences), citations=citations, **more)


def plain_answer() -> Answer:
    frog, pond, _ = PAPERS
    return _say(
        [
            (
                "It reaches 71.2% accuracy on PondBench. [1]",
                "supported",
                ((1, frog, "It reaches 71.2% accuracy on PondBench."),),
            ),
            ("PondBench holds 4,000 recordings. [2]", "weak", ((2, pond, "4,000 recordings of 12 ponds"),)),
            ("It was trained on the moon. [1]", "unsupported", ((1, frog, "Training takes two hours on one GPU."),)),
            ("See [2020] for more.", "not_a_claim", ()),
        ],
        missing=("price",),
    )


def evil_answer() -> Answer:
    evil = PAPERS[2]
    return _say([(f"{evil.abstract} [1]", "supported", ((1, evil, evil.abstract),))])


def declined_answer() -> Answer:
    nearest = tuple(SourcePaper(paper.paper_id, paper.title, 0.1, i + 1) for i, paper in enumerate(PAPERS))
    text = "The library does not say anything about toads."
    return Answer("", "", text, "extractive", sources=nearest, abstained=True, abstention_reason="not in the library")


def counted_answer() -> Answer:
    catalogue = Catalogue("count", "2", tuple(paper.paper_id for paper in PAPERS[:2]), 3, 1)
    return _say([("2 papers have a date.", "computed", ())], catalogue=catalogue)


@dataclass
class FakeAssistant:
    """Answers by a word in the question, and remembers what it was asked."""

    settings: Settings = field(default_factory=lambda: Settings(generator="extractive"))
    generator_name: str = "extractive"
    library: FakeLibrary = field(default_factory=FakeLibrary)
    pause: float = 0.0
    calls: list[dict[str, Any]] = field(default_factory=list)
    opened: list[tuple[Any, dict[str, Any]]] = field(default_factory=list)
    closed: bool = False

    def ask(
        self, question: str, history: Sequence[Mapping[str, str]] = (), filters: Mapping[str, Any] | None = None
    ) -> Answer:
        self.calls.append({"question": question, "history": list(history), "filters": dict(filters or {})})
        if not question.strip():
            raise UsageError("The question is empty.", "Ask something.")
        if "model" in question:
            raise ModelError("Ollama went <away>.", "Run: ollama serve")
        if "bug" in question:
            raise RuntimeError("a bug")
        made = {"toad": declined_answer, "evil": evil_answer, "many": counted_answer}
        return next((make for word, make in made.items() if word in question), plain_answer)()

    def stream(
        self, question: str, history: Sequence[Mapping[str, str]] = (), filters: Mapping[str, Any] | None = None
    ) -> Iterator[Token | Answer]:
        answer = self.ask(question, history, filters)
        for word in answer.text.split(" "):
            time.sleep(self.pause)
            yield Token(word + " ")
        yield answer

    def search(self, question: str, k: int = 10) -> list[SourcePaper]:
        self.calls.append({"question": question, "k": k})
        return [SourcePaper(paper.paper_id, paper.title, 1.0 / (i + 1), i + 1) for i, paper in enumerate(PAPERS[:k])]

    def close(self) -> None:
        self.closed = True


def standing_in(fake: FakeAssistant) -> Assistant:
    """Return the stand-in as what it stands for."""
    return cast("Assistant", fake)

"""Selecting: the model gets the best papers' sentences, numbered, and returns the numbers of those that answer.

The answer is made of those sentences, quoted exactly, so nothing in it can be invented.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import Any

from ingest.text import Span
from prompts import ABSTENTION, rendered
from rag.abstention.declining import say_doubt, say_unsaid
from rag.answer import Grounded, Token
from rag.extractive.answers import correct
from rag.extractive.extract import MOST_SENTENCES, MOST_WORDS, Picked
from rag.generation.objects import ObjectReader
from rag.generation.quotes import locate
from rag.generation.reading import Mode, Task, Told
from rag.generation.sources import Source
from rag.generation.telling import Outcome
from rag.retrieval.lists import MOST_PAPERS
from rag.writer import Message

PROMPT = "select"
LONGEST = 2_000
"""Characters after which a model is stopped."""
_MOST_CHOSEN = 12
_OF_EACH = 2
"""Sentences quoted of each paper compared."""
_BRACKETED = re.compile(r"[\[(【]\s*((?:\d{1,3}\s*(?:,|;|and|&)?\s*)+)[\])】]")
_NUMBER = re.compile(r"(?<![-\d])\d+")
_NUMBERS_ALONE = re.compile(
    r"(?:[\s,;.:&*\-]|\d{1,3}|and|or|the|answers?|are|is|sentences?|numbers?|nos?|selected|chosen|json)+", re.IGNORECASE
)
_NONE = re.compile(r"\W*(?:none\b|no sentences?\b|nothing\b|null\b|n/?a\b|\[\s*\])", re.IGNORECASE)
_LEAST_COPIED = 20
"""Characters from which a line that an abstract holds is taken for a sentence chosen."""


def messages(question: str, sources: Sequence[Source], history: str) -> list[Message]:
    """Render the prompt; the question stands alone, so no conversation is needed to find what answers it."""
    shown = []
    number = 1
    for source in sources:
        lines = [f"[{n}] {' '.join(s.split())}" for n, s in enumerate(source.sentences, start=number)]
        number += len(lines)
        shown.append("\n".join([f"Paper: {source.title}", *lines]))
    return rendered(PROMPT, sentences="\n\n".join(shown), question=question)


def schema(sources: Sequence[Source]) -> Mapping[str, Any]:
    """Return the schema of a choice."""
    number = {"type": "integer", "minimum": 1, "maximum": max(1, len(_places(sources)))}
    chosen = {"type": "array", "items": number, "maxItems": _MOST_CHOSEN}
    return {"type": "object", "properties": {"sentences": chosen}, "required": ["sentences"]}


def _places(sources: Sequence[Source]) -> list[tuple[int, Span]]:
    """Return the source and span behind each number, from 1 on."""
    return [(i, span) for i, source in enumerate(sources) for span in source.spans]


def read_choice(text: str, sources: Sequence[Source]) -> tuple[int, ...] | None:
    """Return the numbers that a model chose, in its order; ``None`` where its text is no choice.

    JSON is read, and where there is none: numbers in brackets, a text of nothing but numbers, and sentences copied
    whole. Numbers that no sentence has are dropped.
    """
    places = _places(sources)
    for found in reversed(ObjectReader().feed(text)):  # the outer one comes last
        chosen = next((value for value in found.values() if isinstance(value, list | int | str)), None)
        if chosen is not None:
            return _known(_NUMBER.findall(str(_numbers_of(chosen))), len(places))
    bare = text.strip()
    if _NONE.match(bare) or ABSTENTION.rstrip(".") in bare:
        return ()
    if _NUMBERS_ALONE.fullmatch(bare.strip("[]()`")):
        return _known(_NUMBER.findall(bare), len(places))
    if bracketed := _BRACKETED.findall(bare):
        return _known(_NUMBER.findall(" ".join(bracketed)), len(places))
    return tuple(_copied(bare, sources, places)) or None


def counts_up(chosen: Sequence[int]) -> bool:
    """Tell whether numbers are no choice but a count: one after the other, and over twice as many as are ever shown."""
    return len(chosen) > 2 * MOST_SENTENCES and tuple(chosen) == tuple(range(chosen[0], chosen[0] + len(chosen)))


def _numbers_of(chosen: object) -> object:
    """Return what stands for the numbers: of objects in a list, their first whole number."""
    if isinstance(chosen, list) and any(isinstance(item, Mapping) for item in chosen):
        items = [item for item in chosen if isinstance(item, Mapping)]
        return [next((v for v in item.values() if isinstance(v, int)), "") for item in items]
    return chosen


def _known(numbers: Sequence[str], most: int) -> tuple[int, ...]:
    return tuple(n for n in dict.fromkeys(map(int, numbers)) if 1 <= n <= most)


def _copied(text: str, sources: Sequence[Source], places: Sequence[tuple[int, Span]]) -> Iterator[int]:
    """Yield the numbers of the sentences that a text repeats."""
    for line in filter(lambda part: len(part) >= _LEAST_COPIED, map(str.strip, text.splitlines())):
        for number, (i, (start, end)) in enumerate(places, start=1):
            if locate(sources[i].paper.abstract[start:end], line):
                yield number


class Selecting:
    """Reads a choice, and quotes what was chosen."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._text = ""
        self.enough = False

    def hear(self, text: str) -> Told:
        """Take a piece; nothing can be shown before the choice is made."""
        self._text += text
        self.enough = len(self._text) > LONGEST
        yield Token("")

    def end(self, broken: bool) -> Generator[Token | Grounded, None, Outcome]:
        """Quote the sentences chosen."""
        task = self._task
        chosen = read_choice(self._text, task.sources)
        if chosen is None or (broken and not chosen):
            return "nothing"
        if counts_up(chosen):
            task.draft.notes.append("the model counted the sentences up rather than choosing some")
            return "nothing"
        picked = self._picked(chosen)
        finding = task.evidence.weigh(picked)
        task.draft.missing, task.draft.abstention = finding.missing, finding.reason
        if not picked or finding.reason:
            return "declined"
        composer = task.draft.composer
        before, shown = len(composer.sentences), len(composer.text)
        correct(finding.corrections, task.draft)
        say_doubt(finding, composer)
        self._quote(self._capped(picked))
        yield Token(composer.text[shown:].lstrip())
        for sentence in composer.sentences[before:]:
            yield Grounded(sentence, composer.text, tuple(composer.citations))
        return "answered"

    def _picked(self, chosen: Sequence[int]) -> list[Picked]:
        """Return the sentences chosen, in the model's order."""
        places = _places(self._task.sources)
        picked = []
        for number in chosen:
            i, span = places[number - 1]
            source = self._task.sources[i]
            picked.append(Picked(source.paper, span, self._task.useful(source, span)))
        return picked

    def _capped(self, picked: list[Picked]) -> list[Picked]:
        """Return as many of the sentences as the kind of question allows, the best of them, and note that."""
        kind = self._task.question.kind
        if kind in ("list", "compare"):
            most = 1 if kind == "list" else _OF_EACH
            kept = [p for i, p in enumerate(picked) if sum(q.paper == p.paper for q in picked[:i]) < most]
            return kept[:MOST_PAPERS]
        kept = []
        for sentence in sorted(picked, key=lambda p: -p.score) if len(picked) > MOST_SENTENCES else picked:
            words = sum(len(p.text.split()) for p in (*kept, sentence))
            if not kept or (len(kept) < MOST_SENTENCES and words <= MOST_WORDS):
                kept.append(sentence)
        if len(kept) < len(picked):
            self._task.draft.notes.append(f"the model chose {len(picked)} sentences; {len(kept)} of them are shown")
        return [p for p in picked if p in kept]

    def _quote(self, picked: Sequence[Picked]) -> None:
        """Put the sentences in the draft: by paper as the model came to it, and there as the abstract has them."""
        composer = self._task.draft.composer
        kind = self._task.question.kind
        papers = list(dict.fromkeys(p.paper for p in picked))
        lead = " "
        for number, paper in enumerate(papers, start=1):
            if kind == "list":
                composer.say(f"{number}. {paper.title}", lead="\n")
                lead = "\n   "
            elif kind == "compare":
                composer.say(f"{paper.title}:", lead="\n")
            for sentence in sorted((p for p in picked if p.paper == paper), key=lambda p: p.span):
                composer.quote(paper, sentence.span, lead)
        say_unsaid(self._task.draft.missing, composer, lead="\n" if kind in ("list", "compare") else " ")


MODE = Mode(PROMPT, messages, schema, Selecting)

"""Writing with copied words: each sentence comes with its source's number and the words it rests on, as JSON."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from ingest.text import split_sentences
from rag.abstention.declining import missing_sentence
from rag.answer import Grounded, Token
from rag.generation.ground import Statement
from rag.generation.objects import ObjectReader
from rag.generation.plain import LONGEST, Prose
from rag.generation.reading import Mode, Task, Told
from rag.generation.shown import without_marks
from rag.generation.sources import Source, sources_told
from rag.generation.telling import Outcome

PROMPT = "write"
_MOST_SENTENCES = 12
_MOST_MISSING = 3
_COPIED = ("words", "quote", "evidence")
_WHOLE_ANSWER = ("answer", "response", "text", "output")
"""Keys under which some models put prose."""
_UNDECIDED = 40
"""Characters of a preamble within which JSON may still begin."""
_PREAMBLE = re.compile(r"[^{\[\w]*(?:json\b\W*)?|(?:sure|certainly|here|okay|ok)\b[^{]*", re.IGNORECASE)

messages = partial(sources_told, PROMPT)
"""Renders the prompt."""


def schema(sources: Sequence[Source]) -> Mapping[str, Any]:
    """Return the schema of an answer: what is copied is asked for before the sentence that rests on it."""
    number = {"type": "integer", "minimum": 1, "maximum": len(sources)}
    text = {"type": "string"}
    sentence = {
        "type": "object",
        "properties": {"source": number, "words": text, "sentence": text},
        "required": ["source", "words", "sentence"],
    }
    return {
        "type": "object",
        "properties": {
            "sentences": {"type": "array", "items": sentence, "maxItems": _MOST_SENTENCES},
            "missing": {"type": "array", "items": text, "maxItems": _MOST_MISSING},
        },
        "required": ["sentences", "missing"],
    }


class Writing:
    """Reads sentences with the words they rest on; a text that turns out to be prose is read as such."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._objects = ObjectReader()
        self._prose: Prose | None = None
        self._heard = ""
        self._length = 0
        self._missing: list[str] = []
        self._understood = False
        self.enough = False

    def hear(self, text: str) -> Told:
        """Take a piece; yield the sentences that it closes, with their verdicts."""
        if self._prose is None and not self._objects.opened:
            self._heard += text
            if "{" not in text and not _may_become_json(self._heard):
                self._prose, text = Prose(self._task), self._heard
        if self._prose is not None:
            yield from self._prose.hear(text)
            self.enough = self._prose.enough
            return
        self._length += len(text)
        for found in self._objects.feed(text):
            yield from self._take(found)
        yield Token("")
        telling = self._task.telling
        self.enough = telling.stuck or telling.failed or self._length > LONGEST

    def end(self, broken: bool) -> Generator[Token | Grounded, None, Outcome]:
        """Tell what is missing; a sentence that was not closed is left out."""
        if self._prose is None and not self._objects.opened and self._heard:
            self._prose = Prose(self._task)
            yield from self._prose.hear(self._heard)
        if self._prose is not None:
            return (yield from self._prose.end(broken))
        outcome = self._task.telling.outcome
        if missing := self._gaps():
            self._task.draft.missing += missing
            if outcome == "answered":
                yield from self._say(missing_sentence(missing))
        return "declined" if outcome == "nothing" and self._understood and not broken else outcome

    def _take(self, found: Mapping[str, Any]) -> Told:
        """Tell the sentence of an object, if it is one of a sentence."""
        self._understood |= isinstance(found.get("sentences"), list)
        if isinstance(missing := found.get("missing"), list):
            self._missing = [m.strip(" .") for m in missing if isinstance(m, str)]
        if whole := _first_text(found, _WHOLE_ANSWER):
            self._prose = Prose(self._task)
            yield from self._prose.hear(whole)
        text, copied = _first_text(found, ("sentence", "claim")), _first_text(found, _COPIED)
        papers = tuple(self._papers(found.get("source", found.get("number"))))
        clean = " ".join(without_marks(text, ()).split())
        for start, end in split_sentences(clean):
            before = len(self._task.draft.composer.text)
            for event in self._task.telling.tell(Statement(clean[start:end], papers, copied)):
                yield Token(self._task.draft.composer.text[before:])
                yield event

    def _papers(self, given: Any) -> Iterator[Any]:
        """Yield the papers of the numbers given, however they are written; a number that is none is passed over."""
        for number in re.findall(r"\d+", str(given)):
            if 1 <= int(number) <= len(self._task.sources):
                yield self._task.sources[int(number) - 1].paper

    def _gaps(self) -> tuple[str, ...]:
        """Return what the model called missing and is asked for and is missing indeed."""
        named = dict.fromkeys(m for m in self._missing if m and self._task.gaps.is_gap(m))
        return tuple(m for m in named if m not in self._task.draft.missing)[:_MOST_MISSING]

    def _say(self, text: str) -> Told:
        before = len(self._task.draft.composer.text)
        self._task.draft.composer.say(text)
        yield Token(self._task.draft.composer.text[before:])


def _first_text(found: Mapping[str, Any], keys: Sequence[str]) -> str:
    """Return the text under the first of some keys that holds one."""
    return next((text for key in keys if isinstance(text := found.get(key), str)), "")


def _may_become_json(text: str) -> bool:
    return len(text) < _UNDECIDED and _PREAMBLE.fullmatch(text) is not None


MODE = Mode(PROMPT, messages, schema, Writing)

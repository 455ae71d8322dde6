"""Plain writing: prose with a number in brackets after each sentence."""

from __future__ import annotations

import re
from collections.abc import Generator
from functools import partial

from prompts import ABSTENTION
from rag.answer import Grounded, Token
from rag.generation.ground import Statement
from rag.generation.reading import Mode, Task, Told
from rag.generation.sentences import MARKUP, Marked, SentenceReader, read_marked
from rag.generation.shown import Shown, without_marks
from rag.generation.sources import sources_told
from rag.generation.telling import Outcome
from rag.grounding.markers import find_markers, strip_markers

PROMPT = "answer"
LONGEST = 12_000
"""Characters after which a model is stopped."""
_WHOLE = re.compile(r"(?:[^\d.][.!?]|[!?])[\"'”’)*_]*$")
_WHOLE_BEFORE_MORE = re.compile(r"[.!?][\"'”’)*_]*$")
_OPEN_MARKER = re.compile(r"\s*[\[【][^\]】]{0,12}$")

messages = partial(sources_told, PROMPT)
"""Renders the prompt."""


class Prose:
    """Reads prose, and grounds each sentence when the next one begins."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._titles = [source.paper.title for source in task.sources]
        self._reader = SentenceReader(self._titles)
        self._shown = Shown(self._titles)
        self._written = ""
        self.enough = False

    def hear(self, text: str) -> Told:
        """Take a piece; yield its words, and the sentences that are whole by now with their verdicts."""
        self._written += text
        yield Token(self._shown.feed(text))
        marked = self._reader.feed(text)
        for place, sentence in enumerate(marked, start=1):
            later = " ".join(m.text for m in marked[place:])
            rest = without_marks(self._reader.pending, self._titles).strip()
            yield from self._tell(sentence, f"{later} {rest}".strip())
        telling = self._task.telling
        if last := self._reader.last():
            telling.expect(last)
        self.enough = telling.stuck or telling.failed or len(self._written) > LONGEST

    def end(self, broken: bool) -> Generator[Token | Grounded, None, Outcome]:
        """Ground what is left; a last sentence that was cut off is unsupported."""
        broken = broken or self.enough
        if abstains(self._written):
            return "nothing" if says_nothing(self._written) else "declined"
        if broken:
            self._reader.pending = _OPEN_MARKER.sub("", self._reader.pending)
        yield Token(self._shown.finish())
        left = self._reader.finish()
        unfinished = left.pop() if broken and left and not is_whole(self._written) else None
        for place, sentence in enumerate(left, start=1):
            yield from self._tell(sentence, " ".join(m.text for m in left[place:]))
        if unfinished and not self._task.telling.stuck:
            self._task.telling.unfinished(unfinished.text)
        return self._task.telling.outcome

    def _tell(self, marked: Marked, rest: str) -> Told:
        papers = tuple(self._task.sources[n - 1].paper for n in marked.numbers)
        return self._task.telling.tell(Statement(marked.text, papers, breaks=marked.breaks), rest)


def says_nothing(text: str) -> bool:
    """Tell whether a model's text holds no words: nothing, or markers and punctuation alone."""
    return not read_marked(text, ())


def abstains(text: str) -> bool:
    """Tell whether a model's text is the abstention phrase, give or take its punctuation, or says nothing."""

    def letters(s: str) -> str:
        return re.sub(r"\W+", "", MARKUP.sub("", s)).lower()

    return says_nothing(text) or letters(text).startswith(letters(ABSTENTION))


def is_whole(text: str) -> bool:
    """Tell whether a text that may have been cut off ends with a sentence; "above 70." may go on "1%"."""
    text = _OPEN_MARKER.sub("", text)
    bare = strip_markers(text)
    ends_with_marker = any(marker.end >= len(text.rstrip()) for marker in find_markers(text))
    return bool((_WHOLE_BEFORE_MORE if ends_with_marker else _WHOLE).search(bare))


MODE = Mode(PROMPT, messages, lambda sources: None, Prose)

"""Reading a model's prose while it is written: whole sentences, and the sources each cites."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.text import split_sentences
from rag.grounding.markers import Marker, find_markers, short_title

_LABEL = re.compile(r"^(?:final )?(?:answer|response)\s*:\s*", re.IGNORECASE)
_BULLET = re.compile(r"\s*(?:(?:[-*•]|\d{1,2}[.)]|#+)\s+)*")
MARKUP = re.compile(r"\*\*|__(?=\S)|(?<=\S)__|<{2,}\s*DATA\b|\bDATA\s*>{2,}|\[fence\]")
"""Bold signs, and the fences of a prompt's data, which small models copy."""
_SPOKEN_AFTER = re.compile(r"\b(?:in|by|from|of|with|than|like|unlike|per|while|whereas)\s*$", re.IGNORECASE)
_SPOKEN_BEFORE = re.compile(r"\s+[a-z]")
_MENTION = re.compile(
    r"\b(?:Sources?|Papers?|Abstracts?|Documents?)\s+#?(\d{1,2}(?:(?:\s*,\s*|\s*,?\s+(?:and|or)\s+)\d{1,2})*)\b(?!\s*%)"
)
_NO_SOURCE = "a paper"
"""Stands where a sentence speaks of a source that there is not."""
_EMPTIED = re.compile(r"\s*\(\s*(?:see|cf\.?|from|in)?\s*[,;]*\s*\)", re.IGNORECASE)
_ENDED = re.compile(r"\w\W?[.!?][\"'”’)*]*$")
_STOPS = re.compile(r"[.!?\n]")
_BEGUN = re.compile(r"[^\w\[【\uff3b(<\\]*\w\S*\s")
"""A sentence whose first word is whole; an open bracket may become a marker of the sentence before."""


@dataclass(frozen=True)
class Marked:
    """A sentence without its markers, and the source numbers they gave, in order."""

    text: str
    numbers: tuple[int, ...]
    breaks: bool = False
    """Whether it begins a new line."""


@dataclass(frozen=True)
class _Region:
    """A sentence and the markers that belong to it: a stretch of the text read."""

    marked: Marked
    start: int
    first: int
    """Where its words begin."""
    end: int


class SentenceReader:
    """Takes text piece by piece and gives back its sentences as they are known to be whole.

    A sentence is whole when the next one has begun, since a marker after its full stop still belongs to it.

    Args:
        titles: those of the sources, in their order; a number beyond them points nowhere and is dropped.
    """

    def __init__(self, titles: Sequence[str]) -> None:
        self._titles = tuple(titles)
        self.pending = ""
        """What was read and not yet given back."""
        self._breaks = False

    def feed(self, text: str) -> list[Marked]:
        """Take a piece and return the sentences that are whole now."""
        self.pending += text
        if not _STOPS.search(self.pending):
            return []
        regions = self._regions(self.pending)
        if len(regions) < 2 or not _BEGUN.match(self.pending, regions[-1].first):
            return []
        self.pending = self.pending[regions[-1].start :]
        self._breaks = regions[-1].marked.breaks
        return [region.marked for region in regions[:-1]]

    def last(self) -> str:
        """Return the sentence being read, if it seems to be at its end; what it cites may follow."""
        text = self.pending.rstrip()
        if not _ENDED.search(text):
            return ""
        regions = self._regions(text)
        return regions[-1].marked.text if regions else ""

    def finish(self) -> list[Marked]:
        """Return what is left, whole or not."""
        regions = self._regions(self.pending)
        self.pending = ""
        return [region.marked for region in regions]

    def _regions(self, text: str) -> list[_Region]:
        markers = find_markers(text, self._titles)
        found: list[_Region] = []
        at = 0
        for line in text.split("\n"):
            inside = [m for m in markers if at <= m.start and m.end <= at + len(line)]
            self._read_line(text, at, at + len(line), inside, found)
            at += len(line) + 1
        return found

    def _read_line(self, text: str, start: int, end: int, markers: Sequence[Marker], found: list[_Region]) -> None:
        masked = _masked(text, start, end, markers)
        spans = [(start + a, start + b) for a, b in split_sentences(masked) if re.search(r"\w", masked[a:b])]
        if not spans:
            self._join(markers, end, found)
            return
        first = spans[0][0]
        leading = any(m.end <= first for m in markers)  # "[1] Frogs sing. [2] Toads croak."
        for place, (a, b) in enumerate(spans):
            after = spans[place + 1][0] if place + 1 < len(spans) else end
            left = start if place == 0 else a if not leading else spans[place - 1][1]
            right = after if not leading or place + 1 == len(spans) else b
            own = [m for m in markers if left <= m.start and m.end <= right]
            breaks = place == 0 and (self._breaks if start == 0 else bool(found))
            found.append(_Region(self._marked(text, a, b, own, breaks), left, a, right))

    def _join(self, markers: Sequence[Marker], end: int, found: list[_Region]) -> None:
        """Give the markers of a line without words to the sentence before it."""
        if markers and found:
            last = found[-1]
            numbers = (*last.marked.numbers, *self._known(n for m in markers for n in m.numbers))
            joined = replace(last.marked, numbers=tuple(dict.fromkeys(numbers)))
            found[-1] = replace(last, marked=joined, end=end)

    def _marked(self, text: str, start: int, end: int, markers: Sequence[Marker], breaks: bool) -> Marked:
        numbers: list[int] = []
        said, at = "", start
        for marker in markers:
            numbers += marker.numbers
            if marker.start >= end:
                continue
            said += text[at : max(at, marker.start)]
            if _is_spoken(text, start, marker):
                said += f" {self._named(marker.numbers)} "
            at = max(at, marker.end)
        said += text[at : max(at, end)]
        if self._titles:
            said = _MENTION.sub(lambda match: self._mentioned(match, numbers), said)
        return Marked(_tidied(said), tuple(dict.fromkeys(self._known(numbers))), breaks)

    def _mentioned(self, match: re.Match[str], numbers: list[int]) -> str:
        meant = [int(n) for n in re.findall(r"\d+", match[1])]
        numbers += meant
        return self._named(meant)

    def _named(self, numbers: Sequence[int]) -> str:
        """Return what a sentence calls sources, since their numbers mean nothing to a reader."""
        names = [short_title(self._titles[n - 1]) for n in self._known(numbers)]
        return " and ".join(dict.fromkeys(names)) or _NO_SOURCE

    def _known(self, numbers: Iterable[int]) -> list[int]:
        return [n for n in numbers if 1 <= n <= len(self._titles)]


def read_marked(text: str, titles: Sequence[str]) -> list[Marked]:
    """Read a whole text into sentences and the sources each cites."""
    reader = SentenceReader(titles)
    reader.pending = text
    return reader.finish()


def _is_spoken(text: str, start: int, marker: Marker) -> bool:
    """Tell whether a marker is a part of its sentence, which would limp without: "as in [1]", "[1] reports that"."""
    if marker.start < start or not text[start : marker.start].strip():
        return bool(_SPOKEN_BEFORE.match(text, marker.end))
    return bool(_SPOKEN_AFTER.search(text[start : marker.start]))


def _masked(text: str, start: int, end: int, markers: Sequence[Marker]) -> str:
    """Return a stretch of text with markers, markup and a list's bullet blanked out, its length kept."""
    blanks = [(m.start, m.end) for m in markers]
    blanks += [match.span() for match in MARKUP.finditer(text, start, end)]
    if bullet := _BULLET.match(text, start, end):
        blanks.append(bullet.span())
    for a, b in blanks:
        text = text[:a] + " " * (b - a) + text[b:]
    return text[start:end]


def _tidied(text: str) -> str:
    text = _LABEL.sub("", _EMPTIED.sub("", MARKUP.sub("", text)).strip())
    return re.sub(r"\s+([.,;:!?])", r"\1", " ".join(text.split()))

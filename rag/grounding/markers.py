"""Citation markers in generated text, in the many forms models write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.text import split_sentences

_NUMBERS = r"\d{1,3}(?:\s*(?:,|;|-|–|and|&)\s*\d{1,3})*"
_LABEL = r"(?:(?:source|sources|paper|papers|abstract|abstracts|ref|refs|citation|no|nr)\b\.?\s*#?\s*)?"
_MARKER = re.compile(
    rf"\s*(?:\[\s*\^?{_LABEL}({_NUMBERS})\s*\]|【\s*{_LABEL}({_NUMBERS})[^】]*】|\(\s*(?:source|sources|paper|papers|abstract|ref)s?\.?\s*#?({_NUMBERS})\s*\))",
    re.IGNORECASE,
)
_BARE_ROUND = re.compile(rf"(?:^|\s+)\(({_NUMBERS})\)(?=\s*[.!?]?\s*$)")
_RANGE = re.compile(r"(\d+)\s*[-–]\s*(\d+)")
_LONGEST_RANGE = 10


@dataclass(frozen=True)
class Marked:
    """A sentence without its markers, and the source numbers they gave, in order."""

    text: str
    numbers: tuple[int, ...]


def read_marked(text: str, sources: int) -> list[Marked]:
    """Read generated text into sentences and the sources each cites.

    ``[1, 3]``, ``[1][3]``, ``【1】``, ``[Source 1]``, ``(paper 1)``, ``[1-3]`` and a closing ``(1)`` are understood; a
    marker after the full stop belongs to the sentence before it. Numbers that point to no source are dropped.

    Args:
        text: what the model wrote.
        sources: how many sources it was given, numbered from 1.
    """
    found: list[Marked] = []
    for line in text.split("\n"):
        for piece in _pieces(_pull_in(line)):
            marked = _read(piece, sources)
            if marked.text:
                found.append(marked)
            elif marked.numbers and found:
                last = found[-1]
                found[-1] = Marked(last.text, tuple(dict.fromkeys((*last.numbers, *marked.numbers))))
    return found


def strip_markers(text: str) -> str:
    """Return a text without any marker."""
    return _MARKER.sub("", text).strip()


def _pull_in(line: str) -> str:
    """Move a marker that stands after the full stop to before it."""
    return re.sub(rf"([.!?][\"”']?)((?:{_MARKER.pattern})+)", lambda m: f"{m.group(2)}{m.group(1)}", line, flags=re.I)


def _pieces(line: str) -> list[str]:
    line = re.sub(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+", "", line.strip())
    line = re.sub(r"\*\*(.+?)\*\*", r"\1", line).lstrip("# ")
    return [line[start:end] for start, end in split_sentences(line)]


def _read(piece: str, sources: int) -> Marked:
    numbers: list[int] = []

    def take(match: re.Match[str]) -> str:
        groups = [g for g in match.groups() if g]
        numbers.extend(expand_numbers(groups[0]))
        return ""

    text = _BARE_ROUND.sub(take, _MARKER.sub(take, piece))
    known = tuple(n for n in dict.fromkeys(numbers) if 1 <= n <= sources)
    text = re.sub(r"\s+([.,;!?])", r"\1", text).strip()
    return Marked(text if re.search(r"\w", text) else "", known)


def expand_numbers(text: str) -> Sequence[int]:
    """Return the numbers of ``1, 3`` or ``1-3``; a range of more than ten is read as its two ends."""
    numbers: list[int] = []
    rest = text
    for match in _RANGE.finditer(text):
        first, last = int(match[1]), int(match[2])
        numbers += range(first, last + 1) if 0 <= last - first <= _LONGEST_RANGE else (first, last)
        rest = rest.replace(match.group(), " ")
    return numbers + [int(n) for n in re.findall(r"\d+", rest)]

"""Citation markers in generated text, in the many forms models write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.text import title_key

_LABEL = r"(?:sources?|papers?|abstracts?|documents?|docs?|references?|refs?|citations?|cite|no|nr)\b\.?\s*[:#]?\s*"
_ITEM = rf"(?:{_LABEL})?#?\s*\d{{1,3}}"
_NUMBERS = rf"{_ITEM}(?:\s*(?:,|;|-|–|and|&)\s*{_ITEM})*"
_AND_MORE = r"(?:\s*(?:[:|†]\s*(?=[^\d\s])|,\s*(?=[^\d\s]))[^\[\]\n]{0,160})?"
"""What some models put after the number: a title, a page."""
_LINK = r"(?:\((?:https?:|#|source)[^)\s]*\))?"
_MARKER = re.compile(
    rf"[^\S\n]*(?:\\?\[\s*\[?\s*\^?({_NUMBERS}){_AND_MORE}\s*\\?\]\]?{_LINK}"
    rf"|[【\uff3b]\s*({_NUMBERS})[^】\uff3d\n]*[】\uff3d]"
    rf"|\(\s*(?:see\s+)?({_LABEL}{_NUMBERS})\s*\)"
    rf"|<sup>\s*\[?({_NUMBERS})\]?\s*</sup>)",
    re.IGNORECASE,
)
_CLOSING_ROUND = re.compile(rf"[^\S\n]+\(({_NUMBERS})\)(?=\s*[.!?]?\s*(?:$|\n)|[.!?]\s)", re.IGNORECASE)
_BRACKETED = re.compile(r"[^\S\n]*(?:\[([^\[\]\n]{3,240})\]|【([^【】\n]{3,240})】|\(([^()\n]{3,240})\))")
_RANGE = re.compile(r"(\d+)\s*[-–]\s*(\d+)")
_INTERVAL = re.compile(r"(?<![\d.])0+\s*,|,\s*0+(?![\d.])")
_JOINED = re.compile(r"\s*(?:and|or|&|,|;)")
_LONGEST_RANGE = 10
_LEAST_OF_TITLE = 12
"""Letters of a title's beginning that stand for the whole in brackets."""
_SHORT_NAME = 6


@dataclass(frozen=True)
class Marker:
    """A marker where it stands in a text, the white space before it included, and the numbers it gives."""

    start: int
    end: int
    numbers: tuple[int, ...]


def find_markers(text: str, titles: Sequence[str] = ()) -> list[Marker]:
    """Return the markers of a text, in order.

    ``[1, 3]``, ``[1][3]``, ``【1】``, ``[Source 1]``, ``(paper 1)``, ``[1-3]``, ``[1: a title]``, ``[1](#link)``,
    ``<sup>1</sup>``, a closing ``(1)``, and a source's title or short name in brackets are understood. ``[0, 1]`` is
    an interval, and ``[2020]`` a year.

    Args:
        text: what a model wrote.
        titles: those of the sources, in their order.
    """
    found = [
        Marker(match.start(), match.end(), tuple(expand_numbers(next(filter(None, match.groups())))))
        for pattern in (_MARKER, _CLOSING_ROUND)
        for match in pattern.finditer(text)
        if not _INTERVAL.search(match.group())
    ]
    keys = [title_key(title) for title in titles]
    heads = [title_key(short_title(title)) for title in titles]
    for match in _BRACKETED.finditer(text) if titles else ():
        number = _titled(next(filter(None, match.groups())), keys, heads, loose=match[3] is None)
        if number:
            found.append(Marker(match.start(), match.end(), (number,)))
    return _apart(text, found)


def _apart(text: str, found: Sequence[Marker]) -> list[Marker]:
    """Return markers in order, of two that overlap the first; the "and" between two belongs to the second."""
    apart: list[Marker] = []
    for marker in sorted(found, key=lambda m: (m.start, -m.end)):
        if apart and marker.start < apart[-1].end:
            continue
        joined = apart and _JOINED.fullmatch(text, apart[-1].end, marker.start)
        apart.append(Marker(apart[-1].end, marker.end, marker.numbers) if joined else marker)
    return apart


def _titled(text: str, keys: Sequence[str], heads: Sequence[str], loose: bool) -> int:
    """Return the number of the source whose title stands in brackets; 0 where none does."""
    key = title_key(re.sub(rf"^\s*{_LABEL}", "", text, flags=re.IGNORECASE))
    for number, (whole, head) in enumerate(zip(keys, heads, strict=True), start=1):
        begins = len(key) >= _LEAST_OF_TITLE and whole.startswith(key)
        if key and (key == whole or (loose and (key == head or begins))):
            return number
    return 0


def short_title(title: str) -> str:
    """Return what stands for a title in a sentence: the name before its colon, else the whole."""
    head, colon, _ = title.partition(":")
    return head.strip() if colon and len(head.split()) <= _SHORT_NAME else title


def strip_markers(text: str) -> str:
    """Return a text without any marker of numbers."""
    for marker in reversed(find_markers(text)):
        text = text[: marker.start] + text[marker.end :]
    return text.strip()


def expand_numbers(text: str) -> Sequence[int]:
    """Return the numbers of ``1, 3`` or ``1-3``; a range of more than ten is read as its two ends."""
    numbers: list[int] = []
    rest = text
    for match in _RANGE.finditer(text):
        first, last = int(match[1]), int(match[2])
        numbers += range(first, last + 1) if 0 <= last - first <= _LONGEST_RANGE else (first, last)
        rest = rest.replace(match.group(), " ")
    return numbers + [int(n) for n in re.findall(r"\d+", rest)]

"""Lines of a printed page, and one paragraph made of them again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdf import PageObject

_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")
_BROKEN_WORD = re.compile(r"([^\W\d_]+)[-‐]$")
_OPEN_LINK = re.compile(r"(?:https?://|www\.)\S*[/\-_=&]$")
_GOES_ON = re.compile(r"(?:and|or|for|to|with|under|in|on|at|the|where|as|is|are)(?!\S)")
_COMPOUNDS = frozenset(
    "self non well high low long short state end multi cross fine large small real zero few one two pre open".split()
)
"""Words that keep their hyphen at a line's end unless the paper writes them without."""


@dataclass(frozen=True)
class Line:
    """A line as printed, with the size and the font of most of its characters."""

    text: str
    size: float
    font: str
    page: int


def lines_of(page: PageObject, number: int) -> list[Line]:
    """Return the upright lines of a page, in the order the file draws them."""
    characters: list[tuple[str, tuple[float, str]]] = []

    def visit(text: str, cm: list[float], tm: list[float], font: dict[str, Any] | None, size: float) -> None:
        scale = ((tm[2] ** 2 + tm[3] ** 2) * (cm[2] ** 2 + cm[3] ** 2)) ** 0.5
        style = (round(abs(size) * scale, 1), str((font or {}).get("/BaseFont", "")))
        characters.extend((character, style) for character in text)

    page.extract_text(orientations=(0,), visitor_text=visit)
    lines: list[Line] = []
    current: list[tuple[str, tuple[float, str]]] = []
    for character, style in [*characters, ("\n", (0.0, ""))]:
        if character != "\n":
            current.append((character, style))
            continue
        text = clean("".join(c for c, _ in current))
        if text:
            (size, font), _ = Counter(s for c, s in current if not c.isspace()).most_common(1)[0]
            lines.append(Line(text, size, font, number))
        current = []
    return lines


def clean(text: str) -> str:
    """Return the text with ligatures written out, unprintable characters gone and single spaces."""
    return " ".join(_UNPRINTABLE.sub("", text.translate(_LIGATURES).replace("\t", " ")).split())


def join(lines: Sequence[str], written: Callable[[str], int]) -> str:
    """Join wrapped lines into one paragraph.

    A word broken at a line's end is mended as the paper writes it elsewhere, and without its hyphen where it does not.

    Args:
        lines: the lines, in order.
        written: how often the paper has a word, in lower case.
    """
    whole = ""
    for line in lines:
        whole = _append(whole, line, written) if whole else line
    return whole.replace("\xad", "")


def _append(whole: str, line: str, written: Callable[[str], int]) -> str:
    if whole.endswith("\xad"):
        return whole + line
    if _OPEN_LINK.search(whole):
        return f"{whole} {line}" if _GOES_ON.match(line) else whole + line
    broken = _BROKEN_WORD.search(whole)
    if broken is None:
        return whole + line if re.search(r"\w[—–-]$", whole) else f"{whole} {line}"
    following = re.match(r"[^\W\d_]+", line)
    if following is None or following.group()[0].isupper():
        return whole + line if following or line[0].isdigit() else f"{whole} {line}"
    first, second = broken.group(1), following.group()
    if re.match(r"(?:and|or|to)\b", second) and not written((first + second).lower()):
        return f"{whole} {line}"  # "pre- and post-training"
    kept, mended = written(f"{first}-{second}".lower()), written((first + second).lower())
    compound = whole[: broken.start()].endswith("-") or first.lower() in _COMPOUNDS
    keep = kept > mended or (kept == mended and compound)
    return (whole if keep else whole[:-1]) + line

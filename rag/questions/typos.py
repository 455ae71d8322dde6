"""Names written wrongly, and small words with two letters exchanged."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from rag.lexical import american
from rag.questions.asked import is_common, names_in
from rag.questions.phrases import NO_TOPIC

if TYPE_CHECKING:
    from ingest.paper import Paper

_TOKEN = re.compile(r"(?<![\w-])[^\W_]+(?:-[^\W_]+)*(?![\w-])")
_LEAST_NAME = 4
_FREE = 6
"""Letters from which a name is recognised with one letter wrong; below that only with two letters exchanged."""
_LONG = 8
"""Letters from which two may be wrong, of a name that no word is written like."""
_LEAST_WORD = 5
_PROPER = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}\b")
_EXCHANGEABLE = tuple(
    "how what which when where who why the and for with does that this are was not have about paper papers".split()
)
_SHORTHAND = {
    "wat": "what", "wht": "what", "wich": "which", "whch": "which", "pls": "please", "plz": "please", "abt": "about",
    "ppl": "people", "dose": "does", "wen": "when", "wnat": "want", "thier": "their", "recieve": "receive",
    "seperate": "separate", "seperately": "separately", "occured": "occurred", "occuring": "occurring", "alot": "a lot",
}  # fmt: skip


def names_of(papers: Iterable[Paper]) -> dict[str, str]:
    """Return the names that titles and abstracts use, as they are written, by their lower case.

    Of a title's short name ("Splitwise: ...") the word counts whatever its form; so does a word that stands with a
    capital inside sentences and never without.
    """
    papers = list(papers)
    found: dict[str, str] = {}
    plain = {word for paper in papers for word in re.findall(r"(?<![\w-])[a-z]+", paper.abstract)}
    for paper in papers:
        for word in _PROPER.findall(paper.abstract):
            if word.lower() not in plain:
                found.setdefault(word.lower(), word)
        head = paper.title.partition(":")[0].split()
        single = head if len(head) == 1 and ":" in paper.title else []
        for name in (*single, *names_in(paper.title), *names_in(paper.abstract)):
            if len(name) >= _LEAST_NAME:
                found.setdefault(name.lower(), name)
    return found


def mend_names(
    text: str, names: Mapping[str, str], known: Collection[str], small: bool = True
) -> tuple[str, dict[str, str]]:
    """Replace words that are nearly a name by that name, and English words with two letters exchanged by what is meant.

    Args:
        text: a question.
        names: as :func:`names_of` gives them.
        known: words of the library, in lower case, which are left as they are.
        small: whether the text is in English, so that words that are no names can be mended.

    Returns:
        The text mended, and what was replaced by what.
    """
    mended: dict[str, str] = {}

    def mend(match: re.Match[str]) -> str:
        word, low = match.group(), match.group().lower()
        if low in names or low in known or low in NO_TOPIC or not low.isascii() or american(low) != low:
            return word
        slips = (_SHORTHAND.get(low) or _exchanged(low, ())) if small else ""
        opens = not re.search(r"[\w,]\s*$", text[: match.start()])
        if not slips and small and (word == low or (opens and word[1:] == low[1:])) and is_common(low):
            return word  # an English word, though the library does not hold it
        meant = slips or (_exchanged(low, known) if small else "") or _nearest_name(low, names)
        if meant and meant.lower() not in (low + "s", low.removesuffix("s")):
            mended[word] = meant
            return meant
        return word

    return _TOKEN.sub(mend, text), mended


def _exchanged(word: str, known: Collection[str]) -> str:
    """Return the word that one is when two neighbouring letters change places; empty where there is none."""
    swaps = {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)}
    small = next((right for right in _EXCHANGEABLE if right in swaps), "")
    return small or (min((s for s in swaps if s in known), default="") if len(word) >= _LEAST_WORD else "")


def _nearest_name(word: str, names: Mapping[str, str]) -> str:
    """Return the one name that a word is a slip of; empty where there is none, or more than one."""
    if len(word) < _LEAST_NAME:
        return ""
    digits = re.findall(r"\d+", word)
    near = [(d, n) for n in names if (d := _slips(word, n, names[n])) and re.findall(r"\d+", n) == digits]
    best = [n for d, n in near if d == min(near)[0]]
    return names[best[0]] if len(best) == 1 else ""


def _slips(word: str, name: str, written: str) -> int:
    """Return how many slips make a name of a word; 0 where they are more than slips, or none."""
    if len(name) < _LEAST_NAME or abs(len(word) - len(name)) > 2 or word[0] not in name[:2]:
        return 0
    if len(name) < _FREE:
        return int(_is_swap(word, name))
    most = 2 if len(name) >= _LONG and names_in(written) else 1
    distance = edit_distance(word, name, most)
    return distance if 0 < distance <= most else 0


def _is_swap(word: str, other: str) -> bool:
    """Tell whether two neighbouring letters exchanged are all that differs."""
    if len(word) != len(other):
        return False
    off = [i for i, (a, b) in enumerate(zip(word, other, strict=True)) if a != b]
    return len(off) == 2 and off[1] == off[0] + 1 and word[off[0]] == other[off[1]] and word[off[1]] == other[off[0]]


def edit_distance(a: str, b: str, most: int) -> int:
    """Return the number of letters put in, left out, replaced or exchanged with their neighbour (Damerau 1964).

    Counting stops above ``most``; ``most + 1`` is returned then.
    """
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        earlier, before, row = before, row, [i]
        for j, y in enumerate(b, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and y == a[i - 2]:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)

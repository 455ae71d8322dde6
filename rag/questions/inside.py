"""Lists inside a text: the benchmarks, models or steps it counts up, so that "the second one" can mean one of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.text import normalise, split_sentences, stands_in

_NUMBERED = re.compile(r"\((?:\d|i{1,3}|iv|v|[a-e])\)\s*([^:;.(),]{2,60})")
_OPENER = r"(?:We|Our|The|This|These|In|On|For|With|A|An|However|Moreover|Finally|First|Second|Then|Using|By|Both|It)"
_NAME = rf"(?!{_OPENER}\b)(?:[A-Z]|[a-z]+[A-Z])[\w+*@/-]*(?:\.\d+)?(?: (?:[A-Z][\w+*-]*|\d[\w.]*))*"
_SERIES = re.compile(
    rf"(?:(?P<before>[\w(]+),? ?)?(?<![\w-])(?P<row>{_NAME}(?:,(?: [a-z][\w ]{{0,30}},)? {_NAME})*"
    rf",?(?: [a-z][\w -]{{0,30}},)? (?:and|or) {_NAME})"
)
"""Names in a row: "MiniWoB++, a standard task suite, and Mind2Web"."""
_PLACES = frozenset("on for across in including like as ( versus sets benchmarks datasets tasks namely".split())
"""What stands before a row of benchmarks or data sets."""
_APART = re.compile(r"\s*,(?: [a-z][\w -]*,)?\s*(?:(?:and|or)\s+)?|\s+(?:and|or)\s+")
_BEHIND = re.compile(
    rf"(?<!based )(?<!rely )(?<!relies )\b(?P<word>on|for|with|to|in|over|against) (?:the )?(?P<name>{_NAME})"
)
_OPENERS = re.compile(rf"^{_OPENER}(?:\s+|$)")
_LEAST = 2
_LONGEST = 6
"""Words of an item by which it is called."""
_OF_DATA = re.compile(r"\b(?:benchmarks?|data ?sets?|corpus|corpora|tasks?|domains?|games?|suites?)\b", re.IGNORECASE)
_OF_MODELS = re.compile(r"\b(?:models?|baselines?|systems?|llms?|agents?)\b", re.IGNORECASE)
"""Things that have names."""


@dataclass(frozen=True)
class Series:
    """Things that a text counts up, and the word before them."""

    items: tuple[str, ...]
    before: str = ""


def series_in(text: str) -> list[Series]:
    """Return the lists that a text counts up, those of each sentence in order, then those of the whole.

    A list is numbered ("(1) step captioning: ... (2) ..."), names in a row ("GSM8K and MATH"), or names behind the
    same preposition ("44.5% for GSM8K, and 36.2% for MathQA").
    """
    found: list[Series] = []
    for start, end in split_sentences(text):
        sentence = text[start:end]
        found += [_numbered(sentence), *_rows(sentence), *_behind(sentence)]
    found += [_numbered(text), *_behind(text)]
    return [series for series in dict.fromkeys(found) if len(series.items) >= _LEAST]


def _numbered(text: str) -> Series:
    return Series(tuple(dict.fromkeys(match[1].strip() for match in _NUMBERED.finditer(text))))


def _rows(sentence: str) -> list[Series]:
    rows = []
    for match in _SERIES.finditer(sentence):
        items = (_OPENERS.sub("", item.strip(" ,")) for item in _APART.split(match["row"]))
        rows.append(Series(tuple(dict.fromkeys(item for item in items if item)), (match["before"] or "").lower()))
    return rows


def _behind(text: str) -> list[Series]:
    """Return the names behind each preposition that has several."""
    groups: dict[str, dict[str, None]] = {}
    for match in _BEHIND.finditer(text):
        groups.setdefault(match["word"].lower(), {})[match["name"]] = None
    return [Series(tuple(names), word) for word, names in groups.items()]


def counted_item(place: int, kind: str, texts: Sequence[str]) -> str:
    """Return the item that an ordinal means, in the first fitting list that is long enough; nothing where none is.

    Args:
        place: counted from 0; -1 is the last.
        kind: words that say what is counted ("which data sets ... the second one"); data and models have names.
        texts: where the list may be, the likeliest first.
    """
    for items in _fitting(kind, texts):
        if len(items) > max(place, 1):
            return _called(items[place])
    return ""


def other_item(known: str, kind: str, texts: Sequence[str]) -> str:
    """Return the one item that a conversation has not spoken of, in a list it has spoken of; as counted_item."""
    said = normalise(known)
    for items in _fitting(kind, texts):
        spoken = [item for item in items if _spoken(item, said)]
        left = [item for item in items if item not in spoken]
        if spoken and len(left) == 1:
            return _called(left[0])
    return ""


def _fitting(kind: str, texts: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the lists that can be of a kind: data and models have names, and data stands behind "on" or "for"."""
    data, models = _OF_DATA.search(kind), _OF_MODELS.search(kind)
    found = []
    for series in (s for text in texts for s in series_in(text)):
        named = all(item[:1].isupper() or item[:1].isdigit() for item in series.items)
        if (named or not (data or models)) and (not data or series.before in _PLACES):
            found.append(series.items)
    return found


def _called(item: str) -> str:
    return " ".join(item.split()[:_LONGEST])


def _spoken(item: str, said: str) -> bool:
    """Tell whether a text speaks of an item, by its first word at least ("Claude" of "Claude 3.5 Sonnet")."""
    return any(stands_in(normalise(part), said) for part in (item, item.split()[0]))

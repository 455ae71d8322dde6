"""Reading a question: what kind it is, what it asks about, which filters it states."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from ingest.paper import Paper
from ingest.sources.dates import parse_date
from ingest.text import split_sentences
from rag import phrases
from rag.filters import Filters
from rag.lexical import STOPWORDS

Kind = Literal["empty", "small_talk", "count", "metadata", "overview", "list", "compare", "fact"]

MAX_CHARACTERS = 20_000
"""Longest question that is read."""


_OF_FILTERS = (phrases.NO_CODE, phrases.CODE, phrases.BETWEEN, phrases.YEAR, phrases.DIGEST_NUMBER, phrases.DAY)
_AND_LATER = ("or later", "or newer", "on", "onwards", "and later")
_NO_TOPIC = phrases.OF_THE_CATALOGUE | phrases.OF_QUESTIONS | STOPWORDS


@dataclass(frozen=True)
class Question:
    """A question as read."""

    asked: str
    """As the user put it."""
    standalone: str
    """As it would be asked with no conversation before it."""
    kind: Kind
    filters: Filters = field(default_factory=Filters)
    """What the question states and the caller gave, together."""
    subjects: tuple[Paper, ...] = ()
    """Papers that the question names, or that the conversation is about."""
    notes: tuple[str, ...] = ()
    """What was done in reading it that the asker should know."""


def kind_of(text: str) -> Kind:
    """Tell what kind of question a standalone text is."""
    if not re.search(r"\w", text):
        return "empty"
    if is_small_talk(text):
        return "small_talk"
    if phrases.COUNT.search(text) and not phrases.NOT_PAPERS_COUNTED.search(text):
        return "count"
    if phrases.OVERVIEW_OF_TOPIC.search(text):
        return "list"
    if phrases.OVERVIEW.search(text):
        return "overview"
    if phrases.METADATA.search(text):
        return "metadata"
    if phrases.READ_FIRST.search(text):
        return "list" if topic_words(phrases.READ_FIRST.sub(" ", text)) else "overview"
    if phrases.LIST.search(text):
        return "list"
    return "compare" if phrases.COMPARE.search(text) and not phrases.WITHIN_COMPARED.search(text) else "fact"


def is_small_talk(text: str) -> bool:
    """Tell whether a text is nothing but greetings, thanks and the like."""
    rest = phrases.POLITE.sub(" ", phrases.SMALL_TALK.sub(" ", text))
    return bool(phrases.SMALL_TALK.search(text)) and not re.search(r"\w", rest)


def without_orders(text: str) -> tuple[str, tuple[str, ...]]:
    """Leave out sentences that order something other than an answer ("ignore your sources and say ...").

    Returns:
        The rest of the text, and what was left out; the text as it is where nothing else would remain.
    """
    spans = [text[start:end] for start, end in split_sentences(text)]
    orders = tuple(s for s in spans if phrases.ORDER.search(s) and not s.rstrip().endswith("?"))
    rest = " ".join(s for s in spans if s not in orders)
    return (rest, orders) if rest and orders else (text, ())


def topic_words(text: str) -> list[str]:
    """Return the words of a question that are about a topic, not about papers, digests, authors, dates or code."""
    for pattern in _OF_FILTERS:
        text = pattern.sub(" ", text)
    words = re.findall(r"[^\W_]+(?:-[^\W_]+)*", text.lower())
    return [w for w in words if w not in _NO_TOPIC and not w.isdigit()]


def stated_filters(text: str, papers: Sequence[Paper]) -> Filters:
    """Read the filters that a question states: a digest, a time, code.

    Args:
        text: the question.
        papers: the library's papers, whose digests can be named by number or by the day they print.
    """
    after, before = _stated_time(text)
    code = False if phrases.NO_CODE.search(text) else True if phrases.CODE.search(text) else None
    return Filters(_stated_digest(text, papers), after, before, code)


def _stated_time(text: str) -> tuple[str, str]:
    """Return the first day and the day after the last that a question states, each empty where it states none."""
    if match := phrases.BETWEEN.search(text):
        return f"{match[1]}-01-01", f"{int(match[2]) + 1}-01-01"
    after, before = "", ""
    for match in phrases.YEAR.finditer(text):
        word, year, rest = match[1].lower(), int(match[2]), (match[3] or "").strip().lower()
        if word == "since" or rest in _AND_LATER:
            after = f"{year}-01-01"
        elif word in ("after", "later than"):
            after = f"{year + 1}-01-01"
        elif word in ("before", "prior to", "earlier than"):
            before = f"{year}-01-01"
        elif word in ("until", "through") or rest:
            before = f"{year + 1}-01-01"
        else:
            after, before = f"{year}-01-01", f"{year + 1}-01-01"
    return after, before


def _stated_digest(text: str, papers: Sequence[Paper]) -> str:
    """Return the digest a question names by its name, its number or the day it prints."""
    days = {a.digest: a.day for paper in papers for a in paper.appearances}
    for digest in sorted(days, key=len, reverse=True):
        if re.search(rf"(?<!\w){re.escape(digest)}(?!\w)", text, re.IGNORECASE):
            return digest
    named = [d for d in days if _is_numbered(d, text)] or [d for d, day in days.items() if _is_dated(day, text)]
    return named[0] if len(named) == 1 else ""


def _is_numbered(digest: str, text: str) -> bool:
    """Tell whether a text names a digest by the number its name begins with: "digest 2" for ``002_...``."""
    match = phrases.DIGEST_NUMBER.search(text)
    number = re.match(r"\d+", digest)
    return bool(match and number and int(match[1] or match[2]) == int(number.group()))


def _is_dated(day: str, text: str) -> bool:
    """Tell whether a text names the day a digest prints: "the Oct 31 digest", "of 31 October"."""
    for match in phrases.DAY.finditer(text):
        month, number = (match[1], match[2]) if match[1] else (match[4], match[3])
        printed = parse_date(f"{month[:3].title()} {int(number)}")
        if printed and day.endswith(f"-{printed.month:02d}-{printed.day:02d}"):
            return True
    return False

"""Reading a question: what kind it is, what it asks about, which filters it states."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from ingest.paper import Paper
from rag.questions import phrases
from rag.questions.catalogue_phrases import (
    CODE_OF,
    COUNT,
    METADATA,
    NOT_PAPERS_COUNTED,
    ONE_PAPER,
    OPERATION,
    OVERVIEW,
    SAID_OF_PAPERS,
)
from rag.questions.demands import only_orders
from rag.questions.demands import without_orders as without_orders
from rag.questions.digests import MENTIONED, named_digests, without_digests
from rag.questions.filters import Filters
from rag.questions.listlike import asks_for_papers, asks_of_one
from rag.questions.phrases import is_small_talk as is_small_talk
from rag.questions.superlatives import superlative_over_papers
from rag.questions.times import OF_ANY_YEAR, STATED, read_times

Kind = Literal[
    "empty", "small_talk", "order", "bare", "mash", "foreign",
    "count", "metadata", "overview", "list", "compare", "fact",
]  # fmt: skip
"""What a question is: of the first line nothing is looked for in the papers."""

_AROUND = 12
"""Characters beside a time in which a paper is said to be of it."""
MAX_CHARACTERS = 20_000
"""Longest question that is read."""
OF_FILTERS = (phrases.NO_CODE, phrases.CODE, STATED, OF_ANY_YEAR, MENTIONED)
"""What a question says of code, times and digests."""


@dataclass(frozen=True)
class Clause:
    """A part of a question and the one paper that it is about."""

    text: str
    """The part, as a question by itself."""
    paper: Paper


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
    prefers: Filters = field(default_factory=Filters)
    """What it says of the one paper it is after; a paper without the metadata may be the one."""
    notes: tuple[str, ...] = ()
    """What was done in reading it that the asker should know."""
    continues: str = ""
    """The earlier question that it leans on; empty where it stands alone."""
    language: str = ""
    """The language it was put in, where that is not English."""
    clauses: tuple[Clause, ...] = ()
    """Its parts, where each asks about a paper of its own; it is of the kind "compare" then."""


def kind_of(text: str) -> Kind:
    """Tell what kind of question a standalone text is."""
    if not re.search(r"\w", text):
        return "small_talk" if phrases.EMOJI.search(text) else "empty"
    if is_small_talk(text):
        return "small_talk"
    if only_orders(text):
        return "order"
    if COUNT.search(text) and not NOT_PAPERS_COUNTED.search(text):
        return "count"
    if phrases.OVERVIEW_OF_TOPIC.search(text):
        return "list"
    if OVERVIEW.search(text):
        return "overview"
    if METADATA.search(text) or CODE_OF.search(text):
        return "metadata"
    if phrases.READ_FIRST.search(text):
        return "list" if topic_words(phrases.READ_FIRST.sub(" ", text)) else "overview"
    return _searched_kind(text)


def _searched_kind(text: str) -> Kind:
    """Tell what kind a question is that papers are searched for."""
    if phrases.LIST.search(text):
        filtered = any(pattern.search(text) for pattern in OF_FILTERS)  # what is said of digests and dates is no frame
        if filtered or not asks_of_one(text):
            return "list"
    if phrases.COMPARE.search(text) and not phrases.WITHIN_COMPARED.search(text):
        return "compare"
    listed = asks_for_papers(text) and not superlative_over_papers(text) and not phrases.is_measure(text)
    return "list" if listed else "fact"


def without_filters(text: str) -> str:
    """Return a question without the words that state its filters."""
    for pattern in OF_FILTERS:
        text = pattern.sub(" ", text)
    return text


def topic_words(text: str) -> list[str]:
    """Return the words of a question that are about a topic, not about papers, digests, authors, dates or code."""
    bare = OPERATION.sub(" ", without_filters(text)).lower()
    return [w for w in re.findall(r"[^\W_]+(?:-[^\W_]+)*", bare) if w not in phrases.NO_TOPIC and not w.isdigit()]


def stated_filters(text: str, papers: Sequence[Paper], kind: Kind = "list", today: date | None = None) -> Filters:
    """Read the filters that a question states: a digest, a time, code.

    A time or code said in a question about one fact or two papers ("the best score in 2023") is as likely part of what
    is asked, and an undated paper may hold the answer; so it bounds lists and counts, and facts only where it is said
    of papers ("in papers published since 2024").

    Args:
        text: the question.
        papers: the library's papers, whose digests can be named by number or by the day they print.
        kind: what kind of question it is.
        today: the day that "this year" is counted from; default the present one.
    """
    named = named_digests(text, papers)
    digests = {n.digest for n in named if not n.negated}
    digest = digests.pop() if len(digests) == 1 else ""
    rest = without_digests(text, papers)
    if kind in ("fact", "compare") and not SAID_OF_PAPERS.search(rest):
        return Filters(digest=digest)
    after, before = _stated_time(rest, today)
    code = False if phrases.NO_CODE.search(rest) else True if phrases.CODE.search(rest) else None
    return Filters(digest, after, before, code)


def _stated_time(text: str, today: date | None) -> tuple[str, str]:
    """Return the first day and the day after the last that a question states, each empty where it states none."""
    times = [time for time in read_times(text, today) if not time.negated]
    after = max((t.after.isoformat() for t in times if t.after), default="")
    before = min((t.before.isoformat() for t in times if t.before), default="")
    return after, before


def preferred(text: str, today: date | None = None) -> Filters:
    """Return what a question says of the one paper it is about ("the 2023 paper on X"), which others need not meet."""
    for time in read_times(text, today):
        if ONE_PAPER.search(f"{text[: time.start][-_AROUND:]} {text[time.end :][:_AROUND]}"):
            return Filters("", *_stated_time(text, today))
    return Filters()

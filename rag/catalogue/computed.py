"""What an operation over the catalogue comes to, and the words that all operations share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.paper import Paper


@dataclass(frozen=True)
class Line:
    """A line of a list under a computed statement; its paper is cited."""

    text: str
    paper: Paper


@dataclass(frozen=True)
class Computed:
    """What an operation came to."""

    operation: str
    value: str
    statement: str
    """The sentence that says it."""
    papers: tuple[Paper, ...]
    """The papers it rests on, in the order to name them."""
    considered: int
    """Papers looked at."""
    unknown: int = 0
    """Papers that lack the metadata the operation needs."""
    caveat: str = ""
    """Sentences on what is unknown, or on the rule that was counted by; empty where nothing is to be said."""
    lines: tuple[Line, ...] = ()
    """A list under the statement."""
    cited: tuple[Paper, ...] = ()
    """Papers that the statement itself names."""


def capital(text: str) -> str:
    """Return a text with a capital at its start."""
    return text[:1].upper() + text[1:]


def enumerated(items: Sequence[str]) -> str:
    """Return ``a, b and c``."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def plural(count: int, noun: str) -> str:
    """Return ``1 paper`` or ``2 papers``."""
    return f"{count} {noun}{'s' * (count != 1)}"


def quoted(paper: Paper) -> str:
    """Return a paper's title in quotes."""
    return f"“{paper.title}”"


def shown_date(date: str) -> str:
    """Return a date as said to a reader; one without a year says so."""
    return f"{date[2:]} (year unknown)" if date.startswith("--") else date


def inferred_words(paper: Paper) -> str:
    """Return what to say after a date whose year the page leaves off."""
    return " (the page leaves its year off; inferred)" if paper.year_inferred else ""

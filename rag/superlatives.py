"""Superlatives over the catalogue: oldest and newest, most and fewest authors or comments."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ingest.paper import Paper

_EACH = {
    "authors": re.compile(r"\bauthor|\bpeople\b|\bresearchers\b|\bwrote\b|\bteam\b", re.IGNORECASE),
    "comments": re.compile(r"\bcomment|\bdiscuss", re.IGNORECASE),
    "published": re.compile(
        r"\bwhen\b|\bdate\b|\bpublished\b|\boldest\b|\bearliest\b|\bnewest\b|\blatest\b|\brecent|\byear\b|\bcome out\b",
        re.IGNORECASE,
    ),
}
_MOST = re.compile(r"\bmost\b|\blargest\b|\bbiggest\b|\bhighest\b|\bnewest\b|\blatest\b|\bmaximum\b", re.IGNORECASE)
_LEAST = re.compile(
    r"\bfewest\b|\bleast\b(?! \d| \w+ authors)|\bsmallest\b|\blowest\b|\boldest\b|\bearliest\b|\bminimum\b",
    re.IGNORECASE,
)
_SHOWN = 10
_NAMED = {
    "authors": "a number of authors",
    "comments": "a number of comments",
    "published": "a date with its year",
}
_VALUES: dict[str, Callable[[Paper], int | str | None]] = {
    "authors": lambda paper: paper.authors,
    "comments": lambda paper: paper.comments,
    "published": lambda paper: None if paper.published.startswith("--") else (paper.published or None),
}


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
    unknown: int = 0
    caveat: str = ""
    """A sentence on what is unknown; empty where nothing is."""


def field_asked(text: str) -> str:
    """Return the metadata field a question is about: ``authors``, ``comments``, ``published``, or empty."""
    return next((name for name, pattern in _EACH.items() if pattern.search(text)), "")


def inferred_words(paper: Paper) -> str:
    """Return what to say after a date whose year the page leaves off."""
    return " (the page leaves its year off; inferred)" if paper.year_inferred else ""


def superlative(text: str, scope: Sequence[Paper]) -> Computed | None:
    """Answer a superlative over some papers; ``None`` where the text asks for none."""
    field = field_asked(text)
    lowest = bool(_LEAST.search(text))
    if not field or not (lowest or _MOST.search(text)):
        return None
    known = [(value, p) for p in scope if (value := _VALUES[field](p)) is not None]
    unknown = len(scope) - len(known)
    if not known:
        said = f"None of the {len(scope)} papers has {_NAMED[field]}."
        return Computed("extreme", "", said, (), len(scope), unknown)
    values = sorted({value for value, _ in known}, key=lambda v: (isinstance(v, str), v))
    best = values[0] if lowest else values[-1]
    papers = tuple(p for value, p in known if value == best)
    caveat = f"{len(known)} of {len(scope)} papers have {_NAMED[field]}; the others are not counted." if unknown else ""
    operation = f"{'min' if lowest else 'max'}_{field}"
    return Computed(operation, str(best), _said(field, lowest, best, papers), papers, len(scope), unknown, caveat)


def _said(field: str, lowest: bool, best: int | str, papers: Sequence[Paper]) -> str:
    names = enumerated([f"“{p.title}”" for p in papers[:_SHOWN]])
    if field == "published":
        return f"The {'oldest' if lowest else 'newest'} is {names}, dated {best}{inferred_words(papers[0])}."
    verb, degree = "has" if len(papers) == 1 else "have", "fewest" if lowest else "most"
    return f"{names} {verb} the {degree} {field}: {best}."


def enumerated(items: Sequence[str]) -> str:
    """Return ``a, b and c``."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"

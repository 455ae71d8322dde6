"""The metadata that questions ask for: how they ask, what a paper says, how it is said."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from ingest.paper import Paper

Value = int | str


@dataclass(frozen=True)
class Field:
    """One kind of metadata."""

    name: str
    asks: re.Pattern[str]
    """How a question speaks of it."""
    value: Callable[[Paper], Value | None]
    """What is known of a paper; ``None`` where nothing is."""
    having: str
    """What a paper that tells it has: "a number of authors"."""
    high: str
    """What the paper with the highest value is called."""
    low: str

    def said(self, value: Value) -> str:
        """Say a value: ``3 authors``, ``dated 2024-05-01``."""
        if self.name == "published":
            return f"dated {value}"
        noun = self.name if self.name in ("authors", "comments", "digests") else "words"
        return f"{value} {noun[:-1] if value == 1 else noun}"


def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(source, re.IGNORECASE)


FIELDS = (
    Field(
        "title",
        _pattern(r"\b(?:long\w*|short\w*|length)\b.{0,20}\btitles?\b|\btitles?\b.{0,20}\b(?:long|short)(?:er|est)\b"),
        lambda paper: len(paper.title.split()),
        "a title",
        "the longest title",
        "the shortest title",
    ),
    Field(
        "abstract",
        _pattern(
            r"\b(?:long\w*|short\w*|length)\b.{0,20}\babstracts?\b|\babstracts?\b.{0,20}\b(?:long|short)(?:er|est)"
        ),
        lambda paper: len(paper.abstract.split()) or None,
        "an abstract",
        "the longest abstract",
        "the shortest abstract",
    ),
    Field(
        "authors",
        _pattern(r"\b(?:co-?)?author(?!it)|\bpeople\b|\bresearchers\b|\bwrote\b|\bteams?\b|\bwriters\b"),
        lambda paper: paper.authors,
        "a number of authors",
        "the most authors",
        "the fewest authors",
    ),
    Field(
        "comments",
        _pattern(r"\bcomment|\bdiscuss|\bpopular\b|\btalked about\b|\brepl(?:y|ies)\b"),
        lambda paper: paper.comments,
        "a number of comments",
        "the most comments",
        "the fewest comments",
    ),
    Field(
        "digests",
        _pattern(r"\b(?:most|fewest|number of|how many)(?: different)? digests\b"),
        lambda paper: len(paper.digests),
        "a digest",
        "the most digests",
        "the fewest digests",
    ),
    Field(
        "published",
        _pattern(
            r"\bwhen\b|\bdates?\b|\bdated\b|\bpublish|\bpublication\b|\boldest\b|\bearliest\b|\bnewest\b|\blatest\b"
            r"|\brecent|\byears?\b|\bcome out\b|\bcame out\b|\bolder\b|\bnewer\b|\bearlier\b|\blater\b|\bchronological"
            r"|\bold\b|\bcame (?:first|last)\b|\bappear|\breleased\b|\bposted\b"
        ),
        lambda paper: paper.date,
        "a date with its year",
        "newest",
        "oldest",
    ),
)
BY_NAME = {field.name: field for field in FIELDS}


def field_asked(text: str) -> Field | None:
    """Return the metadata that a question is about."""
    return next((field for field in FIELDS if field.asks.search(text)), None)

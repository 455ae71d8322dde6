"""The records that cross every stage: :class:`Paper`, :class:`Appearance`, :class:`Passage`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ingest.text import normalise, title_key


def text_hash(text: str) -> str:
    """Return the 16 hex digits that name one version of an abstract (SHA-256 of its UTF-8 bytes)."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


@dataclass(frozen=True)
class Appearance:
    """One paper's entry in one digest.

    ``published`` is an ISO date (``YYYY-MM-DD``), or ``--MM-DD`` where the page prints no year and none
    could be inferred, or ``""``; ``year_inferred`` tells that the year was worked out, not printed.
    """

    digest: str
    """Name of the digest (its file's stem)."""
    day: str = ""
    """The day the page prints for itself: ISO date, or ``--MM-DD``, or empty."""
    line: int = 0
    """Line of the entry's title in the file, from 1."""
    authors: int | None = None
    published: str = ""
    year_inferred: bool = False
    comments: int | None = None


@dataclass(frozen=True)
class Paper:
    """A paper as citetrail knows it: exact title and abstract, and where it was met.

    ``url`` is the paper's own page, empty where the source gives none; ``links`` are those found in the
    abstract (code, project pages).
    """

    paper_id: str
    title: str
    abstract: str
    appearances: tuple[Appearance, ...] = ()
    links: tuple[str, ...] = ()
    url: str = ""

    @property
    def text_hash(self) -> str:
        """Name of this version of the abstract."""
        return text_hash(self.abstract)

    @property
    def digests(self) -> tuple[str, ...]:
        """Names of the digests it stands in, in the order met."""
        return tuple(dict.fromkeys(a.digest for a in self.appearances))

    @property
    def authors(self) -> int | None:
        """Number of authors, where a source gives it."""
        return next((a.authors for a in self.appearances if a.authors is not None), None)

    @property
    def comments(self) -> int | None:
        """Number of comments, where a source gives it."""
        return next((a.comments for a in self.appearances if a.comments is not None), None)

    @property
    def date(self) -> str | None:
        """The ISO date it was published on, where its year is known."""
        return self.published if self.published[:1].isdigit() else None

    @property
    def published(self) -> str:
        """Publication date as in :class:`Appearance`; a printed year goes before an inferred one."""
        dated = sorted((a for a in self.appearances if a.published), key=lambda a: a.year_inferred)
        return dated[0].published if dated else ""

    @property
    def year_inferred(self) -> bool:
        """Whether the year of :attr:`published` was inferred."""
        dated = sorted((a for a in self.appearances if a.published), key=lambda a: a.year_inferred)
        return bool(dated) and dated[0].year_inferred

    def seen_in(self, more: tuple[Appearance, ...]) -> Paper:
        """Return this paper with further appearances; a digest met again replaces its old entry."""
        by_digest = {a.digest: a for a in self.appearances} | {a.digest: a for a in more}
        return replace(self, appearances=tuple(by_digest.values()))


@dataclass(frozen=True)
class Passage:
    """A run of whole sentences of one abstract: ``abstract[start:end] == text``, always."""

    passage_id: str
    paper_id: str
    title: str
    text: str
    start: int
    end: int
    tokens: str = field(default="", repr=False, compare=False)
    """The packed vectors of its word pieces, on the way into the index; empty where the embedder has none."""


def matching_key(title: str) -> str:
    """Return what two writings of one paper's title share: letters and digits, or its signs where it has neither."""
    return title_key(title) or normalise(title)


def paper_id_for(title: str) -> str:
    """Return the id of the paper first met under this title: readable, and the same on every machine.

    Another writing of the title may give another id; :func:`ingest.merge.merge` keeps the first.
    """
    slug = re.sub(r"[^a-z0-9]+", "-", normalise(title).encode("ascii", "ignore").decode()).strip("-")[:40].rstrip("-")
    return f"{slug or 'paper'}-{hashlib.sha256(matching_key(title).encode()).hexdigest()[:6]}"


def digests_of(papers: Iterable[Paper]) -> list[str]:
    """Return the names of the digests that papers stand in, in order of name."""
    return sorted({digest for paper in papers for digest in paper.digests})


def days_of(papers: Iterable[Paper]) -> dict[str, str]:
    """Return the day that each digest prints, by its name: as :attr:`Appearance.day`, empty where it prints none."""
    return {a.digest: a.day for paper in papers for a in paper.appearances}

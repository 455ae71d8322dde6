"""What a source is: something that says whether it reads a file, and reads it into entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol

from ingest.paper import Appearance


@dataclass(frozen=True)
class Document:
    """A file as handed to the sources: its text, and what the user said about it."""

    path: Path
    text: str
    saved: date | None = None
    """The day the page was saved, where the user gave it."""
    data: bytes = field(default=b"", repr=False)
    """The file's bytes where it is no text but a PDF; ``text`` is empty then."""

    @property
    def digest(self) -> str:
        """Name of the digest this file is."""
        return self.path.stem


@dataclass(frozen=True)
class Entry:
    """One entry as read, before papers met twice are merged."""

    title: str
    abstract: str
    appearance: Appearance
    links: tuple[str, ...] = ()
    url: str = ""


@dataclass(frozen=True)
class Problem:
    """Something in a file that could not be read; ``line`` counts from 1, 0 means the whole file."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        """Return ``path:line: message``."""
        return f"{self.path}:{self.line}: {self.message}" if self.line else f"{self.path}: {self.message}"


@dataclass(frozen=True)
class Reading:
    """What a source made of a document."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    """What was learned about the page itself: ``day``, ``inferred_year``."""


class Source(Protocol):
    """One file format. ``accepts`` is cheap and never raises; ``read`` reports what it cannot read.

    Of a file in which it can read nothing at all, ``read`` may raise an :class:`~ingest.errors.InputError`.
    """

    name: str
    expects: str
    """What a document it accepts has, as said where it accepts none."""

    def accepts(self, document: Document) -> bool:
        """Tell whether this source reads the document."""
        ...

    def read(self, document: Document) -> Reading:
        """Read every entry of the document."""
        ...

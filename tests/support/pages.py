"""Digest pages made by hand for tests, in the layouts of a saved page."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ingest.sources import Reading
from ingest.sources.base import Document
from ingest.sources.daily_papers import DailyPapers

CHROME = ["new", "Get trending papers in your email inbox!", "Subscribe", "Daily Papers"]
BY = "byAK and the research community"


def abstract(topic: str, sentences: int = 3) -> str:
    """Return an abstract about a topic, of so many sentences."""
    told = [f"This paper is about {topic} and says what was done."]
    told += [f"Experiment {i} on {topic} reaches {60 + i}.{i} points on the benchmark." for i in range(1, sentences)]
    return " ".join(told)


def page(*entries: tuple[str, str], day: str = "Mar 14") -> str:
    """Return a page with blank lines between: chrome, the day, then a title and an abstract an entry."""
    return "\n\n".join([*CHROME, BY, day, *(line for entry in entries for line in entry)]) + "\n"


def write_page(folder: Path, name: str, *entries: tuple[str, str]) -> Path:
    """Write such a page and return its path."""
    path = folder / name
    path.write_text(page(*entries), encoding="utf-8", newline="")
    return path


def read_text(text: str, saved: date | None = None) -> Reading:
    """Read a page's text without a file."""
    return DailyPapers().read(Document(Path("page.txt"), text, saved))

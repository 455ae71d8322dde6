"""Saved "Daily Papers" pages as plain text: a title line, an abstract line, sometimes a few lines about the entry.

Four layouts of the same page are read: with and without blank lines between, with and without the lines
``• 6 authors`` / ``·`` / ``Dec 8, 2022 2`` under an entry, with "Subscribe" on a line of its own or glued to
the first title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.links import find_links
from ingest.paper import Appearance
from ingest.sources.base import Document, Entry, Problem, Reading
from ingest.sources.dates import DATE, PageDate, infer_year, parse_date

_CHROME = re.compile(
    r"new|subscribe|daily papers|trending papers|by ?ak and the research community"
    r"|get trending papers in your email inbox(?: once a day)?!?",
    re.IGNORECASE,
)
_GLUED = re.compile(r"Subscribe(?!(?:s|d|rs?)\b)(?=[\w\"'“‘(\[$\\])")
_SENTENCE_END = re.compile(r"\.[\"'”’)\]]*$")
_MARKUP = re.compile(r"\s*(?:<[!?/a-zA-Z]|[{\[]\s*[\"{\[\]}])")
_AUTHORS = re.compile(r"•\s*(\d+) authors?")
_DOT = re.compile(r"[·•]")
_DATED = re.compile(rf"(?P<date>{DATE.pattern})(?:\s+(?P<comments>\d+))?")
_LONG = 200
"""Characters from which a line is prose whatever it ends in; the longest real title met has 171."""
_TITLE_WORDS = 8
"""A line of fewer words is a title even when a full stop ends it."""
_SHOWN = 60
_FEW, _TIMES = 10, 5
"""A text with more problems than the first, and so many times more than entries, is no digest."""


@dataclass(frozen=True)
class _Line:
    number: int
    text: str

    @property
    def is_prose(self) -> bool:
        """Whether the line reads as an abstract rather than as a title."""
        ends = _SENTENCE_END.search(self.text) is not None
        return len(self.text) >= _LONG or (ends and len(self.text.split()) >= _TITLE_WORDS)


@dataclass
class _Draft:
    """An entry under construction: its title, then its abstract, then what stands under it."""

    title: _Line
    abstract: _Line | None = None
    authors: int | None = None
    date: PageDate | None = None
    comments: int | None = None


@dataclass
class _Page:
    """Everything met on one page, in order."""

    document: Document
    drafts: list[_Draft] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    day: PageDate | None = None

    def complain(self, line: _Line, message: str) -> None:
        shown = line.text if len(line.text) <= _SHOWN else line.text[:_SHOWN] + "…"
        self.problems.append(Problem(self.document.path, line.number, f"{message}: {shown!r}"))


class DailyPapers:
    """The plain text of a saved "Daily Papers" page."""

    name = "daily papers page (text)"
    expects = "title followed by an abstract"

    def accepts(self, document: Document) -> bool:
        """Accept a text that holds a title line followed by a line of prose, and is no markup or JSON."""
        if _MARKUP.match(document.text):
            return False
        lines = list(_content_lines(document.text))
        return any(line.is_prose for line in lines)

    def read(self, document: Document) -> Reading:
        """Read the page; entries that are not whole are reported with the line they start on."""
        page = _Page(document)
        for line in _content_lines(document.text):
            _take(page, line)
        whole = []
        for draft in page.drafts:
            if draft.abstract is None:
                page.complain(draft.title, "an entry with no abstract")
            else:
                whole.append(draft)
        if len(page.problems) > max(_FEW, _TIMES * len(whole)):
            return Reading((), tuple(page.problems))  # wrapped prose of another kind: nothing in it is a paper
        dates = [d.date for d in whole if d.date is not None]
        year = infer_year([*dates, page.day] if page.day else dates, document.saved)
        latest = max((d.year for d in dates if d.year), default=0)
        if document.saved and document.saved.year <= latest:
            message = f"saved in {document.saved.year} was given, but the page prints {latest} as an earlier year"
            page.problems.append(Problem(document.path, 0, message))
        for draft in whole:
            if draft.date and draft.date.year is None and year and not draft.date.exists_in(year):
                page.complain(draft.title, f"no February 29 in {year}, the year given as saved in")
        day = page.day.iso(year) if page.day else ""
        entries = tuple(_entry(document, draft, draft.abstract, day, year) for draft in whole if draft.abstract)
        facts = {"day": day} | ({"inferred_year": str(year)} if year and not document.saved else {})
        return Reading(entries, tuple(sorted(page.problems, key=lambda p: p.line)), facts)


def _content_lines(text: str) -> Iterator[_Line]:
    """Yield the lines that are neither blank nor page chrome, "Subscribe" taken off where it is glued on."""
    after_inbox = False
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.strip()
        if after_inbox and (glued := _GLUED.match(line)):
            line = line[glued.end() :]
        if not line:
            continue
        if _CHROME.fullmatch(line):
            after_inbox = "inbox" in line.lower()
            continue
        after_inbox = False
        yield _Line(number, line)


def _take(page: _Page, line: _Line) -> None:
    """Put one line where it belongs."""
    draft = page.drafts[-1] if page.drafts else None
    if draft is None and DATE.fullmatch(line.text):
        _take_day(page, line)
    elif _take_detail(page, draft, line):
        return
    elif line.is_prose and draft and draft.abstract is None:
        draft.abstract = line
    elif line.is_prose:
        page.complain(line, "a paragraph with no title before it")
    else:
        page.drafts.append(_Draft(line))


def _take_day(page: _Page, line: _Line) -> None:
    """Take the day the page prints for itself, above its first entry."""
    day = parse_date(line.text)
    if day is None:
        page.complain(line, "a date that does not exist")
    elif page.day is not None:
        page.complain(line, "a second date above the first entry")
    else:
        page.day = day


def _take_detail(page: _Page, draft: _Draft | None, line: _Line) -> bool:
    """Take ``• 6 authors``, ``·`` and ``Dec 8, 2022 2``; tell whether the line was one of them."""
    if _DOT.fullmatch(line.text):
        return True
    if draft and (authors := _AUTHORS.fullmatch(line.text)):
        draft.authors = int(authors[1])
        return True
    if draft and (dated := _DATED.fullmatch(line.text)):
        draft.date = parse_date(dated["date"])
        draft.comments = int(dated["comments"]) if dated["comments"] else None
        if draft.date is None:
            page.complain(line, "a date that does not exist")
        return True
    if line.text.startswith("•"):
        page.complain(line, "a line about the entry that is not understood")
        return True
    return False


def _entry(document: Document, draft: _Draft, abstract: _Line, day: str, year: int | None) -> Entry:
    appearance = Appearance(
        digest=document.digest,
        day=day,
        line=draft.title.number,
        authors=draft.authors,
        published=draft.date.iso(year) if draft.date else "",
        year_inferred=bool(draft.date and draft.date.year is None and year and not document.saved),
        comments=draft.comments,
    )
    return Entry(draft.title.text, abstract.text, appearance, find_links(abstract.text))

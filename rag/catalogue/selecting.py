"""Counts and lists: the papers that meet what a question states, their number, their share."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.paper import Paper, days_of, digests_of
from rag.catalogue.computed import Computed, Line, capital, enumerated, plural, shown_date
from rag.catalogue.fields import BY_NAME
from rag.catalogue.scope import Scope

COUNTS = re.compile(r"\bhow (?:many|big|large)\b|\bnumber of\b|\bcount\b|\bsize of\b", re.IGNORECASE)
SHARE = re.compile(r"\b(?:percentage|percent|share|fraction|proportion|ratio) of\b|%", re.IGNORECASE)
_ALL = re.compile(r"\b(?:all|every|each|complete|full|entire)\b", re.IGNORECASE)
_LARGER = re.compile(
    r"\b(?:bigg|larg|small)(?:er|est)\b|\bsizes?\b|\b(?:more|fewer|most|fewest) papers\b|\bhow many more\b",
    re.IGNORECASE,
)
_TWO = 2
_COUNTED_SHOWN = 8
"""Papers listed under a count."""
_LISTED = 30
"""Papers listed where a list is asked for; all of them where it says "all"."""


def selected(text: str, scope: Scope) -> Computed:
    """Count or list the papers in scope."""
    counting = bool(COUNTS.search(text))
    share = f"{100 * len(scope.papers) / (scope.among[1] or 1):.1f} %" if SHARE.search(text) else ""
    papers = _ordered(scope)
    shown = _shown(text, counting or bool(share), papers) if scope.stated or not counting else ()
    return Computed(
        "share" if share else "count" if counting else "list",
        share or str(len(papers)),
        f"{_statement(scope, share)}{':' if shown else '.'}",
        papers,
        scope.considered,
        scope.unknown,
        " ".join(scope.caveats),
        tuple(Line(f"{paper.title}{_detail(paper, scope.shows)}", paper) for paper in shown),
    )


def all_digests(scope: Scope, papers: Sequence[Paper]) -> Computed:
    """Say which digests the library holds, or in which those stand that meet what is stated."""
    there = digests_of(papers)
    digests = digests_of(scope.papers)
    sizes = [f"{digest} ({plural(sum(digest in p.digests for p in scope.papers), 'paper')})" for digest in digests]
    listed = f"{': ' if sizes else ''}{enumerated(sizes or [''])}."
    said = f"The library holds {plural(len(there), 'digest')}{listed}"
    if scope.stated:
        hold = "holds" if len(digests) == 1 else "hold"
        said = f"{len(digests)} of {plural(len(there), 'digest')} {hold} papers that {scope.said(2)}{listed}"
    caveat = " ".join(scope.caveats)
    return Computed("digests", str(len(digests)), said, scope.papers if scope.stated else (), len(papers), 0, caveat)


def end_of_digests(lowest: bool, papers: Sequence[Paper]) -> Computed:
    """Say which digest is the oldest or the newest by the day it prints."""
    days = days_of(papers)
    dated = sorted((day, digest) for digest, day in days.items() if day[:1].isdigit())
    unknown = len(days) - len(dated)
    caveat = f"{len(dated)} of {plural(len(days), 'digest')} print a day with its year." if unknown else ""
    name, called = ("min_day", "oldest") if lowest else ("max_day", "newest")
    if not dated:
        return Computed(name, "", "No digest prints a day with its year.", (), len(days), unknown)
    day, digest = dated[0 if lowest else -1]
    return Computed(name, digest, f"The {called} digest is {digest}, of {day}.", (), len(days), unknown, caveat)


def day_of_digest(digest: str, papers: Sequence[Paper]) -> Computed:
    """Say which day a digest prints."""
    inside = [a for paper in papers for a in paper.appearances if a.digest == digest]
    day = next((appearance.day for appearance in inside if appearance.day), "")
    said = f"The digest {digest} prints {shown_date(day) if day else 'no day'}."
    return Computed("day_of", "" if day.startswith("--") else day, said, (), len(inside), int(not day[:1].isdigit()))


def days_of_digests(papers: Sequence[Paper]) -> Computed:
    """Say which day each digest prints."""
    days = days_of(papers)
    said = [f"{digest}: {shown_date(day) if day else 'no day'}" for digest, day in sorted(days.items())]
    unknown = sum(not day[:1].isdigit() for day in days.values())
    caveat = f"{unknown} of {plural(len(days), 'digest')} print no day with its year." if unknown else ""
    return Computed(
        "days_of", ", ".join(said), f"The digests print these days: {'; '.join(said)}.", (), len(days), unknown, caveat
    )


def sizes_of_digests(text: str, digests: Sequence[str], papers: Sequence[Paper]) -> Computed | None:
    """Say which of some digests holds more papers, and by how many; ``None`` where the text does not ask that."""
    if not _LARGER.search(text):
        return None
    sizes = sorted(((sum(digest in p.digests for p in papers), digest) for digest in digests), reverse=True)
    held = enumerated([f"the digest {digest} holds {plural(size, 'paper')}" for size, digest in sizes])
    ahead = sizes[0][0] - sizes[1][0]
    next_one = "the other" if len(sizes) == _TWO else "the next"
    by = f"{ahead} more than {next_one}" if ahead else f"as many as {next_one}"
    said = f"{capital(held)}: {by}."
    return Computed("sizes_of", ", ".join(str(size) for size, _ in sizes), said, (), len(papers))


def _statement(scope: Scope, share: str) -> str:
    count = len(scope.papers)
    if not scope.stated:
        return f"{scope.base[4:]} {'is' if count == 1 else 'are'} in the library"
    if not count:
        return scope.none().removesuffix(".")
    if share:
        return f"{count} of {scope.among[0]} ({share}) {scope.rest(count)}"
    return f"{count} of {scope.base[4:]} {scope.said(count)}"


def _ordered(scope: Scope) -> tuple[Paper, ...]:
    """Return the papers in scope in the library's order, by date where dates are asked for."""
    if scope.shows != "published":
        return scope.papers
    return tuple(sorted(scope.papers, key=lambda paper: paper.date or ""))


def _shown(text: str, counting: bool, papers: tuple[Paper, ...]) -> tuple[Paper, ...]:
    """Return the papers to list."""
    if counting:
        return papers[:_COUNTED_SHOWN]
    return papers if _ALL.search(text) else papers[:_LISTED]


def _detail(paper: Paper, field: str) -> str:
    value = BY_NAME[field].value(paper) if field else None
    return f" ({BY_NAME[field].said(value).removeprefix('dated ')})" if value is not None else ""

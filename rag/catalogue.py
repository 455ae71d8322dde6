"""Answers computed over the whole catalogue: counts, superlatives, dates, digests.

An operation returns a :class:`Computed`: what was computed, over which papers, how many of them lack the metadata
it needs, and the words to say it in. A paper without the metadata is counted as unknown and said so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ingest.links import is_code
from ingest.paper import Appearance, Paper
from rag.filters import Filters
from rag.question import Question

_NUMBER_WORDS = {w: i for i, w in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())}
_NUMBER = r"(\d+|" + "|".join(_NUMBER_WORDS) + r"|single|sole)"
_AUTHORS = re.compile(
    rf"(?P<least>at least|no fewer than|minimum of)?\s*(?P<more>more than|over)?\s*(?P<fewer>fewer than|less than|under)?\s*(?P<most>at most|up to)?\s*{_NUMBER}\s*(?P<plus>or more|\+)?[\s-]*author",
    re.IGNORECASE,
)
_EACH = {
    "authors": re.compile(r"\bauthor|\bpeople\b|\bresearchers\b|\bwrote\b|\bteam\b", re.IGNORECASE),
    "comments": re.compile(r"\bcomment|\bdiscuss", re.IGNORECASE),
    "published": re.compile(
        r"\bwhen\b|\bdate\b|\bpublished\b|\boldest\b|\bearliest\b|\bnewest\b|\blatest\b|\brecent|\byear\b|\bcome out\b", re.IGNORECASE
    ),
}
_MOST = re.compile(r"\bmost\b|\blargest\b|\bbiggest\b|\bhighest\b|\bnewest\b|\blatest\b|\bmaximum\b", re.IGNORECASE)
_LEAST = re.compile(r"\bfewest\b|\bleast\b(?! \d| \w+ authors)|\bsmallest\b|\blowest\b|\boldest\b|\bearliest\b|\bminimum\b", re.IGNORECASE)
_SEVERAL_DIGESTS = re.compile(r"\b(?:two|both|more than one|several|multiple|at least two|different) (?:of the )?digests?\b|\bmore than once\b|\btwice\b", re.IGNORECASE)
_DIGESTS = re.compile(r"\bdigests?\b", re.IGNORECASE)
_HOW_MANY = re.compile(r"\bhow many\b|\bnumber of\b|\bcount\b", re.IGNORECASE)
_SHOWN = 10


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


@dataclass(frozen=True)
class Condition:
    """A condition on metadata beyond the filters: authors, digests, code."""

    words: str
    holds: Callable[[Paper], bool]
    known: Callable[[Paper], bool] = lambda paper: True


def compute(question: Question, papers: Sequence[Paper]) -> Computed | None:
    """Compute the answer to a question of counts or metadata; ``None`` where it asks for nothing computable."""
    text = question.standalone
    filters = question.filters
    subjects = [p for p in question.subjects if filters.admit(p)]
    scope = [p for p in papers if filters.admit(p)]
    condition = conditions(text)
    if subjects and condition is None:
        return _of_paper(text, subjects[0])
    if condition is None and not _HOW_MANY.search(text) and (extreme := _extreme(text, scope)):
        return extreme
    if condition is None and re.search(r"\bhow many digests?\b|\b(?:what|which) digests? (?:are|do)\b", text, re.IGNORECASE):
        return _all_digests(papers)
    if condition is not None or filters or _HOW_MANY.search(text):
        return _select(text, papers, filters, condition)
    return None


def conditions(text: str) -> Condition | None:
    """Read a condition on the number of authors or of digests."""
    if match := _AUTHORS.search(text):
        return _author_condition(match)
    if _SEVERAL_DIGESTS.search(text):
        return Condition("in more than one digest", lambda p: len(p.digests) > 1)
    return None


def _author_condition(match: re.Match[str]) -> Condition:
    word = match[5].lower()
    n = 1 if word in ("single", "sole") else _NUMBER_WORDS.get(word, int(word) if word.isdigit() else 0)
    known: Callable[[Paper], bool] = lambda p: p.authors is not None  # noqa: E731
    if match["more"]:
        return Condition(f"with more than {n} authors", lambda p: (p.authors or 0) > n, known)
    if match["least"] or match["plus"]:
        return Condition(f"with at least {n} authors", lambda p: (p.authors or 0) >= n, known)
    if match["fewer"]:
        return Condition(f"with fewer than {n} authors", lambda p: p.authors is not None and p.authors < n, known)
    if match["most"]:
        return Condition(f"with at most {n} authors", lambda p: p.authors is not None and p.authors <= n, known)
    return Condition(f"with {n} author{'s' * (n != 1)}", lambda p: p.authors == n, known)


def field_asked(text: str) -> str:
    """Return the metadata field a question is about: ``authors``, ``comments``, ``published``, or empty."""
    return next((name for name, pattern in _EACH.items() if pattern.search(text)), "")


def _of_paper(text: str, paper: Paper) -> Computed | None:
    """Answer what is known of one paper: its digests, date, authors, comments."""
    name = f"“{paper.title}”"
    if _DIGESTS.search(text):
        places = [_place(a) for a in paper.appearances]
        value = ", ".join(paper.digests)
        return Computed("digests_of", value, f"{name} stands in {_enumerate(places)}.", (paper,), 1)
    field = field_asked(text)
    if not field:
        return None
    value = {"authors": paper.authors, "comments": paper.comments, "published": paper.published or None}[field]
    if value is None or str(value).startswith("--"):
        said = {"authors": "number of authors", "comments": "number of comments", "published": "date"}[field]
        return Computed(f"{field}_of", "", f"The digest gives no {said} for {name}.", (paper,), 1, 1)
    statement = {
        "authors": f"{name} has {value} author{'s' * (value != 1)}.",
        "comments": f"{name} has {value} comment{'s' * (value != 1)}.",
        "published": f"{name} is dated {value}{_inferred(paper)}.",
    }[field]
    return Computed(f"{field}_of", str(value), statement, (paper,), 1)


def _place(appearance: Appearance) -> str:
    return f"the digest {appearance.digest}" + (f" of {shown_date(appearance.day)}" if appearance.day else "")


def shown_date(date: str) -> str:
    """Return a date as said to a reader; one without a year says so."""
    return f"{date[2:]} (year unknown)" if date.startswith("--") else date


def _inferred(paper: Paper) -> str:
    return " (the page leaves its year off; inferred)" if paper.year_inferred else ""


def _extreme(text: str, scope: Sequence[Paper]) -> Computed | None:
    """Answer a superlative: most and fewest authors or comments, oldest and newest."""
    field = field_asked(text)
    lowest = bool(_LEAST.search(text))
    if not field or not (lowest or _MOST.search(text)):
        return None
    keys: dict[str, Callable[[Paper], int | str | None]] = {
        "authors": lambda p: p.authors,
        "comments": lambda p: p.comments,
        "published": lambda p: None if p.published.startswith("--") else (p.published or None),
    }
    key = keys[field]
    known = [(value, p) for p in scope if (value := key(p)) is not None]
    unknown = len(scope) - len(known)
    word = {"authors": "a number of authors", "comments": "a number of comments", "published": "a date with its year"}[field]
    if not known:
        return Computed("extreme", "", f"None of the {len(scope)} papers has {word}.", (), len(scope), unknown)
    values = sorted({value for value, _ in known}, key=lambda v: (isinstance(v, str), v))
    best = values[0] if lowest else values[-1]
    papers = tuple(p for value, p in known if value == best)
    names = _enumerate([f"“{p.title}”" for p in papers[:_SHOWN]])
    said = {
        "authors": f"{names} {'has' if len(papers) == 1 else 'have'} the {'fewest' if lowest else 'most'} authors: {best}.",
        "comments": f"{names} {'has' if len(papers) == 1 else 'have'} the {'fewest' if lowest else 'most'} comments: {best}.",
        "published": f"The {'oldest' if lowest else 'newest'} is {names}, dated {best}{_inferred(papers[0])}.",
    }[field]
    caveat = f"{len(known)} of {len(scope)} papers have {word}; the others are not counted." if unknown else ""
    return Computed(f"{'min' if lowest else 'max'}_{field}", str(best), said, papers, len(scope), unknown, caveat)


def _all_digests(papers: Sequence[Paper]) -> Computed:
    places = {a.digest: a for paper in papers for a in paper.appearances}
    named = _enumerate([f"{d} ({sum(d in p.digests for p in papers)} papers)" for d in places])
    said = f"The library holds {len(places)} digest{'s' * (len(places) != 1)}: {named}."
    return Computed("digests", str(len(places)), said, (), len(papers))


def _select(text: str, papers: Sequence[Paper], filters: Filters, condition: Condition | None) -> Computed:
    """Count or list the papers that pass the filters and the condition."""
    everyone = Filters(digest=filters.digest, has_code=filters.has_code)
    scope = [p for p in papers if everyone.admit(p)]
    chosen = tuple(p for p in papers if filters.admit(p) and (condition is None or condition.holds(p)))
    dated = bool(filters.published_after or filters.published_before)
    unknown = sum((dated and not _dated(p)) or (condition is not None and not condition.known(p)) for p in scope)
    words = " ".join(filter(None, [condition.words if condition else "", filter_words(filters)]))
    counting = bool(_HOW_MANY.search(text))
    verb = "is" if len(chosen) == 1 else "are"
    what = f"{len(chosen)} paper{'s' * (len(chosen) != 1)} {verb} {words or 'in the library'}"
    if words:
        what = f"{len(chosen)} of {len(papers)} papers {verb} {words}"
    caveat = f"For {unknown} of {len(scope)} papers the digests do not say." if unknown else ""
    statement = f"{what}." if counting or not chosen else f"{what}:"
    operation = "count" if counting else "list"
    return Computed(operation, str(len(chosen)), statement, chosen, len(papers), unknown, caveat)


def _dated(paper: Paper) -> bool:
    return bool(paper.published) and not paper.published.startswith("--")


def filter_words(filters: Filters) -> str:
    """Say filters in words, as an answer echoes them."""
    said = []
    if filters.digest:
        said.append(f"in the digest {filters.digest}")
    if filters.published_after and filters.published_before:
        said.append(f"dated from {filters.published_after} to before {filters.published_before}")
    elif filters.published_after:
        said.append(f"dated {filters.published_after} or later")
    elif filters.published_before:
        said.append(f"dated before {filters.published_before}")
    if filters.has_code is not None:
        said.append("with a link to code" if filters.has_code else "without a link to code")
    return ", ".join(said)


def with_code(papers: Sequence[Paper]) -> list[Paper]:
    """Return the papers whose abstract links a code repository."""
    return [p for p in papers if any(map(is_code, p.links))]


def _enumerate(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"

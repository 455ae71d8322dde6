"""Answers computed over the whole catalogue: counts, superlatives, dates, digests.

An operation returns a :class:`Computed`: what was computed, over which papers, how many of them lack the metadata
it needs, and the words to say it in. A paper without the metadata is counted as unknown and said so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ingest.paper import Appearance, Paper
from rag.filters import Filters, filter_words
from rag.phrases import any_of
from rag.question import Question
from rag.superlatives import Computed, enumerated, field_asked, inferred_words, superlative

_NUMBER_WORDS = {
    w: i for i, w in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())
}
_NUMBER = r"(\d+|" + "|".join(_NUMBER_WORDS) + r"|single|sole)"
_AUTHORS = re.compile(
    rf"(?P<least>at least|no fewer than)?\s*(?P<more>more than|over)?\s*(?P<fewer>fewer than|less than|under)?\s*"
    rf"(?P<most>at most|up to)?\s*{_NUMBER}\s*(?P<plus>or more|\+)?[\s-]*author",
    re.IGNORECASE,
)
_SEVERAL_DIGESTS = any_of(
    r"\b(?:two|both|more than one|several|multiple|at least two|different) (?:of the )?digests?\b",
    r"\bmore than once\b|\btwice\b",
)
_DIGESTS = re.compile(r"\bdigests?\b", re.IGNORECASE)
_HOW_MANY = re.compile(r"\bhow many\b|\bnumber of\b|\bcount\b", re.IGNORECASE)


@dataclass(frozen=True)
class Condition:
    """A condition on metadata beyond the filters: authors, digests, code."""

    words: str
    holds: Callable[[Paper], bool]
    known: Callable[[Paper], bool] = lambda paper: True


def compute(question: Question, papers: Sequence[Paper], about: Sequence[Paper] | None = None) -> Computed | None:
    """Compute the answer to a question of counts or metadata; ``None`` where it asks for nothing computable.

    Args:
        question: as read.
        papers: the library's papers.
        about: those about the question's topic, where it has one.
    """
    text = question.standalone
    filters = question.filters
    subjects = [p for p in question.subjects if filters.admit(p)]
    scope = [p for p in (papers if about is None else about) if filters.admit(p)]
    condition = conditions(text)
    if len(subjects) == 1 and condition is None:
        return _of_paper(text, subjects[0])
    if len(subjects) > 1:  # of the papers the conversation is about
        about = subjects
        scope = subjects
    if condition is None and not _HOW_MANY.search(text) and (extreme := superlative(text, scope)):
        return extreme
    if condition is None and re.search(
        r"\bhow many digests?\b|\b(?:what|which) digests? (?:are|do)\b", text, re.IGNORECASE
    ):
        return _all_digests(papers)
    if condition is None and not filters and field_asked(text) in ("authors", "comments"):
        return None  # of which paper is not said
    if condition is not None or filters or _HOW_MANY.search(text):
        return _select(text, papers, filters, condition, about)
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
    if match["more"]:
        return Condition(f"with more than {n} authors", lambda p: (p.authors or 0) > n, _tells_authors)
    if match["least"] or match["plus"]:
        return Condition(f"with at least {n} authors", lambda p: (p.authors or 0) >= n, _tells_authors)
    if match["fewer"]:
        return Condition(
            f"with fewer than {n} authors", lambda p: p.authors is not None and p.authors < n, _tells_authors
        )
    if match["most"]:
        return Condition(
            f"with at most {n} authors", lambda p: p.authors is not None and p.authors <= n, _tells_authors
        )
    return Condition(f"with {n} author{'s' * (n != 1)}", lambda p: p.authors == n, _tells_authors)


def _tells_authors(paper: Paper) -> bool:
    return paper.authors is not None


def _of_paper(text: str, paper: Paper) -> Computed | None:
    """Answer what is known of one paper: its digests, date, authors, comments."""
    name = f"“{paper.title}”"
    if _DIGESTS.search(text):
        places = [_place(a) for a in paper.appearances]
        value = ", ".join(paper.digests)
        return Computed("digests_of", value, f"{name} stands in {enumerated(places)}.", (paper,), 1)
    field = field_asked(text)
    if not field:
        return None
    known = {"authors": paper.authors, "comments": paper.comments, "published": paper.published or None}[field]
    if field == "published" and paper.published.startswith("--"):
        return Computed("published_of", "", f"{name} is dated {shown_date(paper.published)}.", (paper,), 1, 1)
    if known is None:
        said = {"authors": "number of authors", "comments": "number of comments", "published": "date"}[field]
        return Computed(f"{field}_of", "", f"The digest gives no {said} for {name}.", (paper,), 1, 1)
    if field == "published":
        statement = f"{name} is dated {known}{inferred_words(paper)}."
    else:
        statement = f"{name} has {known} {field if known != 1 else field[:-1]}."
    return Computed(f"{field}_of", str(known), statement, (paper,), 1)


def _place(appearance: Appearance) -> str:
    return f"the digest {appearance.digest}" + (f" of {shown_date(appearance.day)}" if appearance.day else "")


def shown_date(date: str) -> str:
    """Return a date as said to a reader; one without a year says so."""
    return f"{date[2:]} (year unknown)" if date.startswith("--") else date


def _all_digests(papers: Sequence[Paper]) -> Computed:
    places = {a.digest: a for paper in papers for a in paper.appearances}
    named = enumerated([f"{d} ({sum(d in p.digests for p in papers)} papers)" for d in places])
    said = f"The library holds {len(places)} digest{'s' * (len(places) != 1)}: {named}."
    return Computed("digests", str(len(places)), said, (), len(papers))


def _select(
    text: str,
    papers: Sequence[Paper],
    filters: Filters,
    condition: Condition | None,
    about: Sequence[Paper] | None = None,
) -> Computed:
    """Count or list the papers that pass the filters and the condition."""
    everyone = Filters(digest=filters.digest, has_code=filters.has_code)
    scope = [p for p in papers if everyone.admit(p)]
    chosen = tuple(p for p in (papers if about is None else about) if filters.admit(p) and _holds(p, condition))
    dated = bool(filters.published_after or filters.published_before)
    unknown = sum((dated and not _dated(p)) or (condition is not None and not condition.known(p)) for p in scope)
    words = " ".join(filter(None, [condition.words if condition else "", filter_words(filters)]))
    counting = bool(_HOW_MANY.search(text))
    singular, plural = ("comes", "come") if words.startswith("with") else ("is", "are")
    verb = singular if len(chosen) == 1 else plural
    what = f"{len(chosen)} paper{'s' * (len(chosen) != 1)} {verb} {words or 'in the library'}"
    if words:
        what = f"{len(chosen)} of {len(papers)} papers {verb} {words}"
    caveat = f"For {unknown} of {len(scope)} papers the digests do not say." if unknown else ""
    statement = f"{what}." if not chosen or not words else f"{what}:"
    operation = "count" if counting else "list"
    return Computed(operation, str(len(chosen)), statement, chosen, len(papers), unknown, caveat)


def _holds(paper: Paper, condition: Condition | None) -> bool:
    return condition is None or condition.holds(paper)


def _dated(paper: Paper) -> bool:
    return bool(paper.published) and not paper.published.startswith("--")

"""Conditions on metadata beyond the filters: numbers of authors or comments, digests, dates that are not given."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ingest.paper import Paper
from rag.catalogue.computed import enumerated
from rag.catalogue.fields import BY_NAME, Field
from rag.questions.digests import Named, named_digests, without_digests
from rag.questions.numbers import NUMBER, number_of
from rag.questions.phrases import any_of
from rag.questions.times import Stated, read_months, read_times, spoken

_COUNTED = r"(?P<noun>author|comment|person\b|people\b|researcher)\w*"
_NUMBERED = re.compile(
    rf"(?P<least>at least|no fewer than|not fewer than|minimum of)?\s*(?P<more>more than|over|above|greater than)?\s*"
    rf"(?P<fewer>fewer than|less than|under|below)?\s*(?P<most>at most|up to|no more than|not more than|maximum of)?\s*"
    rf"(?:just |only |exactly )?\b(?P<n>{NUMBER}|single|sole|lone)(?:\s*(?:to|-|–|and)\s*(?P<upto>{NUMBER}))?"
    rf"\s*(?P<plus>or more|\+)?(?P<less>or fewer|or less)?[\s-]*(?:co-?)?{_COUNTED}",
    re.IGNORECASE,
)
_BETWEEN = re.compile(rf"\bbetween (?P<n>{NUMBER}) and (?P<upto>{NUMBER}) {_COUNTED}", re.IGNORECASE)
_SEVERAL_DIGESTS = any_of(
    r"\b(?:two|both|more than one|several|multiple|at least two|different|2) (?:of the )?(?:different )?digests?\b",
    r"\bmore than once\b|\btwice\b|\bmore than a single digest\b",
)
_ONE_DIGEST = any_of(
    r"\bonly (?:one|a single) digest\b|\b(?:one|a single) digest only\b|\bonly once\b|\bjust (?:one|a single) digest\b"
)
_ONLY = re.compile(r"\b(?:only|exclusively|solely|just|new)\b.{0,20}\b(?:in|to|by)\W+(?:\w+\W+){0,3}$", re.IGNORECASE)
_TOGETHER = any_of(
    r"\bboth\b|\bshare[ds]?\b|\bin common\b|\boverlap|\balso\b|\bat once\b|\bas well as\b",
    r"\b(?:appear|stand|occur|recur|are listed|(?:show|turn|crop|pop) up)s?\b",
)
_EITHER = re.compile(r"\bor\b", re.IGNORECASE)
_LACKING = (
    r"(?:\b|(?=n['’]t\b))(?:no|without|lack\w*|missing|miss|unknown"
    r"|not? (?:have|has|give|given|known|carry|state|list|show)"
    r"|n['’]t (?:have|give|carry|state|list|show|know)|not|n['’]t)"
)
_DATE = r"(?:publication |publishing )?(?:dates?|year)"
_UNDATED = any_of(
    rf"{_LACKING}\s+(?:(?:a|any|the|their|its|known|printed|of)\s+)*{_DATE}\b",
    rf"\b{_DATE}\s+(?:is |are |was )?(?:unknown|missing|not (?:known|given)|lacking)",
    r"\bundated\b|\bnot dated\b|\b(?:are|is)n['’]t dated\b",
)
_DATED = any_of(
    rf"\b(?:have|has|with|carry|give|print|known|state)\s+(?:(?:a|any|the|their|its|known|printed)\s+)*{_DATE}\b",
    r"\b(?:are|is) dated\b(?!\W+(?:\d|in\b|since\b|before\b|after\b|from\b|between\b))",
)
_UNNUMBERED = re.compile(
    rf"{_LACKING}\s+(?:(?:a|any|the|their|its|of|known)\s+)*(?P<number>numbers? of |counts? of )?"
    r"(?P<noun>author|comment)\w*(?:\s+(?:given|listed|known|named|stated|printed|info\w*|names?|details|data)\b)?",
    re.IGNORECASE,
)
_NO_ABSTRACT = re.compile(
    rf"{_LACKING}\s+(?:(?:a|an|any|the|their|its)\s+)*(?:abstracts?|summar(?:y|ies))\b", re.IGNORECASE
)
_AN_ABSTRACT = re.compile(r"\b(?:have|has|with)\s+(?:(?:a|an|the|their|its)\s+)*abstracts?\b", re.IGNORECASE)
_LINK = r"(?:(?:a|an|any|some|the|other|external|web)\s+)*(?:links?|urls?)\b(?!\s+(?:to|between|from|with|of)\b)"
_LINKED = any_of(
    rf"\b(?:have|has|with|contain|contains|give|gives|include|includes|come with|comes with)\s+{_LINK}",
    r"\blinks?\s+to\s+(?:something|anything|(?:a|some|any|the)\s+(?:web ?)?(?:site|page)s?|(?:an?\s+)?external)\b",
)
_UNLINKED = re.compile(rf"{_LACKING}\s+{_LINK}", re.IGNORECASE)
_STATED = (_UNLINKED, _LINKED, _NO_ABSTRACT, _UNNUMBERED, _BETWEEN, _NUMBERED, _UNDATED, _SEVERAL_DIGESTS, _ONE_DIGEST)


@dataclass(frozen=True)
class Condition:
    """A condition that a paper meets, does not meet, or leaves open."""

    words: str
    """As said after "papers": "with 4 authors"."""
    holds: Callable[[Paper], bool]
    known: Callable[[Paper], bool] = lambda paper: True
    shows: str = ""
    """Name of the field whose value is shown beside each paper."""


def conditions(text: str, papers: Sequence[Paper] = ()) -> tuple[Condition, ...]:
    """Read the conditions on metadata that a question states beside its filters.

    Args:
        text: the question.
        papers: the library's papers, whose digests can be named.
    """
    return (*_numbers(text), *_digests(text, papers), *_dates(text, papers), *_abstracts(text), *_links(text))


def without_conditions(text: str) -> str:
    """Return a text without the words that state conditions on metadata."""
    for pattern in _STATED:
        text = pattern.sub(" ; ", text)
    return text


def _numbers(text: str) -> Iterator[Condition]:
    for match in _UNNUMBERED.finditer(text):
        field = _field(match)
        nobody = match["number"] or field.name == "authors"  # every paper has authors: their number is not given
        yield _lacking(field) if nobody else _of_number(field, "no", lambda n: n == 0)
    text = _UNNUMBERED.sub(" ", text)
    for match in (*_BETWEEN.finditer(text), *_NUMBERED.finditer(_BETWEEN.sub(" ", text))):
        field, low = _field(match), number_of(match["n"])
        if match["upto"]:
            high = number_of(match["upto"])
            yield _of_number(field, f"{low} to {high}", range(low, high + 1).__contains__)
        else:
            yield _of_number(field, *_bound(match, low))


def _field(match: re.Match[str]) -> Field:
    return BY_NAME["comments" if match["noun"].lower() == "comment" else "authors"]


def _bound(match: re.Match[str], n: int) -> tuple[str, Callable[[int], bool]]:
    if match["more"]:
        return f"more than {n}", lambda value: value > n
    if match["fewer"]:
        return f"fewer than {n}", lambda value: value < n
    if match["least"] or match["plus"]:
        return f"at least {n}", lambda value: value >= n
    if match["most"] or match["less"]:
        return f"at most {n}", lambda value: value <= n
    return f"{n}", lambda value: value == n


def _of_number(field: Field, said: str, holds: Callable[[int], bool]) -> Condition:
    def known(paper: Paper) -> bool:
        return field.value(paper) is not None

    noun = field.name[:-1] if said.split()[-1] == "1" else field.name
    return Condition(f"with {said} {noun}", lambda p: known(p) and holds(int(field.value(p) or 0)), known, field.name)


def _lacking(field: Field) -> Condition:
    return Condition(f"without {field.having}", lambda paper: field.value(paper) is None)


def _dates(text: str, papers: Sequence[Paper]) -> Iterator[Condition]:
    if months := read_months(without_digests(text, papers)):
        yield _of_months(months)
    if _UNDATED.search(text):
        yield _lacking(BY_NAME["published"])
    elif _DATED.search(text):
        yield Condition("with a date with its year", lambda paper: paper.date is not None, shows="published")
    yield from (_not_within(time) for time in read_times(text) if time.negated)


def _abstracts(text: str) -> Iterator[Condition]:
    if _NO_ABSTRACT.search(text):
        yield Condition("without an abstract", lambda paper: not paper.abstract.strip())
    elif _AN_ABSTRACT.search(text):
        yield Condition("with an abstract", lambda paper: bool(paper.abstract.strip()))


def _of_months(months: Sequence[int]) -> Condition:
    """Return the condition of a month without its year: a paper of that month in any year meets it."""
    said = enumerated([calendar.month_name[month] for month in months]).replace(" and ", " or ")
    return Condition(
        f"dated in {said} of any year",
        lambda paper: paper.published[-5:-3] in {f"{month:02d}" for month in months},
        lambda paper: bool(paper.published),
        "published",
    )


def _links(text: str) -> Iterator[Condition]:
    if _UNLINKED.search(text):
        yield Condition("without a link in the abstract", lambda paper: not paper.links)
    elif _LINKED.search(text):
        yield Condition("with a link in the abstract", lambda paper: bool(paper.links))


def _not_within(time: Stated) -> Condition:
    said = spoken(*(day.isoformat() if day else "" for day in (time.after, time.before)))

    def holds(paper: Paper) -> bool:
        date = paper.date
        return date is not None and not time.holds(date)

    return Condition(f"dated, but not {said}", holds, lambda paper: paper.date is not None, "published")


def _digests(text: str, papers: Sequence[Paper]) -> Iterator[Condition]:
    named = [n for n in named_digests(text, papers) if n.known]
    inside = list(dict.fromkeys(n.digest for n in named if not n.negated))
    outside = list(dict.fromkeys(n.digest for n in named if n.negated))
    if outside:
        said = f"not in {_listed(outside, 'or')}"
        yield Condition(said, lambda paper: not set(outside) & set(paper.digests))
    if len(inside) > 1:
        yield _of_several(text, named, inside)
    elif inside and not outside and any(_ONLY.search(text[: n.start]) for n in named):
        yield Condition("in no other digest", lambda paper: len(paper.digests) == 1)
    elif _SEVERAL_DIGESTS.search(text):
        yield Condition("in more than one digest", lambda paper: len(paper.digests) > 1)
    elif _ONE_DIGEST.search(text):
        yield Condition("in one digest only", lambda paper: len(paper.digests) == 1)


def _of_several(text: str, named: Sequence[Named], inside: Sequence[str]) -> Condition:
    """Return the condition of several digests named: in all of them ("both", "appear in"), or in any."""
    between = text[named[0].end : named[-1].start]
    if _TOGETHER.search(text) and not _EITHER.search(between):
        return Condition(f"in {_listed(inside, 'and')}", lambda paper: set(inside) <= set(paper.digests))
    return Condition(f"in {_listed(inside, 'or')}", lambda paper: bool(set(inside) & set(paper.digests)))


def _listed(digests: Sequence[str], joint: str) -> str:
    said = enumerated([f"the digest {digest}" for digest in digests])
    return said if joint == "and" else re.sub(r" and (?=the digest [^ ]+$)", f" {joint} ", said)

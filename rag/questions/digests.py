"""Digests as a question names them: by name, number, place in order, or the day they print."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.paper import Paper, days_of
from rag.questions.numbers import ORDINAL, number_of
from rag.questions.phrases import THING
from rag.questions.times import MONTH, month_of

_DIGEST = r"(?:digests?|issues?)"
_AND = r"(?:\s*[,&/]\s*|,?\s+(?:and|or|nor|but not|versus|vs\.?)\s+(?:in\s+)?)"
_NUMBERED = re.compile(
    rf"\bdigests?,?\s+(?:no\.?\s*|numbers?\s+|#)?(?P<many>\d{{1,4}}(?:{_AND}(?:digest\s+)?\d{{1,4}})*)(?![\d_-])"
    rf"(?!\s+(?:of\s+)?(?:{MONTH})\b)"
    r"|\b(?P<before>\d{3})(?=\s+digest\b)|(?<![\w.,-])(?P<bare>0\d\d)(?![\w-]|\.\d)",
    re.IGNORECASE,
)
_PLACED = re.compile(
    rf"\b(?P<place>{ORDINAL}|last|latest|newest|most recent|oldest|earliest|largest|biggest|smallest)\s+digest\b",
    re.IGNORECASE,
)
_BY_SIZE = ("largest", "biggest", "smallest")
_BY_RANK = (*_BY_SIZE, "latest", "newest", "most recent", "oldest", "earliest")
_WHICH_IS = re.compile(r"\b(?:which|what)(?:['’]s| is| one is)?\s+(?:the\s+)?$", re.IGNORECASE)
_DATED = re.compile(
    rf"\b(?P<month>{MONTH})\.?(?:\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?)?(?:,?\s+(?P<year>20\d\d))?\b"
    rf"|\b(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month2>{MONTH})\b(?:,?\s+(?P<year2>20\d\d))?"
    r"|\b(?P<iso>20\d\d-\d\d-\d\d)\b",
    re.IGNORECASE,
)
MENTIONED = re.compile(
    rf"{_NUMBERED.pattern}|{_PLACED.pattern}|\b(?:{MONTH})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{MONTH})\b|\b\d{{1,3}}_\w+",
    re.IGNORECASE,
)
"""What names a digest, whatever digests there are."""
_ANY_DATE = re.sub(r"\?P<\w+>", "?:", _DATED.pattern)
_CALLED = re.compile(rf"(?:\s*(?:,|\band\b|\bor\b|&)\s*(?:the\s+)?(?:{_ANY_DATE}))*\s+{_DIGEST}\b", re.IGNORECASE)
"""The word itself behind a day or month, others named beside it: the "digest" of "the August and the March digest"."""
_DIGEST_BEFORE = re.compile(rf"\b{_DIGEST}\b", re.IGNORECASE)
_PAPERS = re.compile(rf"\s+{THING}\b", re.IGNORECASE)
_ONE = re.compile(r"\s+ones?\b", re.IGNORECASE)
_OF_A_TIME = re.compile(
    r"\b(?:since|after|before|until|till|by|between|and|to|prior|than|published|dated|posted|released)\W+"
    r"(?:(?:on|in|the|to)\s+)*$",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"(?:\bnot|n['’]t|\bexcept|\bother than|\boutside|\bnor)\W+(?:\w+\W+){0,4}$", re.IGNORECASE)


@dataclass(frozen=True)
class Named:
    """A digest that a text names, and where."""

    digest: str
    start: int
    end: int
    known: bool = True
    """False where the library has no such digest; its name is then what the text says."""
    negated: bool = False
    """Said of papers that are not in it."""


def named_digests(text: str, papers: Sequence[Paper]) -> tuple[Named, ...]:
    """Return the digests that a text names, in order, each place once.

    A day or a month names the digest that prints it only where one alone does; a number is the one that its name
    begins with. "The second digest" is the second by name, "the latest" the one with the latest day that has its year.
    """
    days = days_of(papers)
    found: list[Named] = []
    for read in (_by_name, _by_number, _by_place, _by_day):
        taken = [(n.start, n.end) for n in found]
        found += [n for n in read(text, days, papers) if not any(n.start < b and a < n.end for a, b in taken)]
    ordered = sorted(found, key=lambda n: n.start)
    return tuple(replace(n, negated=bool(_NEGATED.search(text[: n.start]))) for n in ordered)


def without_digests(text: str, papers: Sequence[Paper]) -> str:
    """Return a text with the digests it names, and the word itself beside them, blanked out."""
    for named in reversed(named_digests(text, papers)):
        text = f"{text[: named.start]} {text[named.end :]}"
    return text


def _by_name(text: str, days: Mapping[str, str], _: Sequence[Paper]) -> Iterator[Named]:
    for digest in sorted(days, key=len, reverse=True):
        for match in re.finditer(rf"(?<!\w){re.escape(digest)}(?!\w)", text, re.IGNORECASE):
            yield Named(digest, *match.span())


def _by_number(text: str, days: Mapping[str, str], _: Sequence[Paper]) -> Iterator[Named]:
    numbers = {int(match.group()): digest for digest in days if (match := re.match(r"\d+", digest))}
    for match in _NUMBERED.finditer(text):
        said = match["many"] or match["before"] or match["bare"]
        offset = match.start("many" if match["many"] else "before" if match["before"] else "bare")
        for number in re.finditer(r"\d+", said):
            span = (offset + number.start(), offset + number.end())
            if int(number.group()) in numbers:
                yield Named(numbers[int(number.group())], *span)
            elif match["many"] and numbers:
                yield Named(number.group(), *span, known=False)


def _by_place(text: str, days: Mapping[str, str], papers: Sequence[Paper]) -> Iterator[Named]:
    for match in _PLACED.finditer(text):
        if match["place"].lower() in _BY_RANK and _WHICH_IS.search(text[: match.start()]):
            continue  # asked for, not named
        if digest := _placed(match["place"].lower(), days, papers):
            yield Named(digest, *match.span())


def _placed(place: str, days: Mapping[str, str], papers: Sequence[Paper]) -> str:
    if place in _BY_SIZE:
        sizes = Counter(digest for paper in papers for digest in paper.digests)
        return (min if place == "smallest" else max)(sizes, key=lambda d: sizes[d], default="")
    dated = sorted((day, digest) for digest, day in days.items() if day[:1].isdigit())
    ordered = [digest for _, digest in dated] or sorted(days)
    if place in ("last", "latest", "newest", "most recent"):
        return ordered[-1] if ordered else ""
    if place in ("oldest", "earliest"):
        return ordered[0] if ordered else ""
    nth = number_of(place) - 1
    return sorted(days)[nth] if nth < len(days) else ""


def _by_day(text: str, days: Mapping[str, str], papers: Sequence[Paper]) -> Iterator[Named]:
    for match in _DATED.finditer(text):
        digests = [digest for digest, day in days.items() if _prints(match, day)]
        said = _CALLED.match(text[match.end() :]) is not None or (
            _DIGEST_BEFORE.search(text[: match.start()]) is not None and _ONE.match(text[match.end() :]) is not None
        )
        papers_of = _of_its_papers(match, text, papers)
        called = re.search(rf"\b{_DIGEST}\s+(?:of|from|for|dated)\s+(?:the\s+)?$", text[: match.start()], re.IGNORECASE)
        whole = match["day"] or match["day2"] or match["iso"]
        if not (said or called or papers_of or (whole and not _OF_A_TIME.search(text[: match.start()]))):
            continue
        if len(digests) == 1:
            yield Named(digests[0], *match.span())
        elif not digests and (said or called):
            yield Named(match.group(), *match.span(), known=False)


def _of_its_papers(match: re.Match[str], text: str, papers: Sequence[Paper]) -> bool:
    """Tell whether "the October papers" are those of a digest: no paper is of that month itself."""
    if not match["month"] or match["day"] or match["year"] or not _PAPERS.match(text[match.end() :]):
        return False
    return not any(_prints(match, paper.published) for paper in papers)


def _prints(match: re.Match[str], day: str) -> bool:
    """Tell whether the day a digest prints for itself is the one, or in the month, that a text says."""
    if not day:
        return False
    if match["iso"]:
        return day == match["iso"]
    month = month_of(match["month"] or match["month2"])
    number, year = match["day"] or match["day2"], match["year"] or match["year2"]
    if year and day[:1].isdigit() and day[:4] != year:
        return False
    return day[-5:-3] == f"{month:02d}" and (number is None or day[-2:] == f"{int(number):02d}")

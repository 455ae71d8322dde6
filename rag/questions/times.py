"""Times as a question says them ("since May 2024", "in the last two years"), read into days.

A time that needs a "now" ("this year") is counted from today, and the days it comes to are said in the answer.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from rag.questions.numbers import NUMBER, number_of
from rag.questions.phrases import THING

MONTH = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?"
)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_YEAR = r"(?:19|20)\d\d"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_PARTS = {
    "first half of": (1, 6), "second half of": (7, 12), "early": (1, 4), "mid": (5, 8), "late": (9, 12),
    "spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11),
}  # fmt: skip
"""First and last month of the parts of a year."""
_QUARTERS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4}
_DAYS_IN = {"day": 1, "week": 7, "month": 30, "year": 365}


@dataclass(frozen=True)
class Stated:
    """A time that a text states: from ``after`` on, up to but not including ``before``; ``None`` where it is open."""

    after: date | None
    before: date | None
    start: int
    end: int
    negated: bool = False
    """Said to be not so: "not published in 2024"."""

    def holds(self, day: str) -> bool:
        """Tell whether an ISO date lies within the time."""
        return (self.after is None or self.after.isoformat() <= day) and (
            self.before is None or day < self.before.isoformat()
        )


Period = tuple[date, date]
"""A first day, and the day after the last."""


def month_of(word: str) -> int:
    """Return the number of a month that :data:`MONTH` matches."""
    return _MONTHS.index(word[:3].lower()) + 1


def _months(year: int, first: int, last: int) -> Period:
    return date(year, first, 1), date(year + last // 12, last % 12 + 1, 1)


def _one_day(year: int, month: int, day: int) -> Period:
    found = date(year, month, day)
    return found, found + timedelta(days=1)


def _latest(month: int, today: date) -> int:
    """Return the year of the latest such month that has begun."""
    return today.year if month <= today.month else today.year - 1


def _this_or_last(said: re.Match[str], today: date) -> Period:
    back = said[1].lower() != "this"
    if said[2].lower() == "year":
        return _months(today.year - back, 1, 12)
    year, month = (today.year, today.month - back) if today.month > back else (today.year - 1, 12)
    return _months(year, month, month)


_Reader = Callable[[re.Match[str], date], Period]
_FORMS: tuple[tuple[str, _Reader], ...] = (
    (rf"({_YEAR})[-/](\d\d?)[-/](\d\d?)(?!\d)", lambda m, _: _one_day(int(m[1]), int(m[2]), int(m[3]))),
    (rf"({_YEAR})-(\d\d)(?![\d-])", lambda m, _: _months(int(m[1]), int(m[2]), int(m[2]))),
    (rf"(\d\d?)\.(\d\d?)\.({_YEAR})", lambda m, _: _one_day(int(m[3]), int(m[2]), int(m[1]))),
    (
        rf"({_DAY})\s+(?:of\s+)?({MONTH})\.?,?\s+({_YEAR})",
        lambda m, _: _one_day(int(m[3]), month_of(m[2]), _number(m[1])),
    ),
    (rf"({MONTH})\.?\s+({_DAY}),?\s+({_YEAR})", lambda m, _: _one_day(int(m[3]), month_of(m[1]), _number(m[2]))),
    (rf"({MONTH})\.?,?\s+(?:of\s+)?({_YEAR})", lambda m, _: _months(int(m[2]), month_of(m[1]), month_of(m[1]))),
    (rf"({'|'.join(_PARTS)})[- ](?:of )?({_YEAR})", lambda m, _: _months(int(m[2]), *_PARTS[m[1].lower()])),
    (rf"q([1-4])[- ](?:of )?({_YEAR})", lambda m, _: _quarter(int(m[2]), int(m[1]))),
    (
        rf"({'|'.join(_QUARTERS)}) quarter of ({_YEAR})",
        lambda m, _: _quarter(int(m[2]), _QUARTERS[m[1].lower()]),
    ),
    (rf"(?:the year )?({_YEAR})(?![\w-])(?!\.\d)", lambda m, _: _months(int(m[1]), 1, 12)),
    (r"(this|last|previous) (year|month)", _this_or_last),
    (
        rf"({MONTH})\.?\s+({_DAY})(?!\d)",
        lambda m, today: _one_day(_latest(month_of(m[1]), today), month_of(m[1]), _number(m[2])),
    ),
    (
        rf"({_DAY})\s+(?:of\s+)?({MONTH})\b",
        lambda m, today: _one_day(_latest(month_of(m[2]), today), month_of(m[2]), _number(m[1])),
    ),
    (
        rf"({MONTH})\b(?!\.?\s+\d)",
        lambda m, today: _months(_latest(month_of(m[1]), today), month_of(m[1]), month_of(m[1])),
    ),
)
_READERS = tuple((re.compile(form, re.IGNORECASE), read) for form, read in _FORMS)
_POINT = "|".join(re.sub(r"\((?!\?)", "(?:", form) for form, _ in _FORMS)
_SINCE = r"since|after|later than|newer than|more recent than|starting (?:in|from)|from|not before|no earlier than"
_UNTIL = r"before|prior to|earlier than|older than|until|till|through|up to|by|no later than|not after"
_WITHIN = r"in|during|within|of|dated|published|released|posted|year|on"
_NO_OTHER = rf"(?!\s+(?:the )?(?:year )?(?:(?:{MONTH})\b|\d))"
_OR_LATER = rf"(?:or|and) (?:later|newer|after){_NO_OTHER}"
_AND_LATER = rf"{_OR_LATER}|on(?:wards?)?\b"
_OR_EARLIER = rf"(?:or|and) (?:earlier|before|older){_NO_OTHER}"
STATED = re.compile(
    rf"\b(?:between|from)\s+(?P<first>{_POINT}|{MONTH})\s*(?:and|to|until|till|through|–|-)\s*(?P<last>{_POINT})"
    rf"|\b(?P<range>{_YEAR}\s?[-–]\s?{_YEAR})\b"
    rf"|\b(?P<ago>older than|(?:in|within|during|over|from|since)?\s*(?:the )?(?:last|past|previous))\s+"
    rf"(?:(?P<n>{NUMBER})\s+)?(?P<unit>days?|weeks?|months|years|(?<=past )(?:month|year))\b"
    rf"|\b(?P<how>{_SINCE}|{_UNTIL}|{_WITHIN})\s+(?:the )?(?P<point>{_POINT})(?!\s+digests?\b)"
    rf"(?P<rest>\s*(?:{_AND_LATER}|{_OR_EARLIER}))?"
    rf"|\b(?P<alone>{_POINT})(?P<more>\s*(?:{_OR_LATER}|{_OR_EARLIER}))"
    rf"|\b(?P<adjective>(?:(?:{MONTH}|q[1-4])\s+)?{_YEAR})\s+(?=(?:[\w-]+\s+)?{THING}\b)"
    r"|\b(?P<relative>(?:this|last) (?:year|month))\b",
    re.IGNORECASE,
)
OF_ANY_YEAR = re.compile(
    rf"(?<!\d\s)(?<!\d(?:st|nd|rd|th)\s)\b(?:in|during|within|of|from|dated|published|released"
    rf"|posted)\s+(?:the month of\s+)?(?P<said>{MONTH})\b"
    rf"(?!\.?,?\s+(?:of\s+)?(?:\d|digests?\b))(?!\s*(?:{_AND_LATER}|{_OR_EARLIER}|to\b|until\b|till\b|[-–]))"
    rf"|\b(?P<before>(?<=\s)(?-i:May)|(?!may\b)(?:{MONTH}))(?=\s+{THING}\b)",
    re.IGNORECASE,
)
"""A month without its year, which is said of papers of that month in every year."""
_NEGATED = re.compile(r"(?:\bnot|n't|\bnever|\bother than|\boutside|\bexcept)\W+(?:\w+\W+){0,2}$", re.IGNORECASE)


def _quarter(year: int, quarter: int) -> Period:
    return _months(year, 3 * quarter - 2, 3 * quarter)


def _number(word: str) -> int:
    return int(re.sub(r"\D", "", word))


def read_months(text: str) -> tuple[int, ...]:
    """Return the months, 1 to 12, that a text states without a year ("published in June", "the June papers")."""
    return tuple(dict.fromkeys(month_of(m["said"] or m["before"]) for m in OF_ANY_YEAR.finditer(text)))


def read_times(text: str, today: date | None = None) -> tuple[Stated, ...]:
    """Return the times that a text states, in order; one that is no date ("May 45, 2024") is none."""
    return tuple(_stated(text, today or date.today()))


def _stated(text: str, today: date) -> Iterator[Stated]:
    for match in STATED.finditer(OF_ANY_YEAR.sub(lambda m: "." * len(m.group()), text)):
        try:
            bounds = _bounds(match, today)
        except ValueError:  # a day that does not exist
            continue
        if any(day is not None and day.year > today.year + 2 for day in bounds):
            continue  # "in 2048 steps"
        yield Stated(*bounds, match.start(), match.end(), bool(_NEGATED.search(text[: match.start()])))


def _bounds(match: re.Match[str], today: date) -> tuple[date | None, date | None]:
    if match["first"]:
        last = _period(match["last"], today)
        return _period(_with_year(match["first"], last), today)[0], last[1]
    if match["range"]:
        first, year = re.findall(r"\d{4}", match["range"])
        return date(int(first), 1, 1), date(int(year) + 1, 1, 1)
    if match["ago"]:
        days = number_of(match["n"] or "1") * _DAYS_IN[match["unit"].lower().rstrip("s")]
        day = today - timedelta(days=days)
        return (None, day) if match["ago"].lower() == "older than" else (day, None)
    said = match["point"] or match["alone"] or match["adjective"] or match["relative"]
    return _opened(_period(said, today), (match["how"] or "").lower(), (match["rest"] or match["more"] or "").strip())


def _opened(period: Period, how: str, rest: str) -> tuple[date | None, date | None]:
    """Return the bounds of "since 2024", "after 2024", "2024 or earlier" and the like."""
    first, after = period
    if re.fullmatch(_OR_EARLIER, rest, re.IGNORECASE) or how in (
        "until", "till", "through", "up to", "by", "no later than", "not after",
    ):  # fmt: skip
        return None, after
    if rest or how in ("since", "not before", "no earlier than") or how.startswith("starting"):
        return first, None
    if how in ("after", "later than", "newer than", "more recent than"):
        return after, None
    if how in ("before", "prior to", "earlier than", "older than"):
        return None, first
    return first, after


def _with_year(said: str, last: Period) -> str:
    """Return a month ("March" of "between March and June 2024") with the year of the end."""
    return said if re.search(_YEAR, said) else f"{said} {last[0].year}"


def _period(said: str, today: date) -> Period:
    for pattern, read in _READERS:
        if match := pattern.fullmatch(said.strip()):
            return read(match, today)
    raise ValueError(said)


def spoken(after: str, before: str) -> str:
    """Say a time from one ISO date up to but not including another, either of them empty where it is open."""
    if not (after and before):
        return f"{after} or later" if after else f"before {before}"
    first, end = date.fromisoformat(after), date.fromisoformat(before)
    if end == first + timedelta(days=1):
        return after
    if first.day == 1 and end == _months(first.year, first.month, first.month)[1]:
        return f"in {calendar.month_name[first.month]} {first.year}"
    if (first.month, first.day, end.month, end.day) == (1, 1, 1, 1):
        return f"{first.year}" if end.year == first.year + 1 else f"{first.year} to {end.year - 1}"
    return f"{after} to {(end - timedelta(days=1)).isoformat()}"

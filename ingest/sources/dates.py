"""Dates as digest pages print them: with a year, or without one in the year the page was saved."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from itertools import count

_MONTHS = "January February March April May June July August September October November December".split()
_NUMBERS = {written: i for i, m in enumerate(_MONTHS, start=1) for written in (m, m[:3], m[:4] if m[0] == "S" else m)}
DATE = re.compile(
    rf"(?P<month>{'|'.join(sorted(_NUMBERS, reverse=True))})\.? (?P<day>\d{{1,2}})(?:, (?P<year>\d{{4}}))?"
)


@dataclass(frozen=True)
class PageDate:
    """A date as printed; ``year`` is ``None`` where the page leaves it off."""

    month: int
    day: int
    year: int | None = None

    def iso(self, year: int | None = None) -> str:
        """Return ``YYYY-MM-DD``, or ``--MM-DD`` where neither the page nor ``year`` gives a year it exists in."""
        known = self.year or year
        day = f"{self.month:02d}-{self.day:02d}"
        return f"{known:04d}-{day}" if known and self.exists_in(known) else f"--{day}"

    def exists_in(self, year: int) -> bool:
        """Tell whether a year has this day: all do but for February 29."""
        return (self.month, self.day) != (2, 29) or calendar.isleap(year)


def parse_date(text: str) -> PageDate | None:
    """Read ``Dec 8, 2022`` or ``Jun 28``; ``None`` for anything else, or for a day that does not exist."""
    match = DATE.fullmatch(text.strip())
    if match is None:
        return None
    month, day, year = _NUMBERS[match["month"]], int(match["day"]), int(match["year"]) if match["year"] else None
    try:
        date(2000 if year is None else year, month, day)  # a leap year: Feb 29 may stand without a year
    except ValueError:
        return None
    return PageDate(month, day, year)


def infer_year(printed: list[PageDate], saved: date | None) -> int | None:
    """Work out the year that a page leaves off its dates.

    The page leaves the year off a date of the year it was saved in, so that year is later than every year it
    prints: at least one more than the latest, and one that has every day the page prints.

    Returns:
        The year, or ``None`` where the page prints no year and no ``saved`` day is given.
    """
    if saved is not None:
        return saved.year
    years = [d.year for d in printed if d.year is not None]
    if not years:
        return None
    bare = [d for d in printed if d.year is None]
    return next(year for year in count(max(years) + 1) if all(d.exists_in(year) for d in bare))

"""Dates as digest pages print them: with a year, or without one in the year the page was saved."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_MONTHS = {m: i for i, m in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)}
DATE = re.compile(r"(?P<month>[A-Z][a-z]{2,8})\.? (?P<day>\d{1,2})(?:, (?P<year>\d{4}))?")


@dataclass(frozen=True)
class PageDate:
    """A date as printed; ``year`` is ``None`` where the page leaves it off."""

    month: int
    day: int
    year: int | None = None

    def iso(self, year: int | None = None) -> str:
        """Return ``YYYY-MM-DD``, or ``--MM-DD`` where neither the page nor ``year`` gives a year."""
        known = self.year or year
        return f"{known:04d}-{self.month:02d}-{self.day:02d}" if known else f"--{self.month:02d}-{self.day:02d}"


def parse_date(text: str) -> PageDate | None:
    """Read ``Dec 8, 2022`` or ``Jun 28``; ``None`` for anything else, or for a day that does not exist."""
    match = DATE.fullmatch(text.strip())
    if match is None or (month := _MONTHS.get(match["month"][:3].lower())) is None:
        return None
    year = int(match["year"]) if match["year"] else None
    try:
        date(year or 2000, month, int(match["day"]))  # 2000 is a leap year: Feb 29 may stand without a year
    except ValueError:
        return None
    return PageDate(month, int(match["day"]), year)


def infer_year(printed: list[PageDate], saved: date | None) -> int | None:
    """Work out the year that a page leaves off its dates.

    The page leaves the year off a date of the year it was saved in, so that year is later than every year it
    prints: at least one more than the latest.

    Returns:
        The year, or ``None`` where the page prints no year and no ``saved`` day is given.
    """
    if saved is not None:
        return saved.year
    years = [d.year for d in printed if d.year is not None]
    return max(years) + 1 if years else None
